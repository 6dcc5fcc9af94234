"""Shapes of currency signs that Tesseract mistakes for digits and letters: ₹ and ¥, told by their two bars."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from prelabel.images.ink import Dark
from prelabel.images.ink_runs import ink_runs

#: Ink with fewer rows is too coarse; the widths of a sign as share of its height.
_LEAST_PX, _WIDTH = 9, (0.45, 1.15)
#: Rows whose longest stroke has this share of the width are a bar; the thickest bar as share of the height.
_BAR, _THICK = 0.7, 0.24


def currency_sign(ink: Dark) -> str:
    """Return the sign that a piece of ink shows, "₹" or "¥", or "" for anything else. `ink`: shape (height, width)."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) < _LEAST_PX:
        return ""
    shape = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = shape.shape
    if not _WIDTH[0] * height <= width <= _WIDTH[1] * height:
        return ""
    bars = ink_runs(np.array([_longest(row) for row in shape]) >= _BAR * width)
    if len(bars) != 2 or any(stop - start > _THICK * height for start, stop in bars):
        return ""
    upper, lower = ((start + stop) / 2 / height for start, stop in bars)
    left, right = shape.argmax(axis=1) / width, 1 - shape[:, ::-1].argmax(axis=1) / width
    left[~shape.any(axis=1)] = 1.0
    if upper < 0.15 and 0.18 <= lower <= 0.5 and _has_leg(bars[1][1], left, right):
        between = left[bars[0][1] : bars[1][0]]
        return "₹" if not between.size or between.max() > 0.25 else ""
    if 0.3 <= upper < lower <= 0.85 and _is_forked(shape, left, right):
        return "¥"
    return ""


def _longest(row: npt.NDArray[np.bool_]) -> int:
    return max((stop - start for start, stop in ink_runs(row)), default=0)


def _has_leg(start: int, left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> bool:
    """Return whether a bowl below the bars comes back to the left, and a leg runs from there to the right."""
    height = len(left)
    below = left[start : round(0.75 * height)]
    foot = slice(round(0.9 * height), height)
    return bool(
        below.size
        and below.min() <= 0.3
        and left[foot].min() >= below.min() + 0.25
        and (right[foot] - left[foot]).max() <= 0.6
        and right[foot].mean() > 0.6
    )


def _is_forked(shape: Dark, left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> bool:
    """Return whether the top has two arms with paper between them, and the foot one stem in the middle."""
    height, width = shape.shape
    head, foot = slice(0, max(1, round(0.12 * height))), slice(round(0.9 * height), height)
    arms = left[head].min() <= 0.15 and right[head].max() >= 0.85
    parted = (
        not shape[: max(2, round(0.2 * height)), round(0.45 * width) : max(1, round(0.55 * width))].any(axis=1).all()
    )
    return bool(arms and parted and left[foot].min() >= 0.15 and right[foot].max() <= 0.85)
