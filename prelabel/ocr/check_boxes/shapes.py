"""Shapes that may be check boxes: outlines of squares and circles, and solid ones, told from letters by their ink.

A mark may leave its box: then the box is looked for in the lower left corner of the part, where hands begin a tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from prelabel.images.row_runs import Indices
from prelabel.ocr.check_boxes.parts import Floats, Parts
from prelabel.ocr.check_boxes.within import boxes_within

Mask = npt.NDArray[np.bool_]

#: Least and largest side in pixels of the parts; least and largest ratio of width to height of an outline, and the
#: largest factor by which a mark enlarges the part beyond its box.
_SIDES, _RATIO, _LARGER = (8, 50), 1.3, 2.0
#: No other ink is so near to a box on one of its sides at least, to a circle on one side, nor above and below a box, in
#: sides of the box.
_BESIDE, _FREE, _ABOVE = 0.22, 0.8, 0.1
#: Squares closer than this share of their side stand side by side.
_TOGETHER = 0.4
#: A part that is taller than so many sides is the border of a cell.
_BORDER = 2.5
#: Letters of a word are closer than this; and by how much width and height of a circle differ, as a share.
_LETTERS, _UNROUND = 0.18, 0.14
#: Least and largest side of a box in usual heights of letters' parts; the side from which on it need not stand alone.
_LEAST, _MOST, _LARGE = 0.95, 2.8, 1.15
#: The most of its bounding box that a thin circle fills: a circle no larger than letters is an o if its line is thick.
_THIN = 0.41
#: Least share of dark points along the sides of a square, along a circle, and within a solid shape.
_STRAIGHT, _ROUND, _SOLID = 0.95, 0.95, 0.93
#: Share of its bounding box that a disc fills, and how far from it one may be.
_DISC, _NEAR_DISC = 0.785, 0.06
#: How far inwards of the box, as a share of its side, a ragged side may be; and the most ink right outside of each side
#: where a mark leaves the box.
_RAGGED, _CROSSED = 0.06, 0.3
#: Least side of a square that is told from letters inside of larger parts.
_SHARP = 13
#: The most ink right outside of a side where strokes cross it obliquely; the modules of a QR code have more.
_OBLIQUE = 0.45
#: Sizes of known boxes that are tried in parts with marks, the largest ones.
_KINDS = 6
_ALONG = np.linspace(0.1, 0.9, 20)
_TURNS = np.linspace(0, 2 * np.pi, 24, endpoint=False)


#: Kinds of boxes.
SQUARE, CIRCLE, BRACKETS = range(3)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Possible check boxes, in pixels of the parts.

    `numbers`: their parts. `kinds`: SQUARE, CIRCLE, ...; `solid`: without paper inside, like the bullets of a list.
    """

    numbers: Indices
    x0: Floats
    y0: Floats
    widths: Floats
    heights: Floats
    kinds: Indices
    solid: Mask

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def round_(self) -> Mask:
        """Whether each of them is a circle."""
        found: Mask = self.kinds == CIRCLE
        return found

    def only(self, kept: Mask) -> Shapes:
        """Return the shapes for which the mask is true."""
        return Shapes(*(each[kept] for each in self._columns()))

    def and_(self, *others: Shapes) -> Shapes:
        """Return these shapes and others."""
        columns = zip(*(each._columns() for each in (self, *others)), strict=True)
        return Shapes(*(np.concatenate(column) for column in columns))

    def _columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self.numbers, self.x0, self.y0, self.widths, self.heights, self.kinds, self.solid


def no_shapes() -> Shapes:
    """Return no shape."""
    none = np.zeros(0)
    return Shapes(none.astype(np.intp), none, none, none, none, none.astype(np.intp), none.astype(bool))


def shapes_of(parts: Parts) -> Shapes:
    """Return the shapes among the parts of a page."""
    wide, tall, usual = parts.widths, parts.heights, usual_height(parts.heights)
    low, high = max(_SIDES[0], _LEAST * usual), min(_SIDES[1], _MOST * max(usual, _SIDES[0]))
    fit = (wide >= low) & (tall >= low) & (wide <= _LARGER * high) & (tall <= _LARGER * high)
    fit &= (wide <= _LARGER * _RATIO * tall) & (tall <= _LARGER * _RATIO * wide)
    even = (wide <= _RATIO * tall) & (tall <= _RATIO * wide) & (wide <= high) & (tall <= high)
    plain = _plain(parts, np.flatnonzero(fit & even), usual)
    rest = np.flatnonzero(fit)
    marked = _left_by_marks(parts, rest[~np.isin(rest, plain.numbers)], plain)
    found = plain.and_(marked)
    found = found.and_(_within(parts, found, usual))
    found = found.only(~_side_by_side(found))
    beside, alone, free = standing_apart(parts, found)
    small = np.minimum(found.widths, found.heights) < _LARGE * usual
    return found.only(beside & ((alone & free) | ~(found.round_ | small)))


