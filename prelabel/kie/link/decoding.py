"""Decoding: probabilities of candidate links become the links that are kept, with calibrated confidences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from prelabel.kie.link.candidates import Pairs, rank_and_margin
from prelabel.kie.link.layout import Floats, Mask

Weights = npt.NDArray[np.float64]

_TINY = 1e-6
#: Most heads of one tail: a table cell has those of its row and of its column.
_HEADS = 2
#: Newton steps of the calibration, and halvings of one step; two numbers converge in a few steps.
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Decoding:
    """Limits and calibration. `best`: lowest confidence of the best link of a tail; `more`: of its other links."""

    best: float = 0.5
    more: float = 0.7
    slope: float = 1.0
    offset: float = 0.0

    def confidence(self, chances: Floats) -> Floats:
        """Return calibrated probabilities: Platt scaling of the log odds by `slope` and `offset`."""
        confidence: Floats = _chance(self.slope * _odds(chances) + self.offset).astype(np.float32)
        return confidence

    def kept(self, pairs: Pairs, confidence: Floats) -> Mask:
        """Return whether each candidate is a link. Of equally confident heads of a tail, the first is the best."""
        rank = _ranks(pairs, confidence)
        kept: Mask = ((rank == 0) & (confidence >= self.best)) | ((rank < _HEADS) & (confidence >= self.more))
        return kept


def calibrated(chances: Floats, truth: Floats) -> tuple[float, float]:
    """Return the slope and offset of Platt scaling (doi.org/10.1007/s10994-007-5018-6), by Newton's method.

    The prior, slope 1 and offset 0, weighs as much as one observation.
    """
    x, start = np.stack([_odds(chances), np.ones(len(chances))], 1), np.array([1.0, 0.0])

    def cost(weights: Weights) -> float:
        odds = x @ weights
        return float((np.logaddexp(0, odds) - truth * odds).sum() + 0.5 * ((weights - start) ** 2).sum())

    weights = start
    for _ in range(_STEPS):
        p = _chance(x @ weights)
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.eye(2), x.T @ (p - truth) + weights - start)
        tried = (weights - step * 0.5**halved for halved in range(_STEPS))
        weights = next((new for new in tried if cost(new) <= cost(weights)), weights)
    return float(weights[0]), float(weights[1])


def thresholds(pairs: Pairs, confidence: Floats, truth: Floats, wanted: int, *, several: bool) -> tuple[float, float]:
    """Return the limits (best, more) with the highest F1 over the candidates of many pages.

    Heads and tails of different pages have different numbers. `wanted`: all true links, candidates or not; `several`:
    a tail may have more than one head.
    """
    rank = _ranks(pairs, confidence)
    first, second = rank == 0, (rank > 0) & (rank < _HEADS)
    grid: list[float] = np.arange(0.1, 0.9, 0.025).tolist()
    counts = {
        (which, limit): _counted(truth[mask & (confidence >= limit)])
        for which, mask in (("best", first), ("more", second))
        for limit in grid
    }
    counts["more", 1.0] = (0.0, 0)

    def f1(best: float, more: float) -> float:
        right, found = np.add(counts["best", best], counts["more", more])
        return float(2 * right / max(found + wanted, 1))

    choices = product(grid, [*grid, 1.0] if several else [1.0])
    best, more = max(((a, b) for a, b in choices if b >= a), key=lambda pair: f1(*pair))
    # No confidence exceeds 1: a limit above it allows one head only.
    return round(best, 3), round(more, 3) if more < 1 else 1.1


def _counted(truth: Floats) -> tuple[float, int]:
    return float(truth.sum()), len(truth)


def _ranks(pairs: Pairs, confidence: Floats) -> Floats:
    """Return the rank of each candidate among those of its tail; ties are broken by the order of the heads."""
    order = np.lexsort((pairs.heads, -confidence, pairs.tails))
    place = np.empty(len(order), np.float32)
    place[order] = np.arange(len(order))
    return rank_and_margin(place, pairs.tails)[0]


def _odds(chances: Floats) -> Weights:
    bounded = np.clip(chances.astype(np.float64), _TINY, 1 - _TINY)
    odds: Weights = np.log(bounded / (1 - bounded))
    return odds


def _chance(odds: Weights) -> Weights:
    chance: Weights = np.exp(-np.logaddexp(0, -odds))
    return chance
