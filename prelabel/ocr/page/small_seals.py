"""Small filled seals, told from chips, badges and boxes by their letters, two over two, and by the print before them.

A chip holds one letter or number, a badge one row of them, a box a tick: a cross of the fill seldom parts these.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import label

Pixels = npt.NDArray[np.uint8]

#: Share of each side that is left out: rounded corners, and paper that shows at a tilted edge.
_EDGE = 0.08
#: What is darker is print: it lies before the seal, at most so many of its widths away, and takes this share there.
_DARK, _BEFORE, _PRINT = 110, 1.5, 0.02
#: The letters take this share of each side, at least, and are together as wide as high but for this share.
_TAKEN, _AS_WIDE = 0.5, 0.7
#: Between the letters, this near to their middle, a line has less paper than this share of the line with the most.
_MIDDLE, _GAP = (0.35, 0.65), 0.13
#: Parts that do not touch: four Korean letters have so many, at least; a large one that a cross parts, as 각, has six.
_PARTS = 7


def holds_four_letters(pixels: Pixels) -> bool:
    """Return whether paper shows in a filled spot as two letters over two. `pixels`: its place, (height, width, 3)."""
    rows, columns = (max(1, round(_EDGE * side)) for side in pixels.shape[:2])
    least = pixels[rows:-rows, columns:-columns].min(axis=2)
    if not least.size:
        return False
    letters = least > (float(np.percentile(least, 20)) + 255) / 2
    spans = [_span(letters.mean(axis=axis)) for axis in (1, 0)]
    taken = [(last - first) / side for (first, last), side in zip(spans, letters.shape, strict=True)]
    if min(taken) < _TAKEN or min(taken) < _AS_WIDE * max(taken):
        return False
    letters = letters[slice(*spans[0]), slice(*spans[1])]
    parted = all(_is_parted(letters.mean(axis=axis)) for axis in (1, 0))
    return parted and bool(label(letters, np.ones((3, 3)))[1] >= _PARTS)


def follows_print(gray: Pixels, place: tuple[slice, slice]) -> bool:
    """Return whether a spot lies behind print of its row, or over the end of it. `gray`: the page, (height, width)."""
    rows, columns = place
    width = columns.stop - columns.start
    before = gray[rows, max(0, columns.start - round(_BEFORE * width)) : columns.start + width // 2]
    return bool((before < _DARK).mean() >= _PRINT)


def _span(profile: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Return where a profile begins and ends to have anything; (0, 0) where it has nothing."""
    some = np.flatnonzero(profile)
    return (int(some[0]), int(some[-1]) + 1) if some.size else (0, 0)


def _is_parted(profile: npt.NDArray[np.float64]) -> bool:
    """Return whether a line about the middle has next to no paper."""
    first, last = (round(share * len(profile)) for share in _MIDDLE)
    return bool(profile[first : last + 1].min() <= _GAP * profile.max())