def _within(parts: Parts, found: Shapes, usual: float) -> Shapes:
    """Return the squares in larger parts, like the empty ones that were found; all have four corners, as no D has."""
    empty = found.only((found.kinds == SQUARE) & ~found.solid & (found.heights >= _SHARP))
    corners = in_corners(parts, empty.numbers, empty.x0, empty.y0, empty.widths, empty.heights)
    sharp: Mask = np.all(corners, axis=1)
    empty = empty.only(sharp)
    numbers = np.flatnonzero(parts.heights >= _LEAST * usual)
    rest = numbers[~np.isin(numbers, found.numbers)]
    numbers, x0, y0, w, h = boxes_within(parts, rest, (empty.x0, empty.y0, empty.widths, empty.heights))
    solid = np.zeros(len(numbers), dtype=bool)
    within = Shapes(numbers, x0, y0, w, h, np.full(len(numbers), SQUARE), solid)
    whole: Mask = np.zeros(len(numbers), dtype=bool)
    for right, down in product((-1, 0, 1), repeat=2):  # the place may be off by a pixel
        whole |= in_corners(parts, numbers, x0 + right, y0 + down, w, h).all(1)
    return within.only(whole & (_crossed(parts, x0, y0, h) <= _OBLIQUE))


def _side_by_side(shapes: Shapes) -> Mask:
    """Return whether each square has another one of its size right beside it: they hold one character each."""
    x1, middle, size = shapes.x0 + shapes.widths, shapes.y0 + shapes.heights / 2, shapes.heights[:, None]
    gap = np.abs(shapes.x0[None, :] - x1[:, None])
    beside: Mask = (gap < _TOGETHER * size) & (np.abs(middle[:, None] - middle[None, :]) < _TOGETHER * size)
    beside &= np.abs(shapes.heights[None, :] - size) < _TOGETHER * size
    beside &= (shapes.kinds == SQUARE)[:, None] & (shapes.kinds == SQUARE)[None, :]
    together: Mask = np.any(beside | beside.T, axis=1)
    return together


def _plain(parts: Parts, numbers: Indices, usual: float) -> Shapes:
    """Return the parts that are a box as a whole."""
    x0, y0 = parts.x0[numbers].astype(np.float64), parts.y0[numbers].astype(np.float64)
    w, h = parts.widths[numbers].astype(np.float64), parts.heights[numbers].astype(np.float64)
    filled = parts.areas[numbers] / np.maximum(w * h, 1)
    square = _dark_sides(parts, numbers, x0, y0, w, h) >= _STRAIGHT
    ring = ~square & (np.abs(w - h) <= np.maximum(1.5, _UNROUND * h))
    ring &= (_dark_circle(parts, numbers, x0, y0, w, h) >= _ROUND) & ~in_corners(parts, numbers, x0, y0, w, h).any(1)
    ring &= (filled <= _THIN) | (h >= _LARGE * usual) | (filled >= _DISC - _NEAR_DISC)
    disc = ring & (np.abs(filled - _DISC) <= _NEAR_DISC)
    return Shapes(numbers, x0, y0, w, h, np.where(ring, CIRCLE, SQUARE), disc | (square & (filled >= _SOLID))).only(
        square | ring
    )


def in_corners(parts: Parts, numbers: Indices, x0: Floats, y0: Floats, w: Floats, h: Floats) -> Mask:
    """Return whether each part has ink in the corners of these boxes, (parts, 4), the lower left one first."""
    x, y = np.array((0.05, 0.05, 0.95, 0.95)), np.array((0.95, 0.05, 0.95, 0.05))
    found: Mask = parts.at(x0[:, None] + x * (w - 1)[:, None], y0[:, None] + y * (h - 1)[:, None]) == numbers[:, None]
    return found


def usual_height(heights: Indices) -> float:
    """Return the usual height of the parts of letters, dots and dirt aside."""
    letters = heights[(heights >= _SIDES[0] - 1) & (heights <= _SIDES[1])]
    return float(np.median(letters)) if letters.size else 0.0


def standing_apart(parts: Parts, shapes: Shapes) -> tuple[Mask, Mask, Mask]:
    """Return which shapes have no other ink near on one side and none close above and below.

    The second mask: those that have no ink very near on either side, as no letter of a word. The third: those with the
    room of two letters on one side.
    """
    x0, y0, w, h = (each[:, None] for each in (shapes.x0, shapes.y0, shapes.widths, shapes.heights))
    side, steps = np.minimum(w, h), np.array((1, 2, 3)) / 3

    def clear(x: Floats, y: Floats, tallest: float = np.inf) -> Mask:
        """Return whether no ink of another part is at these points, (parts, points), parts over `tallest` aside."""
        other = parts.at(x, y)
        free = (other == 0) | (other == shapes.numbers[:, None]) | (parts.heights[other] > tallest * side)
        everywhere: Mask = free.all(1)
        return everywhere

    rows = np.repeat(np.array((0.1, 0.3, 0.5, 0.7, 0.9)), 3) * h + y0
    columns = np.repeat(np.array((0.2, 0.5, 0.8)), 3) * w + x0
    up = np.maximum(1, np.ceil(side * _ABOVE * np.tile(steps, 3)))
    level = clear(columns, y0 - up) & clear(columns, y0 + h - 1 + up)
    lefts, rights = [], []
    for reach, tallest in ((_BESIDE, np.inf), (_LETTERS, np.inf), (_FREE, _BORDER)):
        away = np.maximum(1, np.ceil(side * reach * np.tile(steps, 5)))
        lefts.append(clear(x0 - away, rows, tallest))
        rights.append(clear(x0 + w - 1 + away, rows, tallest))
    return (lefts[0] | rights[0]) & level, lefts[1] & rights[1], lefts[2] | rights[2]


