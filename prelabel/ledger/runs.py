"""Runs and progress: counts of pages by state, for a project or for one call of `enqueue_project`.

A run is all pages of the project that were neither done nor failed when it was enqueued, whichever selection claimed
them. The script that ends a page also tells the runs that wait for it (`lua/shared/runs.lua`). A run is kept until it
has ended, and for a week afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from prelabel.errors import RunFailed
from prelabel.ledger.halts import Halt, Halts
from prelabel.ledger.outages import Outage, Outages
from prelabel.ledger.redis_state import PORTION, RedisState, portions, redis_errors, scanned
from prelabel.ledger.stages import Stage

#: The rate of a project is measured over this many seconds.
RATE_WINDOW_S = 60.0

#: Fields of a run's record. `first` marks a run of release 0.1 that is not read yet.
_FIELDS = ("project", "first", "again", "opened", "error", "cancelled")
#: As long as the run itself is kept that could not begin.
_PROBLEM_KEPT_S = 7 * 86400
_STAGES: tuple[Stage, ...] = ("ocr", "extract", "upload")

_Record = Mapping[str, bytes | None]
#: queued, ocr, extract, upload, done, failed, skipped, cancelled
_Counts = tuple[int, int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of pages by state; `queued` includes pages that are not claimed yet. `eta_s`: None while no rate is known.

    `listed`: False until a selection has listed the pages of the run. `halted`: set when a person paused or cancelled
    the project or the run. `cancelled`: pages that a cancellation left undone. `waits`: the servers that are away, for
    which pages wait. `problem`: why the last selection of the project could not select any page, "" where it could.
    """

    total: int
    queued: int
    ocr: int
    extract: int
    upload: int
    done: int
    failed: int
    skipped: int
    pages_per_min: float
    eta_s: float | None
    listed: bool = True
    cancelled: int = 0
    halted: Halt | None = None
    waits: tuple[Outage, ...] = ()
    problem: str = ""

    @property
    def finished(self) -> bool:
        """True once all listed pages have ended, or the run was cancelled."""
        return self.halted == "cancelled" or (self.listed and self.done + self.failed + self.skipped >= self.total)

    def to_json(self) -> dict[str, Any]:
        """Return all counts and `finished`, JSON-ready."""
        return asdict(self) | {"finished": self.finished}


