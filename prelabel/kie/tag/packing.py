"""Packing of the windows of many pages into passes through a device: little or no padding, bounded memory.

All taggers use it; each has its own windows and its own way to score them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from prelabel.errors import ExtractFailed
from prelabel.kie.tag.tagger import Encoded, Probabilities

#: Seconds for which parts stay smaller after an out-of-memory error; another process may release its memory meanwhile.
SMALLER_S = 300.0

#: Parts of the messages of torch, in lower case, when an allocation fails.
_NO_MEMORY = ("out of memory", "can't allocate memory", "cublas_status_alloc_failed")

log = logging.getLogger(__name__)


class Window(Protocol):
    """A part of a page. `words`: indices into the page; `margins`: context of each word before the nearer cut."""

    @property
    def words(self) -> npt.NDArray[np.int64]: ...
    @property
    def margins(self) -> npt.NDArray[np.int64]: ...


W = TypeVar("W", bound=Window)
R = TypeVar("R")


class Passes(Protocol):
    """A way to divide windows into passes."""

    def run(self, lengths: Sequence[int], work: Callable[[list[int]], R]) -> list[tuple[list[int], R]]:
        """Call `work` with the indices of every pass, and return the indices with its results."""
        ...


class Unpadded:
    """Passes without padding: the windows in their order, at most `budget` positions a pass."""

    def __init__(self, budget: int) -> None:
        self._budget = budget

    def run(self, lengths: Sequence[int], work: Callable[[list[int]], R]) -> list[tuple[list[int], R]]:
        """Call `work` for every pass. Raises ExtractFailed if memory runs out."""
        try:
            return [(part, work(part)) for part in self.parts(lengths)]
        except MemoryError:
            raise ExtractFailed("the words of a page do not fit into memory; free some memory") from None

    def parts(self, lengths: Sequence[int]) -> list[list[int]]:
        """Return the indices of each pass; a longer window is a pass of its own.

        >>> Unpadded(100).parts([30, 60, 30, 200])
        [[0, 1], [2], [3]]
        """
        found: list[list[int]] = []
        room = 0
        for index, length in enumerate(lengths):
            if length > room:
                found.append([])
                room = self._budget
            found[-1].append(index)
            room -= length
        return found


class Packer:
    """Division of windows into parts whose cost, rows x longest ** `power`, is within a budget; not thread-safe.

    `fixed`: fixed cost of a pass. The parts have the lowest total cost, so that two passes are merged only if that adds
    less padding than a pass costs. `release` frees memory after an out-of-memory error.
    """

    def __init__(
        self, budget: int, *, power: int = 1, fixed: int = 0, release: Callable[[], None] = lambda: None
    ) -> None:
        self._full = budget
        self._budget = budget
        self._smaller_until = 0.0
        self._power = power
        self._fixed = fixed
        self._release = release
        #: Totals: positions with content, and all positions that went through the device.
        self.filled, self.places = 0, 0

    @property
    def budget(self) -> int:
        """The current budget: halved by an out-of-memory error, and the full one again after `SMALLER_S`."""
        if self._budget < self._full and time.monotonic() > self._smaller_until:
            self._budget = self._full
        return self._budget

    @property
    def waste(self) -> float:
        """The share of padding in all positions that went through the device, 0..1."""
        return 1 - self.filled / self.places if self.places else 0.0

    def parts(self, lengths: Sequence[int]) -> list[list[int]]:
        """Return the indices of each part, the longest windows first: shorter ones can reuse their memory.

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
        """Call `work` for every part. If memory runs out, the budget is halved for the remaining windows.

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
                if not _is_out_of_memory(error):
                    raise
                reason = (str(error).splitlines() or ["no memory"])[0]
            if reason:  # outside `except`: there, the error still holds the tensors of the failed pass
                self._shrink(len(part), max(lengths[i] for i in part), reason)
                left = [i for each in (part, *waiting) for i in each]
                waiting = [[left[i] for i in each] for each in self.parts([lengths[i] for i in left])][::-1]
        self._count(lengths, [part for part, _ in done])
        return done

    def _shrink(self, rows: int, longest: int, reason: str) -> None:
        self._release()
        if rows == 1:
            raise ExtractFailed(
                f"a window of {longest} does not fit into the memory of the device ({reason}); "
                "free some memory, or set PRELABEL_DEVICE=cpu"
            )
        self._budget = max(self._cost(rows, longest) // 2, 1)
        self._smaller_until = time.monotonic() + SMALLER_S
        log.warning(
            "out of memory with %d windows of %d: halving parts for %.0f s (%s)", rows, longest, SMALLER_S, reason
        )

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
    passes: Passes,
    length: Callable[[W], int],
    score: Callable[[list[W]], Callable[[], Sequence[Probabilities]]],
) -> Callable[[], list[Probabilities]]:
    """Begin the passes of all windows of a batch, and return a function that waits and returns probabilities by page.

    `score` begins a pass, and returns a function that waits for the probabilities: (words, tags) for each window.
    """
    windows: list[tuple[int, W]] = [(number, window) for number, page in enumerate(batch) for window in page.payload]
    lengths = [length(window) for _, window in windows]
    begun = passes.run(lengths, lambda part: score([windows[i][1] for i in part]))

    def wait() -> list[Probabilities]:
        scored = ((*windows[i], rows) for part, ready in begun for i, rows in zip(part, ready(), strict=True))
        return _merged([page.words for page in batch], tags, scored)

    return wait


def _is_out_of_memory(error: BaseException) -> bool:
    """Return whether an allocation failed, on the device or here. torch's own error is a RuntimeError, too."""
    return isinstance(error, MemoryError) or any(part in str(error).lower() for part in _NO_MEMORY)


def _merged(words: Sequence[int], tags: int, scored: Iterable[tuple[int, Any, Probabilities]]) -> list[Probabilities]:
    """Return the probabilities by page; for a word in two windows, the window with more context counts."""
    results: list[Probabilities] = [np.zeros((count, tags), np.float32) for count in words]
    best = [np.full(count, -1, np.int64) for count in words]
    for number, window, rows in scored:
        wins = window.margins > best[number][window.words]
        results[number][window.words[wins]] = rows[wins]
        best[number][window.words[wins]] = window.margins[wins]
    return results
