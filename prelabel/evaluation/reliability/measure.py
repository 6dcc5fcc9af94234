"""Reliability of confidences: how often key-values of each confidence are right, and how many need no look.

`ece`: expected calibration error (doi.org/10.1609/aaai.v29i1.9602) over ten bins of equal width: the mean distance of
confidence and share of right ones, weighted by the size of the bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: Number of bins, and the shares of right key-values for which the risk-coverage table names a confidence.
BINS = 10
WANTED = (0.99, 0.98, 0.95, 0.9)
#: Drawings of a calibrated result, for `ece_floor`.
_DRAWN = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """Key-values with confidences from `low` to `high`: their number, mean confidence and share of right ones."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The largest share of key-values, the surest ones, of which `wanted` are right; `least`: their least confidence.

    None where no number of them is.
    """

    wanted: float
    share: float
    least: float | None


@dataclass(slots=True)
class Reliability:
    """Confidences of key-values, and whether each is right. `add` takes those of one page."""

    confidences: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def add(self, confidences: Sequence[float], right: Sequence[bool]) -> None:
        """Add the key-values of a page."""
        self.confidences += confidences
        self.right += right

    def bins(self) -> list[Bin]:
        """Return the bins that hold key-values, from low to high; 1.0 is in the last one."""
        sure, right = np.array(self.confidences), np.array(self.right, float)
        places = np.minimum((sure * BINS).astype(int), BINS - 1)
        return [
            Bin(i / BINS, (i + 1) / BINS, int(held.sum()), float(sure[held].mean()), float(right[held].mean()))
            for i in range(BINS)
            if (held := places == i).any()
        ]

    @property
    def ece(self) -> float:
        """The expected calibration error, 0..1; 0.0 without key-values."""
        return _ece(np.array(self.confidences), np.array(self.right, float))

    def ece_floor(self, seed: int = 0) -> float:
        """Return the ECE that confidences without any error have on average with so few key-values."""
        sure, rng = np.array(self.confidences), np.random.default_rng(seed)
        return float(np.mean([_ece(sure, (rng.random(len(sure)) < sure).astype(float)) for _ in range(_DRAWN)]))

    def coverage(self) -> list[Coverage]:
        """Return the risk-coverage table: one row for each of `WANTED`. Equal confidences are taken together."""
        sure, right = np.array(self.confidences), np.array(self.right, float)
        order = np.argsort(-sure, kind="stable")
        shares = right[order].cumsum() / np.arange(1, len(order) + 1)
        last = np.append(sure[order][1:] != sure[order][:-1], True) if len(order) else np.zeros(0, bool)
        rows = []
        for wanted in WANTED:
            ends = np.flatnonzero(last & (shares >= wanted))
            if len(ends):
                rows.append(Coverage(wanted, float(ends[-1] + 1) / len(order), float(sure[order][ends[-1]])))
            else:
                rows.append(Coverage(wanted, 0.0, None))
        return rows

    def to_json(self) -> dict[str, Any]:
        """Return all figures as numbers 0..1."""
        return {
            "pairs": len(self.right),
            "right": sum(self.right),
            "ece": round(self.ece, 4),
            "ece_floor": round(self.ece_floor(), 4),
            "bins": [
                {
                    "low": each.low,
                    "high": each.high,
                    "pairs": each.count,
                    "confidence": round(each.confidence, 4),
                    "right": round(each.right, 4),
                }
                for each in self.bins()
            ],
            "coverage": [
                {"right": each.wanted, "share": round(each.share, 4), "from_confidence": each.least}
                for each in self.coverage()
            ],
        }


def _ece(sure: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    if not len(sure):
        return 0.0
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = np.bincount(places, sure - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(sure))
