"""Runs and progress: how many pages of a project, or of one `enqueue_project`, are where.

A run is all pages of the project that were not done or failed when it was enqueued, whoever claimed them. It holds
its open pages, one bit each; each page's end is told to the runs by the same script that ends the page.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from prelabel.ledger.halts import Halt, Halts
from prelabel.ledger.redis_state import RedisState, redis_errors

#: How long a run can be asked for its progress.
RUN_KEPT_S = 7 * 86400
#: The rate of a project is taken over this many seconds.
RATE_WINDOW_S = 60.0

#: A run that is kept has the first; one that is listed, or will never be, has one of the others.
_LISTED = ("project", "opened", "error", "cancelled")

#: queued, ocr, extract, upload, done, failed, skipped, cancelled
_Counts = tuple[int, int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Pages by state; `queued` counts those not yet claimed, too. `eta_s` is None while no rate is known.

    `listed` is False as long as a run's pages are not known: nothing has been selected yet. `halted`: a person has
    stopped it; `cancelled` pages are those that this left undone.
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
        """The pages are listed, and nothing is left to do; or it was cancelled."""
        return self.halted == "cancelled" or (self.listed and self.done + self.failed + self.skipped >= self.total)

    def to_json(self) -> dict[str, Any]:
        """All counts and `finished`, JSON-ready."""
        return asdict(self) | {"finished": self.finished}


class Runs:
    """See the module."""

    def __init__(self, state: RedisState, halts: Halts) -> None:
        self._state = state
        self._halts = halts

    def create(self, project_id: int, *, again: bool = False) -> str:
        """A run without pages; `open` adds them once they are listed. It ends a cancellation, but no pause.

        `again`: pages of other pipeline versions are selected, too, until the run has ended.
        """
        run_id = secrets.token_hex(6)
        self._state.run("runs/create", run_id, project_id, RUN_KEPT_S, int(again))
        return run_id

    def open(self, run_id: str, project_id: int, task_ids: Sequence[int], *, listed_at: float) -> None:
        """Add the pages that were listed at `listed_at` (the ledger's clock) and mark the run as opened."""
        first = min(task_ids, default=0)
        for chunk in _chunks(task_ids, 1000):
            self._state.run("runs/open", run_id, project_id, listed_at, first, *chunk)
        with redis_errors():
            self._state.redis.hset(self._state.name("run", run_id), "opened", 1)

    def abort(self, run_id: str, message: str) -> None:
        """The run could not begin; whoever waits for it is told."""
        with redis_errors():
            self._state.redis.hset(self._state.name("run", run_id), "error", message)

    def cancelled(self, run_id: str) -> bool:
        """It was ended by a person."""
        with redis_errors():
            return bool(self._state.redis.hexists(self._state.name("run", run_id), "cancelled"))

    def again(self, project_id: int, run_id: str | None = None) -> bool:
        """Does this run, or an unfinished one of the project, want pages of other pipeline versions, too?"""
        runs = [*self.unfinished(project_id), *([run_id] if run_id else [])]
        with redis_errors():
            return any(self._state.redis.hget(self._state.name("run", run), "again") == b"1" for run in runs)

    def opened(self, run_id: str) -> tuple[bool, str]:
        """(its pages are listed, why it could not begin or '')."""
        with redis_errors():
            opened, error = self._state.redis.hmget(self._state.name("run", run_id), "opened", "error")
        return opened is not None, error.decode() if error else ""

    def gaps(self, run_id: str, project_id: int, listed: Sequence[int]) -> list[int]:
        """Pages that a run waits for, though they are not in flight, nor among those that Label Studio lists."""
        return [int(page) for page in self._state.run("runs/gaps", run_id, project_id, *listed)]

    def close(self, project_id: int, pages: Sequence[int], outcome: Literal["done", "skipped"]) -> None:
        """Such pages have ended so: no run waits for them any longer."""
        self._state.run("runs/close_pages", project_id, outcome, *pages)

    def unfinished(self, project_id: int) -> list[str]:
        """Ids of the project's runs that still have open pages, or whose pages are yet to be listed."""
        with redis_errors():
            runs = self._of(project_id)
            working = [run for run in runs if self._state.redis.bitcount(self._state.name("run", run, "open"))]
        return [*working, *self.unlisted(project_id)]

    def unlisted(self, project_id: int) -> list[str]:
        """Ids of the project's runs that wait for a selection to list their pages."""
        with redis_errors():
            ends = {r: self._state.redis.hmget(self._state.name("run", r), *_LISTED) for r in self._of(project_id)}
        return [run for run, (project, *ended) in ends.items() if project and not any(ended)]

    def _of(self, project_id: int) -> list[str]:
        return [run.decode() for run in self._state.redis.smembers(self._state.name("runs", project_id))]

    def projects(self) -> list[int]:
        """Projects with an unfinished run: beat selects from them, too."""
        with redis_errors():
            keys = list(self._state.redis.scan_iter(self._state.name("runs", "*"), count=1000))
        ids = sorted(int(key.decode().rsplit(":", 1)[1]) for key in keys)
        return [project for project in ids if self.unfinished(project)]

    def set_unclaimed(self, project_id: int, pages: int) -> None:
        """How many selectable pages wait in Label Studio, not yet claimed."""
        with redis_errors():
            self._state.redis.set(self._state.name("unclaimed", project_id), max(0, pages))

    def unclaimed(self, project_id: int) -> int:
        """What the last selection left in Label Studio."""
        with redis_errors():
            return int(self._state.redis.get(self._state.name("unclaimed", project_id)) or 0)

    def progress(self, project_id: int, run_id: str | None = None) -> Progress:
        """Counts of a run, or of the project since the ledger knows it."""
        with redis_errors():
            listed = not run_id or self.opened(run_id)[0]  # looked at first: a run is listed before it is counted
            halted = self._halt_of(run_id, project_id) if run_id else self._halts.halt(project_id)
            counts = self._of_run(run_id, project_id) if run_id else self._of_project(project_id, halted)
            rate = self._pages_per_min(project_id)
        left = sum(counts[:4])
        eta_s = 0.0 if not left else None if halted or not rate else 60 * left / rate
        return Progress(sum(counts), *counts[:7], rate, eta_s=eta_s, listed=listed, cancelled=counts[7], halted=halted)

    def stage_seconds(self, project_id: int) -> dict[str, float]:
        """Mean seconds that a finished page spent in each part: ocr, ser, re, upload."""
        with redis_errors():
            sums = self._state.redis.hgetall(self._state.name("seconds", project_id))
            done = int(self._state.redis.hget(self._state.name("ended", project_id), "done") or 0)
        return {part.decode(): float(s) / done for part, s in sums.items()} if done else {}

    def _halt_of(self, run_id: str, project_id: int) -> Halt | None:
        """A cancelled run stays so when the project begins anew."""
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
        """Ends of pages over the last minute, or since the first of them when that is shorter."""
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
