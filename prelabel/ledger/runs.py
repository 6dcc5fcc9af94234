"""Runs and progress: counts of pages by state, for a project or for one call of `enqueue_project`.

A run is all pages of the project that were neither done nor failed when it was enqueued, whichever selection claimed
them. It keeps one bit for each open page. The script that ends a page also tells the runs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from prelabel.ledger.halts import Halt, Halts
from prelabel.ledger.redis_state import RedisState, redis_errors

#: A run's progress is kept for this time.
RUN_KEPT_S = 7 * 86400
#: The rate of a project is measured over this many seconds.
RATE_WINDOW_S = 60.0

#: Fields of a run's record. A run that is kept has the first; a run that waits for no listing has one of the others.
_LISTED = ("project", "opened", "error", "cancelled")

#: queued, ocr, extract, upload, done, failed, skipped, cancelled
_Counts = tuple[int, int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of pages by state; `queued` includes pages that are not claimed yet. `eta_s`: None while no rate is known.

    `listed`: False until a selection has listed the pages of the run. `halted`: set when a person paused or cancelled
    the project or the run. `cancelled`: pages that a cancellation left undone.
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

    @property
    def finished(self) -> bool:
        """True once all listed pages have ended, or the run was cancelled."""
        return self.halted == "cancelled" or (self.listed and self.done + self.failed + self.skipped >= self.total)

    def to_json(self) -> dict[str, Any]:
        """Return all counts and `finished`, JSON-ready."""
        return asdict(self) | {"finished": self.finished}


class Runs:
    """Runs in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState, halts: Halts) -> None:
        self._state = state
        self._halts = halts

    def create(self, project_id: int, *, again: bool = False) -> str:
        """Create a run without pages; `open` adds the pages once they are listed. A new run ends a cancellation.

        A pause stays. `again`: until the run has ended, pages of other pipeline versions are selected too.
        """
        run_id = secrets.token_hex(6)
        self._state.run("runs/create", run_id, project_id, RUN_KEPT_S, int(again))
        return run_id

    def open(self, run_id: str, project_id: int, task_ids: Sequence[int], *, listed_at: float) -> None:
        """Add the pages that were listed at `listed_at` (the ledger's clock), and mark the run as listed."""
        first = min(task_ids, default=0)
        for chunk in _chunks(task_ids, 1000):
            self._state.run("runs/open", run_id, project_id, listed_at, first, *chunk)
        with redis_errors():
            self._state.redis.hset(self._state.name("run", run_id), "opened", 1)

    def abort(self, run_id: str, message: str) -> None:
        """Record that the run could not begin; `opened` returns the message."""
        with redis_errors():
            self._state.redis.hset(self._state.name("run", run_id), "error", message)

    def cancelled(self, run_id: str) -> bool:
        """Return whether a person cancelled the run."""
        with redis_errors():
            return bool(self._state.redis.hexists(self._state.name("run", run_id), "cancelled"))

    def again(self, project_id: int, run_id: str | None = None) -> bool:
        """Return whether this run, or an unfinished run of the project, wants pages of other pipeline versions too."""
        runs = [*self.unfinished(project_id), *([run_id] if run_id else [])]
        with redis_errors():
            return any(self._state.redis.hget(self._state.name("run", run), "again") == b"1" for run in runs)

    def opened(self, run_id: str) -> tuple[bool, str]:
        """Return whether the run's pages are listed, and the reason why the run could not begin or ''."""
        with redis_errors():
            opened, error = self._state.redis.hmget(self._state.name("run", run_id), "opened", "error")
        return opened is not None, error.decode() if error else ""

    def missing_pages(self, run_id: str, project_id: int, listed: Sequence[int]) -> list[int]:
        """Return the open pages of a run that are neither in flight nor among the pages that Label Studio lists."""
        return [int(page) for page in self._state.run("runs/missing_pages", run_id, project_id, *listed)]

    def close_pages(self, project_id: int, pages: Sequence[int], outcome: Literal["done", "skipped"]) -> None:
        """Record that pages ended outside of their chains: runs no longer wait for them."""
        self._state.run("runs/close_pages", project_id, outcome, *pages)

    def unfinished(self, project_id: int) -> list[str]:
        """Return the ids of the project's runs that have open pages, or whose pages are not listed yet."""
        with redis_errors():
            runs = self._of(project_id)
            working = [run for run in runs if self._state.redis.bitcount(self._state.name("run", run, "open"))]
        return [*working, *self.unlisted(project_id)]

    def unlisted(self, project_id: int) -> list[str]:
        """Return the ids of the project's runs that wait for a selection to list their pages."""
        with redis_errors():
            ends = {r: self._state.redis.hmget(self._state.name("run", r), *_LISTED) for r in self._of(project_id)}
        return [run for run, (project, *ended) in ends.items() if project and not any(ended)]

    def _of(self, project_id: int) -> list[str]:
        return [run.decode() for run in self._state.redis.smembers(self._state.name("runs", project_id))]

    def projects(self) -> list[int]:
        """Return the projects with an unfinished run."""
        with redis_errors():
            keys = list(self._state.redis.scan_iter(self._state.name("runs", "*"), count=1000))
        ids = sorted(int(key.decode().rsplit(":", 1)[1]) for key in keys)
        return [project for project in ids if self.unfinished(project)]

    def set_unclaimed(self, project_id: int, pages: int) -> None:
        """Record the number of selectable pages in Label Studio that are not claimed yet."""
        with redis_errors():
            self._state.redis.set(self._state.name("unclaimed", project_id), max(0, pages))

    def unclaimed(self, project_id: int) -> int:
        """Return the number of pages that the last selection left in Label Studio."""
        with redis_errors():
            return int(self._state.redis.get(self._state.name("unclaimed", project_id)) or 0)

    def progress(self, project_id: int, run_id: str | None = None) -> Progress:
        """Return the progress of a run, or that of the project since its first page."""
        with redis_errors():
            listed = not run_id or self.opened(run_id)[0]  # read first: a run is listed before it is counted
            halted = self._halt_of(run_id, project_id) if run_id else self._halts.halt(project_id)
            counts = self._of_run(run_id, project_id) if run_id else self._of_project(project_id, halted)
            rate = self._pages_per_min(project_id)
        left = sum(counts[:4])
        eta_s = 0.0 if not left else None if halted or not rate else 60 * left / rate
        return Progress(sum(counts), *counts[:7], rate, eta_s=eta_s, listed=listed, cancelled=counts[7], halted=halted)

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

    def _of_run(self, run_id: str, project_id: int) -> _Counts:
        counts: _Counts = tuple(self._state.run("runs/counts", run_id, project_id))
        return counts

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
        finished = self._state.name("finished", project_id)
        ends = self._state.redis.zrangebyscore(finished, now - RATE_WINDOW_S, "+inf", withscores=True)
        if not ends:
            return 0.0
        span = RATE_WINDOW_S if len(ends) < 2 else max(now - ends[0][1], 1.0)
        return 60.0 * len(ends) / span


def _chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