def _dark_sides(parts: Parts, numbers: Indices, x0: Floats, y0: Floats, w: Floats, h: Floats) -> Floats:
    """Return the share of dark points along the worst side of each square; lines may be a little ragged."""
    left, top, right, bottom = (each[:, None] for each in (x0, y0, x0 + w - 1, y0 + h - 1))
    across, down = left + _ALONG * (right - left), top + _ALONG * (bottom - top)
    inset = np.maximum(1.0, _RAGGED * np.minimum(w, h))[:, None]
    worst = np.ones(len(numbers))
    for x, y, dx, dy in ((across, top, 0, 1), (across, bottom, 0, -1), (left, down, 1, 0), (right, down, -1, 0)):
        dark = np.zeros(across.shape, dtype=bool)
        for step in (0.0, 0.5, 1.0):
            points = np.broadcast_arrays(x + dx * step * inset, y + dy * step * inset)
            dark |= parts.at(*points) == numbers[:, None]
        worst = np.minimum(worst, dark.mean(1))
    return worst


def _crossed(parts: Parts, x0: Floats, y0: Floats, side: Floats) -> Floats:
    """Return the largest share of ink right outside of one of the four sides of each box."""
    left, top, right, bottom = (each[:, None] for each in (x0 - 2, y0 - 2, x0 + side + 1, y0 + side + 1))
    along = _ALONG * side[:, None]
    points = ((left, top + 2 + along), (right, top + 2 + along), (left + 2 + along, top), (left + 2 + along, bottom))
    shares = [(parts.at(*np.broadcast_arrays(x, y)) > 0).mean(1) for x, y in points]
    found: Floats = np.max(shares, axis=0)
    return found


def _dark_circle(parts: Parts, numbers: Indices, x0: Floats, y0: Floats, w: Floats, h: Floats) -> Floats:
    """Return the share of dark points along each circle."""
    dark = np.zeros((len(numbers), len(_TURNS)), dtype=bool)
    for inset in (0.2, 0.8, 1.5):
        x = (x0 + (w - 1) / 2)[:, None] + ((w - 1) / 2 - inset)[:, None] * np.cos(_TURNS)
        y = (y0 + (h - 1) / 2)[:, None] + ((h - 1) / 2 - inset)[:, None] * np.sin(_TURNS)
        dark |= parts.at(x, y) == numbers[:, None]
    share: Floats = dark.mean(1)
    return share


def _left_by_marks(parts: Parts, numbers: Indices, clean: Shapes) -> Shapes:
    """Return the boxes in the lower left corners of larger parts, of the size of their left side or of a known one."""
    empty = clean.only(~clean.solid)
    circles, squares = (np.unique(empty.heights[empty.round_ == round_])[-_KINDS:] for round_ in (True, False))
    found = no_shapes()
    known = [*((False, float(size)) for size in squares), *((True, float(size)) for size in circles)]
    for round_, known_size in ((False, None), *known):
        size = _left_sides(parts, numbers) if known_size is None else np.full(len(numbers), known_size)
        x0, y0 = parts.x0[numbers].astype(np.float64), parts.y1[numbers] - size
        dark = (_dark_circle if round_ else _dark_sides)(parts, numbers, x0, y0, size, size)
        fits = (dark >= (_ROUND if round_ else _STRAIGHT)) & (_crossed(parts, x0, y0, size) <= _CROSSED)
        fits &= (
            (size >= _SIDES[0] + 1)
            & (size <= _SIDES[1])
            & (size <= np.minimum(parts.heights, parts.widths)[numbers] + 1)
        )
        if round_:
            fits &= ~in_corners(parts, numbers, x0, y0, size, size)[:, :3].any(1)
        solid = np.zeros(len(numbers), dtype=bool)
        kinds = np.full(len(numbers), CIRCLE if round_ else SQUARE)
        found = found.and_(Shapes(numbers, x0, y0, size, size, kinds, solid).only(fits))
        numbers = numbers[~fits]
    return found


def _left_sides(parts: Parts, numbers: Indices) -> Floats:
    """Return the length of the ink that runs up from the lower left corner of each part."""
    steps = np.arange(_SIDES[1] + 1)
    x, y = parts.x0[numbers][:, None], (parts.y1[numbers] - 1)[:, None] - steps
    dark = (parts.at(x, y) == numbers[:, None]) | (parts.at(x + 1, y) == numbers[:, None])
    sides: Floats = np.logical_and.accumulate(dark, axis=1).sum(1).astype(np.float64)
    return sides
