"""From the chances of candidate links to the links that are kept, each with a calibrated confidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from prelabel.kie.link.candidates import Pairs, standing
from prelabel.kie.link.layout import Floats, Mask

Weights = npt.NDArray[np.float64]

_TINY = 1e-6
#: Heads that one tail may have at most: a table's cell has those of its row and of its column.
_HEADS = 2
#: Newton steps of the calibration, and halvings of one; it has two numbers and settles in a few.
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Decoding:
    """`best`: the least confidence of a tail's best link; `more`: that of any other; `slope`, `offset`: calibration."""

    best: float = 0.5
    more: float = 0.7
    slope: float = 1.0
    offset: float = 0.0

    def confidence(self, chances: Floats) -> Floats:
        """Calibrated probabilities (Platt's scaling of the log odds)."""
        confidence: Floats = _chance(self.slope * _odds(chances) + self.offset).astype(np.float32)
        return confidence

    def kept(self, pairs: Pairs, confidence: Floats) -> Mask:
        """Which candidates are links. Of equally sure heads of one tail, the first is its best."""
        rank = _ranks(pairs, confidence)
        kept: Mask = ((rank == 0) & (confidence >= self.best)) | ((rank < _HEADS) & (confidence >= self.more))
        return kept


def calibrated(chances: Floats, truth: Floats) -> tuple[float, float]:
    """Slope and offset that make these chances most likely (doi.org/10.1007/s10994-007-5018-6).

    By Newton's method with halved steps; one observation's worth of belief that the chances are right as they are.
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
    """(best, more) with the highest F1 over candidates of many pages, whose heads and tails are numbered apart.

    `wanted`: links there are, those that are no candidates included; `several`: a tail may have more than one head.
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
    # nothing is surer than 1: a limit above it says that one head is all
    return round(best, 3), round(more, 3) if more < 1 else 1.1


def _counted(truth: Floats) -> tuple[float, int]:
    return float(truth.sum()), len(truth)


def _ranks(pairs: Pairs, confidence: Floats) -> Floats:
    """Place of each candidate among those of its tail; ties are broken by the order of the heads."""
    order = np.lexsort((pairs.heads, -confidence, pairs.tails))
    place = np.empty(len(order), np.float32)
    place[order] = np.arange(len(order))
    return standing(place, pairs.tails)[0]


def _odds(chances: Floats) -> Weights:
    bounded = np.clip(chances.astype(np.float64), _TINY, 1 - _TINY)
    odds: Weights = np.log(bounded / (1 - bounded))
    return odds


def _chance(odds: Weights) -> Weights:
    chance: Weights = np.exp(-np.logaddexp(0, -odds))
    return chance
