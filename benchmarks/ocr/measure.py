"""Readings of each page in each way, and comparisons of two ways over the pages that both have read."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from benchmarks.ocr.prints import PrintScores
from prelabel.evaluation.error_sheet import WordError
from prelabel.evaluation.ocr import OcrScores


@dataclass(frozen=True, slots=True)
class Reading:
    """A page read in one way; scored as a page without words where it failed. `error`: the reason for that.

    CPU seconds are those of the way's processes, and of the whole machine meanwhile; 0 where the process was lost.
    `prints`: scores by font or printer, and of numbers in boxes. `wrong`: the words that were read wrong.
    """

    scores: OcrScores
    error: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    machine_s: float = 0.0
    peak_mb: float = 0.0
    prints: PrintScores = field(default_factory=PrintScores)
    wrong: tuple[WordError, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of a set's pages in one way, by the names of the pages."""

    by_page: Mapping[str, Reading]

    @property
    def pages(self) -> int:
        return len(self.by_page)

    @property
    def errors(self) -> Mapping[str, str]:
        return {name: reading.error for name, reading in self.by_page.items() if reading.error}

    @property
    def scores(self) -> OcrScores:
        """The scores of all pages together, failed ones included: a micro average."""
        return sum((reading.scores for reading in self.by_page.values()), OcrScores())

    @property
    def prints(self) -> PrintScores:
        return sum((reading.prints for reading in self.by_page.values()), PrintScores())

    @property
    def wrong(self) -> list[WordError]:
        """The words of all pages that were read wrong."""
        return [error for reading in self.by_page.values() for error in reading.wrong]

    @property
    def cpu_s_a_page(self) -> float | None:
        """The mean over the pages that did not fail; None where all did."""
        return _mean([reading.cpu_s for reading in self._good])

    @property
    def wall_s_a_page(self) -> float | None:
        return _mean([reading.wall_s for reading in self._good])

    @property
    def peak_mb(self) -> float:
        """The peak of the process and its largest child since its start."""
        return max((reading.peak_mb for reading in self.by_page.values()), default=0.0)

    @property
    def _good(self) -> list[Reading]:
        return [reading for reading in self.by_page.values() if not reading.error]

    def shared_with(self, other: Readings) -> tuple[Readings, Readings]:
        """Return the readings of this and of the other way for the pages that both have read, failed or not."""
        both = [name for name in self.by_page if name in other.by_page]
        return Readings({n: self.by_page[n] for n in both}), Readings({n: other.by_page[n] for n in both})

    def to_json(self) -> dict[str, Any]:
        """Return seconds a page, MB, counts, and every score times 100, JSON-ready."""
        return {
            "pages": self.pages,
            "failed": len(self.errors),
            "cpu_s_per_page": rounded(self.cpu_s_a_page),
            "wall_s_per_page": rounded(self.wall_s_a_page),
            "peak_mb": round(self.peak_mb),
            **self.scores.to_json(),
            **self.prints.to_json(),
            **({"errors": dict(self.errors)} if self.errors else {}),
        }


def cpu_ratio(of: Sequence[tuple[Readings, Readings]]) -> float | None:
    """Return the CPU of the second way divided by that of the first, over the pages that both read without failing."""
    pairs = [
        (first.by_page[name], second.by_page[name])
        for first, second in of
        for name in first.by_page
        if name in second.by_page and not first.by_page[name].error and not second.by_page[name].error
    ]
    spent = sum(first.cpu_s for first, _ in pairs)
    return sum(second.cpu_s for _, second in pairs) / spent if spent else None


def gain(score: Callable[[OcrScores], float], ours: Readings, rival: Readings) -> float | None:
    """Return the points (0..100) by which our score is higher, over the pages that both have read."""
    own, its = ours.shared_with(rival)
    return 100 * (score(own.scores) - score(its.scores)) if own.pages else None


@dataclass(frozen=True, slots=True)
class Run:
    """A run in which each of `processes` reads the same pages at the same time; `cpu_s` is the sum."""

    processes: int
    pages: int
    wall_s: float
    cpu_s: float
    machine_s: float

    @property
    def pages_per_s(self) -> float:
        return self.pages / self.wall_s


def scale_ratios(runs: Sequence[Run]) -> list[float]:
    """Return the rate of each run with several processes, divided by the mean of the runs with one around it."""
    around = zip(pairwise(runs[::2]), runs[1::2], strict=False)
    return [many.pages_per_s * 2 / (before.pages_per_s + after.pages_per_s) for (before, after), many in around]


def rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


def _mean(values: Sequence[float]) -> float | None:
    return statistics.mean(values) if values else None
