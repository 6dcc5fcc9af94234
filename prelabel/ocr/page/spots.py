"""Spots of a page, as masks, and its grain. numpy alone takes a tenth of the time of scipy's morphology."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]

#: So many differences, out of all of a page, tell its grain.
_ENOUGH = 20_000


def grown(spots: Mask, by: int) -> Mask:
    """Return the spots grown by so many cells to all sides, corners included."""
    larger = spots.copy()
    for _ in range(by):
        before = larger.copy()
        larger[1:] |= before[:-1]
        larger[:-1] |= before[1:]
        before = larger.copy()
        larger[:, 1:] |= before[:, :-1]
        larger[:, :-1] |= before[:, 1:]
    return larger


def between(spot: Mask) -> Mask:
    """Return the cells that have cells of the spot both above and below them, and the spot itself."""
    above = np.maximum.accumulate(spot, axis=0)
    below = np.maximum.accumulate(spot[::-1], axis=0)[::-1]
    return np.asarray(above & below)


def deviation(apart: npt.NDArray[Any]) -> float:
    """Return the standard deviation of grain, by the median of differences from the ground: few of them are letters."""
    some = apart.ravel()[:: apart.size // _ENOUGH + 1]
    return float(np.median(np.abs(some)) / 0.6745) if some.size else 0.0  # 0.6745: that median of a normal distribution
