"""Pairs of brackets around nothing or a mark, told from text in brackets by the empty pairs in line with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.images.row_runs import Indices
from prelabel.ocr.check_boxes.parts import Parts
from prelabel.ocr.check_boxes.shapes import BRACKETS, Mask, Shapes, no_shapes

#: Least and largest height in usual heights of letters' parts.
_LEAST, _LARGEST = 0.85, 2.8
#: Least and largest height in pixels of the parts, and ratio of width to height of one bracket.
_HEIGHTS, _RATIO = (7, 60), (0.1, 0.62)
#: Gap within a pair, in heights; by how much the two differ in height and level.
_GAP, _DIFFER = (0.4, 1.6), 0.18
#: Least share of dark points in the middle of a bracket, and where its ends reach, in shares of its width.
_MIDDLE, _ENDS = 0.75, (0.65, 0.8, 1.0)


def bracket_pairs(parts: Parts, usual: float) -> Shapes:
    """Return the pairs of brackets; `usual`: the usual height of letters' parts."""
    wide, tall = parts.widths, parts.heights
    fit = (tall >= max(_HEIGHTS[0], _LEAST * usual)) & (tall <= min(_HEIGHTS[1], _LARGEST * max(usual, _HEIGHTS[0])))
    fit &= (wide >= np.maximum(2, _RATIO[0] * tall)) & (wide <= _RATIO[1] * tall)
    numbers = np.flatnonzero(fit)
    if numbers.size < 2:
        return no_shapes()
    lefts, rights = (numbers[_is_bracket(parts, numbers, mirrored)] for mirrored in (False, True))
    return _pairs(parts, lefts, rights)


def _is_bracket(parts: Parts, numbers: Indices, mirrored: bool) -> Mask:
    """Return which parts are a left bracket, or mirrored a right one: both ends lean inwards, the middle does not."""
    outer = _own(parts, numbers, (0.0, 0.2), (0.35, 0.45, 0.55, 0.65), mirrored).mean(1) >= _MIDDLE
    ends = _own(parts, numbers, _ENDS, (0.0, 0.06, 0.12), mirrored).any(1)
    ends &= _own(parts, numbers, _ENDS, (0.88, 0.94, 1.0), mirrored).any(1)
    found: Mask = (
        outer & ends & ~_own(parts, numbers, (0.85, 1.0), (0.28, 0.37, 0.46, 0.54, 0.63, 0.72), mirrored).any(1)
    )
    return found


def _own(parts: Parts, numbers: Indices, across: Sequence[float], down: Sequence[float], mirrored: bool) -> Mask:
    """Return where each part has ink: (parts, rows), at any of the columns; both are shares of its box."""
    shares = 1 - np.array(across) if mirrored else np.array(across)
    rows = np.array(down)
    x = parts.x0[numbers][:, None, None] + shares[None, None, :] * (parts.widths[numbers] - 1)[:, None, None]
    y = parts.y0[numbers][:, None, None] + rows[None, :, None] * (parts.heights[numbers] - 1)[:, None, None]
    ink: Mask = (parts.at(*np.broadcast_arrays(x, y)) == numbers[:, None, None]).any(2)
    return ink


def _pairs(parts: Parts, lefts: Indices, rights: Indices) -> Shapes:
    """Return each left bracket with the nearest right one at its level."""
    if not lefts.size or not rights.size:
        return no_shapes()
    tall = parts.heights[lefts][:, None].astype(np.float64)
    gap = parts.x0[rights][None, :] - parts.x1[lefts][:, None]
    fits = (gap >= _GAP[0] * tall) & (gap <= _GAP[1] * tall)
    for ends in (parts.y0, parts.y1):
        fits &= np.abs(ends[rights][None, :] - ends[lefts][:, None]) <= np.maximum(1.5, _DIFFER * tall)
    nearest = np.where(fits, gap, np.inf).argmin(1)
    kept = fits.any(1)
    a, b = lefts[kept], rights[nearest[kept]]
    y0, y1 = np.minimum(parts.y0[a], parts.y0[b]), np.maximum(parts.y1[a], parts.y1[b])
    x0, top, wide, high = (side.astype(np.float64) for side in (parts.x0[a], y0, parts.x1[b] - parts.x0[a], y1 - y0))
    return Shapes(a, x0, top, wide, high, np.full(len(a), BRACKETS), np.zeros(len(a), dtype=bool))


def in_line(shapes: Shapes, empty: Mask) -> Mask:
    """Return which pairs have an empty one of their kind in their row or column, besides themselves."""
    middle, size = shapes.y0 + shapes.heights / 2, shapes.heights
    alike = shapes.kinds[:, None] == shapes.kinds[None, :]
    alike &= np.abs(size[:, None] - size[None, :]) <= np.maximum(1.5, _DIFFER * size[:, None])
    row = np.abs(middle[:, None] - middle[None, :]) < 0.6 * size[:, None]
    column = np.abs(shapes.x0[:, None] - shapes.x0[None, :]) < 0.4 * size[:, None]
    near = alike & (row | column) & empty[None, :]
    np.fill_diagonal(near, val=False)
    found: Mask = near.any(1)
    return found