class Runs:
    """Runs in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState, halts: Halts, outages: Outages) -> None:
        self._state = state
        self._halts = halts
        self._outages = outages

    def create(self, project_id: int, *, again: bool = False) -> str:
        """Create a run without pages; `open` adds the pages once they are listed. A new run ends a cancellation.

        A pause stays. `again`: until the run has ended, pages of other pipeline versions are selected too.
        """
        run_id = secrets.token_hex(6)
        self._state.run("runs/create", run_id, project_id, int(again))
        return run_id

    def open(self, run_id: str, project_id: int, task_ids: Sequence[int], *, listed_at: float) -> None:
        """Add the pages that were listed at `listed_at` (the ledger's clock), and mark the run as listed."""
        self.open_all([run_id], project_id, task_ids, listed_at=listed_at)

    def open_all(self, run_ids: Sequence[str], project_id: int, task_ids: Sequence[int], *, listed_at: float) -> None:
        """Add the listed pages to several runs at the cost of one."""
        for portion in portions(task_ids):
            self._state.run("runs/open", " ".join(run_ids), project_id, listed_at, *portion)
        self._state.run("runs/opened", project_id, *run_ids)

    def abort(self, run_id: str, message: str) -> None:
        """Record that the run could not begin; `opened` returns the message."""
        self._state.run("runs/abort", run_id, message)

    def cancelled(self, run_id: str) -> bool:
        """Return whether a person cancelled the run."""
        with redis_errors():
            return bool(self._state.redis.hexists(self._state.name("run", run_id), "cancelled"))

    def again(self, project_id: int, run_id: str | None = None) -> bool:
        """Return whether this run, or an unfinished run of the project, wants pages of other pipeline versions too."""
        records = [*self._unfinished(project_id).values(), *([self._record(run_id)] if run_id else [])]
        return any(record["again"] == b"1" for record in records)

    def opened(self, run_id: str) -> tuple[bool, str]:
        """Return whether the run's pages are listed, and the reason why the run could not begin or ''."""
        record = self._record(run_id)
        return record["opened"] is not None, (record["error"] or b"").decode()

    def open_pages(self, project_id: int) -> Iterator[int]:
        """Yield the pages that the project's runs wait for, portion by portion; a page may come twice."""
        with redis_errors():
            for field, value in self._state.redis.hscan_iter(self._state.name("open", project_id), count=PORTION):
                yield from _pages_of(int(field), value)

    def missing_pages(self, project_id: int, listed: Iterable[int]) -> list[int]:
        """Return the open pages of runs that are neither in flight nor among the pages that Label Studio lists."""
        self._unfinished(project_id)  # reads runs of release 0.1
        unlisted = sorted({*self.open_pages(project_id)}.difference(listed))
        found = (self._state.run("runs/missing_pages", project_id, *portion) for portion in portions(unlisted))
        return [int(page) for pages in found for page in pages]

    def close_pages(self, project_id: int, pages: Sequence[int], outcome: Literal["done", "skipped"]) -> None:
        """Record that pages ended outside of their chains: runs no longer wait for them."""
        for portion in portions(pages):
            self._state.run("runs/close_pages", project_id, outcome, *portion)

    def unfinished(self, project_id: int) -> list[str]:
        """Return the ids of the project's runs that have open pages, or whose pages are not listed yet."""
        return [*self._unfinished(project_id)]

    def unlisted(self, project_id: int) -> list[str]:
        """Return the ids of the project's runs that wait for a selection to list their pages."""
        ended = ("opened", "error", "cancelled")
        return [run for run, record in self._unfinished(project_id).items() if not any(record[name] for name in ended)]

    def _unfinished(self, project_id: int) -> dict[str, _Record]:
        """Return the records of the project's unfinished runs by id. Runs of release 0.1 are read first."""
        runs = self._state.name("runs", project_id)
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            ids = sorted(run.decode() for run in self._state.redis.smembers(runs))
            for run in ids:
                pipe.hmget(self._state.name("run", run), *_FIELDS)
            records = {run: _record(row) for run, row in zip(ids, pipe.execute(), strict=True)}
            if gone := [run for run, record in records.items() if record["project"] is None]:
                self._state.redis.srem(runs, *gone)
        if old := [run for run, record in records.items() if record["first"] is not None]:
            for run in old:
                self._adopt(run, project_id)
            return self._unfinished(project_id)
        return {run: record for run, record in records.items() if run not in gone}

    def _adopt(self, run_id: str, project_id: int) -> None:
        """Read the pages of a run of release 0.1 into today's form."""
        for part in ("open", "failed"):
            offset = 0
            while offset >= 0:
                offset = int(self._state.run("runs/adopt", run_id, project_id, part, offset))

    def _record(self, run_id: str) -> _Record:
        with redis_errors():
            return _record(self._state.redis.hmget(self._state.name("run", run_id), *_FIELDS))

    def set_unclaimed(self, project_id: int, pages: int) -> None:
        """Record the number of selectable pages in Label Studio that are not claimed yet."""
        with redis_errors():
            self._state.redis.set(self._state.name("unclaimed", project_id), max(0, pages))

    def unclaimed(self, project_id: int) -> int:
        """Return the number of pages that the last selection left in Label Studio."""
        with redis_errors():
            return int(self._state.redis.get(self._state.name("unclaimed", project_id)) or 0)

    def were_selected(self, project_id: int) -> bool:
        """Return whether a selection of the project has ever come to its end, as far as Redis knows."""
        with redis_errors():
            return bool(self._state.redis.exists(self._state.name("unclaimed", project_id)))

    def set_problem(self, project_id: int, message: str) -> None:
        """Record why the selection that has just ended could not select pages; "": it could. A new run ends it, too."""
        with redis_errors():
            name = self._state.name("problem", project_id)
            if message:
                self._state.redis.set(name, message, ex=_PROBLEM_KEPT_S)
            else:
                self._state.redis.delete(name)

    def progress(self, project_id: int, run_id: str | None = None) -> Progress:
        """Return the progress of a run, or that of the project since its first page.

        Raises RunFailed for a run that could not begin, or that Redis does not know (any more).
        """
        with redis_errors():
            listed = not run_id or self._listed(run_id, project_id)  # read first: a run is listed before it is counted
            halted = self._halt_of(run_id, project_id) if run_id else self._halts.halt(project_id)
            counts = self._of_run(run_id, project_id) if run_id else self._of_project(project_id, halted)
            rate = self._pages_per_min(project_id)
            problem = (self._state.redis.get(self._state.name("problem", project_id)) or b"").decode()
            if not run_id and not any(counts[:4]):  # a run whose pages are not listed yet may bring new ones
                listed = not self.unlisted(project_id)
                counts = self._of_project(project_id, halted)  # it may have been listed at this moment
        left = sum(counts[:4])
        eta_s = 0.0 if not left else None if halted or not rate else 60 * left / rate
        now = Progress(sum(counts), *counts[:7], rate, eta_s=eta_s, listed=listed, cancelled=counts[7], halted=halted)
        now = replace(now, problem=problem)
        return now if now.finished else replace(now, waits=self._outages.of_project(project_id))

    def stage_seconds(self, project_id: int) -> dict[str, float]:
        """Return the mean seconds that a finished page spent in each part: ocr, ser, re, upload."""
        with redis_errors():
            sums = self._state.redis.hgetall(self._state.name("seconds", project_id))
            done = int(self._state.redis.hget(self._state.name("ended", project_id), "done") or 0)
        return {part.decode(): float(s) / done for part, s in sums.items()} if done else {}

    def _halt_of(self, run_id: str, project_id: int) -> Halt | None:
        """Return the halt of a run. A cancelled run stays cancelled when the project is started again."""
        if self.cancelled(run_id):
            return "cancelled"
        return "paused" if self._halts.halt(project_id) == "paused" else None

    def _listed(self, run_id: str, project_id: int) -> bool:
        record = self._record(run_id)
        if error := record["error"]:
            raise RunFailed(error.decode())
        if record["first"] is not None:
            self._adopt(run_id, project_id)
        return record["opened"] is not None

    def _of_run(self, run_id: str, project_id: int) -> _Counts:
        counts = self._state.run("runs/counts", run_id, project_id)
        if counts is None:
            raise RunFailed(
                f"Redis does not know run {run_id} of project {project_id}: it ended over a week ago, or Redis has "
                f"lost its data; start a new run: prelabel enqueue {project_id}"
            )
        queued, working = counts[0], list[int]()
        for stage in _STAGES:
            working.append(min(self._in_stage(run_id, project_id, stage), queued))  # pages move meanwhile
            queued -= working[-1]
        return queued, working[0], working[1], working[2], counts[1], counts[2], counts[3], counts[4]

    def _in_stage(self, run_id: str, project_id: int, stage: Stage) -> int:
        return sum(scanned(lambda cursor: self._state.run("runs/in_stage", run_id, project_id, stage, cursor, PORTION)))

    def _of_project(self, project_id: int, halted: Halt | None) -> _Counts:
        with self._state.redis.pipeline() as pipe:
            for state in ("queued", "ocr", "extract", "upload"):
                pipe.scard(self._state.name("state", project_id, state))
            pipe.hgetall(self._state.name("ended", project_id))
            pipe.hlen(self._state.name("failed", project_id))
            pipe.hlen(self._state.name("skipped", project_id))
            pipe.get(self._state.name("unclaimed", project_id))
            queued, ocr, extract, upload, ended, failed, dropped, unclaimed = pipe.execute()
        done, skipped = int(ended.get(b"done", 0)), int(ended.get(b"skipped", 0)) + dropped
        waiting = int(unclaimed or 0)
        cancelled = waiting if halted == "cancelled" else 0
        return queued + waiting - cancelled, ocr, extract, upload, done, failed, skipped, cancelled

    def _pages_per_min(self, project_id: int) -> float:
        """Return the rate of ended pages over the last minute, or since the first of these ends."""
        seconds, micros = self._state.redis.time()
        now = float(seconds) + float(micros) / 1e6
        finished, since = self._state.name("finished", project_id), now - RATE_WINDOW_S
        ends = int(self._state.redis.zcount(finished, since, "+inf"))
        if not ends:
            return 0.0
        oldest = self._state.redis.zrangebyscore(finished, since, "+inf", start=0, num=1, withscores=True)
        span = RATE_WINDOW_S if ends < 2 or not oldest else max(now - oldest[0][1], 1.0)
        return 60.0 * ends / span


def _record(row: Sequence[bytes | None]) -> _Record:
    return dict(zip(_FIELDS, row, strict=True))


def _pages_of(field: int, value: bytes) -> Iterator[int]:
    """Yield the pages of a field of open pages; `lua/shared/open_pages.lua` describes its value."""
    at = 0
    while at < len(value):
        first, at = at + 5, at + 6 + value[at + 4]
        places = value[first:at]
        if len(places) == 32:
            places = bytes(place for place in range(256) if places[place // 8] >> place % 8 & 1)
        yield from (256 * field + place for place in places)
