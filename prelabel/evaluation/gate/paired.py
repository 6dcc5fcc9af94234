"""Paired bootstrap over pages: the difference of two models' micro F1 on the same pages, with its noise.

Both models are drawn with the same pages each time, so what makes a page hard cancels out (Efron and Tibshirani 1993,
chapter 16). Few pages make the percentile bootstrap too sure, so deviations are widened by sqrt(n / (n - 1)), and by
what Student's t is wider than a normal distribution (the first term of its expansion, Abramowitz and Stegun 26.7.5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.evaluation.scores import Scores, f1

DRAWS = 4000
#: Draws that are added up at once.
_CHUNK = 500
#: Normal quantile of an interval with 95 %.
_Z = 1.96
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of the champion and of the challenger, 0..1, and `drawn`: their difference in each draw, (draws,)."""

    champion: float
    challenger: float
    pages: int
    drawn: Floats

    @property
    def observed(self) -> float:
        """F1 of the challenger less that of the champion."""
        return self.challenger - self.champion

    @property
    def noise(self) -> float:
        """Standard error of the difference."""
        return float(self.drawn.std())

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return (low, high): outside of it lies the true difference with a chance of about `alpha`, half at an end."""
        low, high = np.quantile(self.drawn, (alpha / 2, 1 - alpha / 2))
        return float(low), float(high)


def difference(champion: Sequence[Scores], challenger: Sequence[Scores], *, seed: int) -> Difference:
    """Compare the counts of two models, page by page in the same order.

    The same seed draws the same pages whatever the counts.
    """
    counts = np.array([_row(a) + _row(b) for a, b in zip(champion, challenger, strict=True)], np.float64)
    pages = len(counts)
    if not pages:
        return Difference(1.0, 1.0, 0, np.zeros(1))
    before, after = (f1(*row) for row in counts.sum(axis=0).reshape(2, 3).tolist())
    rng, shares, drawn = np.random.default_rng(seed), np.full(pages, 1 / pages), []
    for _ in range(0, DRAWS, _CHUNK):
        sums = rng.multinomial(pages, shares, size=_CHUNK) @ counts
        drawn.append(_f1(sums[:, 3:]) - _f1(sums[:, :3]))
    observed = after - before
    return Difference(before, after, pages, observed + _wider(pages) * (np.concatenate(drawn) - observed))


def _wider(pages: int) -> float:
    free = max(1, pages - 1)
    return math.sqrt(pages / free) * (1 + (_Z**2 + 1) / (4 * free))


def _row(scores: Scores) -> tuple[int, int, int]:
    return scores.matched, scores.truth, scores.predicted


def _f1(sums: Floats) -> Floats:
    """Return F1 of rows (matched, truth, predicted), (rows,)."""
    total = sums[:, 1] + sums[:, 2]
    made: Floats = np.where(total > 0, 2 * sums[:, 0] / np.maximum(total, 1), 1.0)
    return made
