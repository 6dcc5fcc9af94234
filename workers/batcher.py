"""The batcher: items of many tasks processed in one call. A cost budget, a count or a short wait closes a batch.

One thread starts all work, so that a device or a server has a single user. A second thread waits for work that goes on
by itself, e.g. on a GPU, while the first one gathers and starts the next batch, so that the device does not idle. Each
item has its own future. A batch that fails is halved until the failing item is found; only its future gets the error.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

#: Time between two calls of `more_coming` while a batch waits.
_ASK_EVERY_S = 0.2

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class _Entry(Generic[T, R]):
    item: T
    cost: int
    alone: bool
    future: Future[R] = field(default_factory=Future)


class Batcher(Generic[T, R]):
    """A queue of items and the threads that process them in batches.

    `work` takes a batch and returns one result for each item, in the same order, or a function that waits for these
    results. A batch is closed when its costs reach `max_cost`, when it has `max_items`, `wait_s` after its first item,
    or as soon as `more_coming` returns False for its items. A batch of one item has the device to itself.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Sequence[R] | Callable[[], Sequence[R]]],
        *,
        max_items: int,
        wait_s: float,
        max_cost: int | None = None,
        more_coming: Callable[[Sequence[T]], bool] | None = None,
        name: str = "batcher",
    ) -> None:
        self._work = work
        self._max_items = max_items
        self._max_cost = max_cost
        self._wait_s = wait_s
        self._more_coming = more_coming
        self._name = name
        #: Seconds that the thread which starts the work has waited for items.
        self.waited_s = 0.0
        self._waiting: queue.SimpleQueue[_Entry[T, R] | list[_Entry[T, R]] | None] = queue.SimpleQueue()
        self._kept: _Entry[T, R] | list[_Entry[T, R]] | None = None
        self._begun: queue.Queue[tuple[list[_Entry[T, R]], Callable[[], Sequence[R]]]] = queue.Queue(maxsize=1)
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()
        threading.Thread(target=self._finish, name=f"{name}-finish", daemon=True).start()

    def submit(self, item: T, *, cost: int = 1, alone: bool = False) -> Future[R]:
        """Hand an item in; with `alone` it has a batch of its own. Returns the future of its result."""
        entry: _Entry[T, R] = _Entry(item, cost, alone)
        self._waiting.put(entry)
        return entry.future

    def close(self) -> None:
        """Finish all items that were handed in, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while True:
            started = time.monotonic()
            batch = self._gather()
            waited_s = time.monotonic() - started
            self.waited_s += waited_s
            if batch:
                self._run(batch)
                log.debug("%s: %d items, after %.1f ms of waiting", self._name, len(batch), 1000 * waited_s)
                continue
            self._begun.join()
            if self._waiting.empty():
                return
            self._waiting.put(None)  # halves of a failed batch wait again

    def _gather(self) -> list[_Entry[T, R]]:
        """Gather the next batch; it is empty once the batcher is closed."""
        first = self._kept or self._waiting.get()
        self._kept = None
        if first is None or isinstance(first, list):
            return first or []
        batch, cost, closes_at = [first], first.cost, time.monotonic() + self._wait_s
        while not first.alone and len(batch) < self._max_items:
            entry = self._next(batch, closes_at)
            if entry is None:
                break
            if (
                isinstance(entry, list)
                or entry.alone
                or (self._max_cost is not None and cost + entry.cost > self._max_cost)
            ):
                self._kept = entry
                break
            batch.append(entry)
            cost += entry.cost
        return batch

    def _next(self, batch: Sequence[_Entry[T, R]], closes_at: float) -> _Entry[T, R] | list[_Entry[T, R]] | None:
        """Wait for the next item of the batch; None when the batch is to be closed."""
        while True:
            left_s = max(0.0, closes_at - time.monotonic())
            try:
                entry = self._waiting.get(timeout=min(left_s, _ASK_EVERY_S) if self._more_coming else left_s)
            except queue.Empty:
                if left_s <= _ASK_EVERY_S or not self._expects_more(batch):
                    return None
                continue
            if entry is None:  # closed: process this batch, and let the loop find the mark again
                self._waiting.put(None)
            return entry

    def _expects_more(self, batch: Sequence[_Entry[T, R]]) -> bool:
        return self._more_coming is None or self._more_coming([entry.item for entry in batch])

    def _run(self, batch: list[_Entry[T, R]]) -> None:
        """Start a batch. A batch of one item starts when all earlier batches have ended, and is waited for."""
        if len(batch) == 1:
            self._begun.join()
        try:
            results = self._work([entry.item for entry in batch])
        except Exception as error:  # noqa: BLE001  # handed to the task whose item it is
            self._halve(batch, error)
            return
        if not callable(results):
            self._settle(batch, results)
            return
        self._begun.put((batch, results))
        if len(batch) == 1:
            self._begun.join()

    def _finish(self) -> None:
        while True:
            batch, wait = self._begun.get()
            try:
                self._settle(batch, wait())
            except Exception as error:  # noqa: BLE001  # as above
                self._halve(batch, error)
            self._begun.task_done()

    def _halve(self, batch: list[_Entry[T, R]], error: Exception) -> None:
        if len(batch) == 1:
            batch[0].future.set_exception(error)
            return
        half = len(batch) // 2
        self._waiting.put(batch[:half])
        self._waiting.put(batch[half:])

    @staticmethod
    def _settle(batch: Sequence[_Entry[T, R]], results: Sequence[R]) -> None:
        for entry, result in zip(batch, results, strict=True):
            entry.future.set_result(result)
