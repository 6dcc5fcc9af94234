"""Measure of one way of processing pages: the end of each page, and the CPU seconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Shares of the pages, ordered by their ends, between which the steady state lies. The pipeline fills before that span
#: and drains after it.
STEADY = (0.1, 0.9)
#: With fewer pages in that span, a steady rate would be chance: the rate of the whole run is taken.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures of one way. `finished`: the Unix seconds of stored pages, of `asked` pages; `cpu_s`: by kind of process.

    `machine_cpu_s`: busy seconds of the whole machine meanwhile; they show the work of other processes. `parallel`:
    pages overlap, so that not all processes are busy at the beginning and at the end.
    """

    way: str
    asked: int
    started: float
    finished: Sequence[float]
    cpu_s: Mapping[str, float]
    machine_cpu_s: float
    parallel: bool = True
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return len(self.finished)

    @property
    def wall_s(self) -> float:
        """Seconds from the start to the last stored page."""
        return max(self.finished) - self.started if self.finished else float("nan")

    @property
    def pages_per_s(self) -> float:
        """Pages a second over the whole wall time, fill and drain included; 0.0 where nothing was stored."""
        return self.pages / self.wall_s if self.finished else 0.0

    @property
    def steady_pages_per_s(self) -> float:
        """Result of `steady_rate`; the rate of the whole run where pages are too few for it, or do not overlap."""
        return (steady_rate(self.finished) if self.parallel else None) or self.pages_per_s

    @property
    def cpu_s_a_page(self) -> float:
        return sum(self.cpu_s.values()) / self.pages if self.pages else float("nan")

    @property
    def others_cores(self) -> float:
        """Cores that other processes kept busy, on average: near 0 on a machine that is fit for measuring."""
        return max(0.0, self.machine_cpu_s - sum(self.cpu_s.values())) / self.wall_s if self.finished else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return all figures, rounded: pages a second, seconds, CPU seconds a page."""
        return {
            "pages": self.pages,
            "asked": self.asked,
            "wall_s": round(self.wall_s, 2) if self.finished else None,
            "pages_per_s": round(self.pages_per_s, 4),
            "steady_pages_per_s": round(self.steady_pages_per_s, 4),
            "cpu_s_a_page": round(self.cpu_s_a_page, 3) if self.pages else None,
            "cpu_s_a_page_by_kind": {kind: round(s / self.pages, 4) for kind, s in self.cpu_s.items() if self.pages},
            "others_cores": round(self.others_cores, 2),
            **self.notes,
        }


def steady_rate(finished: Sequence[float]) -> float | None:
    """Return pages a second between the 10th and the 90th percentile of the pages' ends; None for too few pages.

    The rate is the slope of the least-squares line through (time, pages ended by then). All pages of a bulk import end
    together; a line through all points depends less on where such a group falls than the two ends would.
    """
    ends = sorted(finished)
    first, last = (round(share * len(ends)) for share in STEADY)
    kept = ends[first:last]
    if len(kept) < _FEWEST or kept[0] == kept[-1]:
        return None
    return statistics.linear_regression(kept, range(len(kept))).slope
