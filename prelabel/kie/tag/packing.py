"""Windows of many pages through a device: parts of like length, little padding, bounded memory, and windows to pages.

Both taggers use it. What a window is, and how it is scored, is theirs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from prelabel.errors import ExtractFailed
from prelabel.kie.tag.device import is_out_of_memory, release_memory
from prelabel.kie.tag.tagger import Encoded, Probabilities

#: How long parts stay smaller after memory ran out: others may use the same device only for a while.
SMALLER_S = 300.0

log = logging.getLogger(__name__)


class Window(Protocol):
    """`words`: indices into the page; `margins`: how much context each has before the nearer cut of the page."""

    @property
    def words(self) -> npt.NDArray[np.int64]: ...
    @property
    def margins(self) -> npt.NDArray[np.int64]: ...


W = TypeVar("W", bound=Window)
R = TypeVar("R")


class Packer:
    """Cuts windows into parts whose cost, rows x longest ** `power`, stays within the budget; for one thread at a time.

    `fixed`: what one pass costs however little is in it. The parts are those of least cost in sum, so that a pass is
    saved only where it wastes less on padding.
    """

    def __init__(self, budget: int, *, power: int = 1, fixed: int = 0) -> None:
        self._full = budget
        self._budget = budget
        self._smaller_until = 0.0
        self._power = power
        self._fixed = fixed
        #: Since the beginning: places that hold something, and places that went through the device.
        self.filled, self.places = 0, 0

    @property
    def budget(self) -> int:
        """The full one again `SMALLER_S` after memory ran out."""
        if self._budget < self._full and time.monotonic() > self._smaller_until:
            self._budget = self._full
        return self._budget

    @property
    def waste(self) -> float:
        """Share of padding in all that went through the device, 0..1."""
        return 1 - self.filled / self.places if self.places else 0.0

    def parts(self, lengths: Sequence[int]) -> list[list[int]]:
        """Indices by part, the longest windows first: memory that they took does for the others.

        >>> Packer(100, fixed=10).parts([30, 5, 29, 4])
        [[2, 0], [3, 1]]
        """
        order = np.argsort(lengths, kind="stable")
        rows = np.asarray(lengths, np.int64)[order]
        least = np.zeros(len(rows) + 1, np.int64)
        begins = np.zeros(len(rows) + 1, np.int64)
        for stop in range(1, len(rows) + 1):
            row = self._cost(1, int(rows[stop - 1]))
            first = max(stop - max(self.budget // max(row, 1), 1), 0)
            costs = least[first:stop] + np.arange(stop - first, 0, -1) * row
            begins[stop] = first + int(costs.argmin())
            least[stop] = costs.min() + self._fixed
        found = []
        stop = len(rows)
        while stop:
            found.append(order[begins[stop] : stop].tolist())
            stop = int(begins[stop])
        return found

    def run(self, lengths: Sequence[int], work: Callable[[list[int]], R]) -> list[tuple[list[int], R]]:
        """`work` on every part. Where memory runs out, what is left goes on in halves.

        Raises ExtractFailed for a window that does not fit alone.
        """
        done: list[tuple[list[int], R]] = []
        waiting = self.parts(lengths)[::-1]
        while waiting:
            part = waiting.pop()
            reason = ""
            try:
                done.append((part, work(part)))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = (str(error).splitlines() or ["no memory"])[0]
            if reason:  # out of `except`, where the error still held the tensors of the pass that failed
                self._shrink(len(part), max(lengths[i] for i in part), reason)
                left = [i for each in (part, *waiting) for i in each]
                waiting = [[left[i] for i in each] for each in self.parts([lengths[i] for i in left])][::-1]
        self._count(lengths, [part for part, _ in done])
        return done

    def _shrink(self, rows: int, longest: int, reason: str) -> None:
        release_memory()
        if rows == 1:
            raise ExtractFailed(
                f"a window of {longest} does not fit into the device's memory ({reason}); free some, or set DEVICE=cpu"
            )
        self._budget = max(self._cost(rows, longest) // 2, 1)
        self._smaller_until = time.monotonic() + SMALLER_S
        log.warning("out of memory with %d windows of %d: halved for %.0f s (%s)", rows, longest, SMALLER_S, reason)

    def _count(self, lengths: Sequence[int], parts: Sequence[Sequence[int]]) -> None:
        filled = sum(self._cost(1, length) for length in lengths)
        places = sum(self._cost(len(part), max(lengths[i] for i in part)) for part in parts)
        self.filled += filled
        self.places += places
        if places:
            log.debug("%d windows in %d parts, %.1f %% padding", len(lengths), len(parts), 100 - 100 * filled / places)

    def _cost(self, rows: int, longest: int) -> int:
        return int(rows * longest**self._power)


def launch(
    batch: Sequence[Encoded],
    tags: int,
    packer: Packer,
    length: Callable[[W], int],
    score: Callable[[list[W]], Callable[[], Sequence[Probabilities]]],
) -> Callable[[], list[Probabilities]]:
    """All windows of a batch on their way through the device; the function waits and puts their words together.

    `score` begins a pass; what it returns waits for the probabilities: for each window, a row for each of its words.
    """
    windows: list[tuple[int, W]] = [(number, window) for number, page in enumerate(batch) for window in page.payload]
    passes = packer.run([length(window) for _, window in windows], lambda part: score([windows[i][1] for i in part]))

    def wait() -> list[Probabilities]:
        scored = ((*windows[i], rows) for part, ready in passes for i, rows in zip(part, ready(), strict=True))
        return _merged([page.words for page in batch], tags, scored)

    return wait


def _merged(words: Sequence[int], tags: int, scored: Iterable[tuple[int, Any, Probabilities]]) -> list[Probabilities]:
    """Probabilities by page; of a word in two windows, those of the window with most context count."""
    results: list[Probabilities] = [np.zeros((count, tags), np.float32) for count in words]
    best = [np.full(count, -1, np.int64) for count in words]
    for number, window, rows in scored:
        wins = window.margins > best[number][window.words]
        results[number][window.words[wins]] = rows[wins]
        best[number][window.words[wins]] = window.margins[wins]
    return results
