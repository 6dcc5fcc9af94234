"""Fitting of the curves: logistic regression over ramps between knots, with curves that only rise or only fall.

A word that OCR is less sure of must not make a key-value surer, so most curves have a direction. Coordinate descent on
Newton's quadratic keeps each ramp on its side of zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prelabel.kie.confidence.curves import Curves

Numbers = npt.NDArray[np.float64]

_ENDS = ("key", "value")
#: Features with curves that only rise, and with curves that only fall.
RISING = frozenset({"sum", "link", "page_read", "value_read_mean", "key_beside", "value_below"}) | {
    f"{end}_{name}" for end in _ENDS for name in ("read", "reader", "labelled")
}
FALLING = frozenset({"page_poor", "page_uneven"}) | {
    f"{end}_{name}" for end in _ENDS for name in ("odd", "mixed", "size", "uneven", "bare", "alone")
}
#: Knots of bent curves: of confidences, as log odds, and of shares. The other curves are straight.
_ODDS, _SHARES = (0.0, 1.5, 3.0, 4.0, 5.0), (0.03, 0.1, 0.3)
BENT = {
    **dict.fromkeys(
        ("link", "page_read", *(f"{end}_{name}" for end in _ENDS for name in ("read", "reader", "labelled"))), _ODDS
    ),
    "page_poor": _SHARES,
    "sum": (-3.0, -1.5, 0.0, 1.0, 2.0, 3.0),
}
#: The sum of all curves, as log odds, is the feature of the last one. Larger sums count as this one.
_SUM, _FAR = "sum", 9.0
#: Newton steps, and rounds of coordinate descent in each; both end earlier where nothing moves.
_STEPS, _ROUNDS, _STILL = 40, 50, 1e-4


@dataclass(frozen=True, slots=True)
class _Ramp:
    """The part of a feature between two knots: it grows from 0 to their distance. `way`: 1, -1 or 0 (either)."""

    feature: str
    low: float
    high: float
    way: int

    def of(self, values: Numbers) -> Numbers:
        ramp: Numbers = np.clip(values, self.low, self.high) - self.low
        return ramp


def fitted(features: Mapping[str, Numbers], right: Numbers, weights: Numbers, penalty: float) -> Curves:
    """Return the curves. `features`: name -> (examples,); `right`: 1 or 0. `penalty`: on the squares of the slopes."""
    ramps = [ramp for name, values in features.items() for ramp in _ramps(name, values)]
    columns = np.stack([ramp.of(features[ramp.feature]) for ramp in ramps], axis=1)
    middle, spread = columns.mean(0), columns.std(0) + 1e-6
    offset, slopes = _descended((columns - middle) / spread, right, weights, [ramp.way for ramp in ramps], penalty)
    slopes = slopes / spread
    return _curves(ramps, slopes, offset - float(middle @ slopes))


def calibrated(
    curves: Curves, features: Mapping[str, Numbers], right: Numbers, weights: Numbers, penalty: float
) -> Curves:
    """Return the curves with a last one, from examples as `fitted` takes them: signs together say more or less than
    their sum.
    """
    sums = curves.odds(features).clip(-_FAR, _FAR)
    last = fitted({_SUM: sums}, right, weights, penalty)
    return replace(curves, last=tuple((x, round(last.offset + y, 4)) for x, y in last.curves[_SUM]))


def _ramps(name: str, values: Numbers) -> list[_Ramp]:
    low, high = float(values.min()), float(values.max())
    knots = [low, *(knot for knot in BENT.get(name, ()) if low < knot < high), high]
    way = 1 if name in RISING else -1 if name in FALLING else 0
    return [_Ramp(name, low, high, way) for low, high in pairwise(knots)]


def _descended(
    x: Numbers, right: Numbers, weights: Numbers, ways: Sequence[int], penalty: float
) -> tuple[float, Numbers]:
    """Return offset and slopes of standardised columns (examples, ramps)."""
    offset, slopes = 0.0, np.zeros(x.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(offset + x @ slopes)))
        bend = weights * np.maximum(chance * (1 - chance), 1e-4)
        pull = weights * (right - chance)
        square, line, edge = (x.T * bend) @ x, x.T @ pull, x.T @ bend
        step, first = np.zeros_like(slopes), 0.0
        for _ in range(_ROUNDS):
            before = step.copy()
            first = float((pull.sum() - edge @ step) / bend.sum())
            for k, way in enumerate(ways):
                slope = slopes[k] + step[k]
                push = line[k] - square[k] @ step - edge[k] * first - penalty * slope
                slope += push / (square[k, k] + penalty)
                step[k] = (max(slope, 0) if way > 0 else min(slope, 0) if way < 0 else slope) - slopes[k]
            if np.abs(step - before).max() < _STILL:
                break
        offset, slopes = offset + first, slopes + step
        if np.abs(step).max() < _STILL:
            break
    return offset, slopes


def _curves(ramps: Sequence[_Ramp], slopes: Numbers, offset: float) -> Curves:
    """Return the curves through 0 at their first knots; flat ones are left out."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for ramp, slope in zip(ramps, slopes.tolist(), strict=True):
        knots = curves.setdefault(ramp.feature, [(round(ramp.low, 4), 0.0)])
        knots.append((round(ramp.high, 4), round(knots[-1][1] + slope * (ramp.high - ramp.low), 4)))
    kept = {name: tuple(knots) for name, knots in curves.items() if any(abs(y) > 1e-3 for _, y in knots)}
    return Curves(round(offset, 4), kept)
