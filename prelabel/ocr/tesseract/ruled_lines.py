"""Ruled lines of forms and tables, told from the ink of letters by their length and thinness."""

from __future__ import annotations

import numpy as np

from prelabel.images.ink import Dark
from prelabel.images.row_runs import row_runs

#: In letter heights: an ink run this long is no stroke of a letter; a line this thick is not a ruled one.
_LONG, _THICK = 2.5, 0.45


def without_ruled_lines(dark: Dark, letter_px: float) -> Dark:
    """Remove all ruled lines and the pixels that touch them from the ink: scans make lines ragged."""
    if not dark.size:
        return dark
    long, thick = max(6, round(_LONG * letter_px)), max(2, round(_THICK * letter_px))
    rules = _thin(_long_ink_runs(dark, long), thick) | _thin(_long_ink_runs(dark.T, long), thick).T
    return dark & ~_spread(_spread(rules, 1), 1, axis=1) if rules.any() else dark


def _long_ink_runs(dark: Dark, long: int) -> Dark:
    """Return the pixels of horizontal ink runs of at least `long` pixels."""
    runs = row_runs(dark)
    found = np.zeros_like(dark)
    for row, columns in runs.only(runs.lengths >= long).places():
        found[row, columns] = True
    return found


def _thin(runs: Dark, thick: int) -> Dark:
    """Remove parts that are thicker than `thick` rows: dark areas are not lines."""
    solid = runs.copy()
    for _ in range(thick):  # the remaining pixels have `thick` dark rows above them
        solid[1:] &= solid[:-1].copy()
        solid[0] = False
    return runs & ~_spread(solid, thick) if solid.any() else runs


def _spread(mask: Dark, by: int, axis: int = 0) -> Dark:
    """Grow the mask by `by` pixels both ways along one axis."""
    spread = mask.copy()
    grown = spread if axis == 0 else spread.T
    for _ in range(by):
        before = grown.copy()
        grown[1:] |= before[:-1]
        grown[:-1] |= before[1:]
    return spread
