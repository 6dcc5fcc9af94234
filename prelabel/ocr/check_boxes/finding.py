"""Check boxes of a page, found in its ink before it is read: shapes that stand in the right company.

A solid shape is a ticked box only beside empty ones of its size, else a bullet. Circles are radio buttons only where
one of them is marked; else they may be letters. Boxes side by side hold the characters of a number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from prelabel.images.ink import Dark
from prelabel.ocr.check_boxes.brackets import bracket_pairs, in_line
from prelabel.ocr.check_boxes.parts import Floats, Parts, parts_of
from prelabel.ocr.check_boxes.shapes import (
    BRACKETS,
    CIRCLE,
    SQUARE,
    Mask,
    Shapes,
    in_corners,
    shapes_of,
    standing_apart,
    usual_height,
)
from prelabel.ocr.check_boxes.within import ink_of_mark
from prelabel.page import Box

#: Sizes of boxes of one kind differ by at most this share.
_ALIKE = 0.2
#: Width and height of a box without sharp corners differ by at most this share.
_SQUARE = 0.1
#: Least share of ink in the inner part of a ticked box with a side of so many pixels of the parts: in small boxes the
#: lines are ragged, and marks are thick. Measured: ticked boxes have 0.3 and more, empty ones on worn forms up to 0.16.
_TICKED_SIDES, _TICKED = (11.0, 20.0), (0.2, 0.08)
#: Ink beyond a square by so much of its side is of a mark that leaves it; its least ink inside, as a share of that of
#: others, and over that of empty boxes.
_LEAVES, _LESS, _OVER = 0.1, 0.4, 0.03
#: The part of width and height that is not inner, at each end.
_RIMS = {SQUARE: (0.26, 0.26), CIRCLE: (0.28, 0.28), BRACKETS: (0.27, 0.1)}
#: Confidence in a box, and in one whose share of ink is nearer to the limit than `_DOUBT`.
_SURE, _UNSURE, _DOUBT = 0.98, 0.7, 0.05


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A check box, in pixels of the page. `whole`: its box with the parts of its mark that leave it.

    `confidence`: 0..1. `ink`: of a mark that leaves the box, as a mask (mode L) on the place of `whole`; else None.
    """

    box: Box
    whole: Box
    ticked: bool
    confidence: float
    ink: Image.Image | None = None


def check_boxes(image: Image.Image) -> list[CheckBox]:
    """Return the check boxes of a mode L page with dark ink, letters 12 to 20 pixels high."""
    parts = parts_of(image)
    pairs = bracket_pairs(parts, usual_height(parts.heights))
    shapes = shapes_of(parts).and_(pairs.only(standing_apart(parts, pairs)[1]))
    if not len(shapes):
        return []
    inner = np.array([_inner_ink(image, shapes, i, parts) for i in range(len(shapes))])
    boxes = ~_corners_of_codes(shapes, inner)
    shapes, inner = shapes.only(boxes), inner[boxes]
    least = _least_ink(shapes, inner, parts)
    kept = _in_company(shapes, inner >= least, parts)
    shapes, inner, least = shapes.only(kept), inner[kept], least[kept]
    return [
        CheckBox(
            _page_box(parts.factor, x0, y0, x0 + shapes.widths[i], y0 + shapes.heights[i]),
            whole,
            bool(inner[i] >= least[i]),
            _SURE if abs(inner[i] - least[i]) > _DOUBT else _UNSURE,
            ink,
        )
        for i in range(len(shapes))
        for x0, y0, (whole, ink) in ((shapes.x0[i], shapes.y0[i], _whole(shapes, i, parts)),)
    ]


def _inner_ink(image: Image.Image, shapes: Shapes, i: int, parts: Parts) -> float:
    """Return the share of ink inside of a box, its lines left out."""
    if shapes.solid[i]:
        return 1.0
    across, down = _RIMS[shapes.kinds[i]]
    across, down = across * shapes.widths[i], down * shapes.heights[i]
    sides = (
        shapes.x0[i] + across,
        shapes.y0[i] + down,
        shapes.x0[i] + shapes.widths[i] - across,
        shapes.y0[i] + shapes.heights[i] - down,
    )
    inside = np.asarray(image.crop(tuple(round(parts.factor * side) for side in sides)))
    return float((inside <= parts.limit).mean()) if inside.size else 1.0


def _least_ink(shapes: Shapes, inner: Floats, parts: Parts) -> Floats:
    """Return the least share of ink inside of each box if it is ticked.

    A mark that leaves its square has less of its ink inside, but more than the empty boxes have.
    """
    least: Floats = np.interp(shapes.heights, _TICKED_SIDES, _TICKED)
    plain = inner[inner < least]
    wider, taller = parts.widths[shapes.numbers] - shapes.widths, parts.heights[shapes.numbers] - shapes.heights
    beyond = np.maximum(wider, taller)
    leaves = (shapes.kinds == SQUARE) & (beyond > _LEAVES * shapes.heights)
    empty = float(np.median(plain)) if plain.size else 0.0
    return np.where(leaves, np.minimum(least, np.maximum(_LESS * least, empty + _OVER)), least)


def _in_company(shapes: Shapes, marked: Mask, parts: Parts) -> Mask:
    """Return which shapes are no bullets or letters.

    A shape with ink very near, as a letter of a word has, needs another one in its row or column that has none. A solid
    shape, and a marked square near to other ink, needs an empty one of its form and size on the page; solid shapes
    below each other, and a square without four sharp corners, in their row or column; the latter is as wide as high,
    which a D is not. Circles need an empty and a marked one of their size in one row or column.
    """
    alike = _alike(shapes)
    whole = in_corners(parts, shapes.numbers, shapes.x0, shapes.y0, shapes.widths, shapes.heights).all(1)
    empty = ~shapes.solid & ~marked
    beside_empty = (alike & empty[None, :]).any(1)
    apart = standing_apart(parts, shapes)[1]
    kept: Mask = beside_empty | empty | (~shapes.solid & apart)
    square = np.abs(shapes.widths - shapes.heights) <= np.maximum(1.0, _SQUARE * shapes.heights)
    fit = whole | square | (shapes.kinds != SQUARE)
    in_row = alike & _lined_up(shapes) & fit[None, :]
    kept &= fit & (apart | (in_row & apart[None, :]).any(1))
    kept &= whole | (in_row.sum(1) > 1)
    others = (in_row & (empty[None, :] != empty[:, None])).any(1)
    kept = np.where(shapes.round_, (alike & others[None, :]).any(1), kept)
    kept &= ~_listed(shapes, alike) | (in_row & empty[None, :]).any(1)
    kept &= (shapes.kinds != BRACKETS) | in_line(shapes, empty)
    return kept


def _listed(shapes: Shapes, alike: Mask) -> Mask:
    """Return which solid shapes have another one below or above, as the bullets of a list."""
    x = shapes.x0 + shapes.widths / 2
    column = alike & (np.abs(x[:, None] - x[None, :]) < 0.4 * shapes.heights[:, None])
    solid = shapes.solid[:, None] & shapes.solid[None, :] & ~np.eye(len(shapes), dtype=bool)
    listed: Mask = np.any(column & solid, axis=1)
    return listed


def _lined_up(shapes: Shapes) -> Mask:
    """Return which shapes stand in one row or in one column."""
    x, y = shapes.x0 + shapes.widths / 2, shapes.y0 + shapes.heights / 2
    near = 0.4 * shapes.heights[:, None]
    found: Mask = (np.abs(x[:, None] - x[None, :]) < near) | (np.abs(y[:, None] - y[None, :]) < near)
    return found


def _alike(shapes: Shapes) -> Mask:
    """Return which shapes are of one kind: of one form and of one size."""
    size = (shapes.widths + shapes.heights) / 2
    near = np.abs(size[:, None] - size[None, :]) <= np.maximum(1.5, _ALIKE * np.minimum(size[:, None], size[None, :]))
    same: Mask = near & (shapes.kinds[:, None] == shapes.kinds[None, :])
    return same


def _corners_of_codes(shapes: Shapes, inner: Floats) -> Mask:
    """Return which boxes are the three corners of a QR code: filled, and as far apart across as down."""
    size = shapes.heights
    across = shapes.x0[None, :] - shapes.x0[:, None]
    down = shapes.y0[None, :] - shapes.y0[:, None]
    near = 0.35 * size[:, None]
    corner = np.zeros(len(shapes), dtype=bool)
    filled = inner > 0.3
    for i in np.flatnonzero(filled):
        rights = np.flatnonzero(filled & (np.abs(down[i]) < near[i]) & (across[i] > 1.5 * size[i]))
        lowers = np.flatnonzero(filled & (np.abs(across[i]) < near[i]) & (down[i] > 1.5 * size[i]))
        for right in rights:
            equal = lowers[np.abs(down[i, lowers] - across[i, right]) < near[i]]
            if len(equal):
                corner[[i, right, *equal]] = True
    return corner


def _whole(shapes: Shapes, i: int, parts: Parts) -> tuple[Box, Image.Image | None]:
    """Return the box around a shape and its mark, and the ink of a mark that leaves it.

    The ink is a pixel of the parts wider than it is, as a mask on the place of the box.
    """
    n, x0, y0, w, h = (int(each[i]) for each in (shapes.numbers, shapes.x0, shapes.y0, shapes.widths, shapes.heights))
    if shapes.kinds[i] == BRACKETS or max(parts.widths[n] - w, parts.heights[n] - h) < 1:
        x1, y1 = max(parts.x1[n], x0 + w), max(parts.y1[n], y0 + h)
        return _page_box(parts.factor, min(parts.x0[n], x0), min(parts.y0[n], y0), x1, y1), None
    left, top = int(parts.x0[n]), int(parts.y0[n])
    own = ink_of_mark(parts.of(n), x0 - left, y0 - top, w, h)
    rows, columns = np.flatnonzero(own.any(1)), np.flatnonzero(own.any(0))
    sides = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    ink = np.pad(own[sides[1] : sides[3], sides[0] : sides[2]], 1)
    place = _page_box(parts.factor, *(a + b for a, b in zip(sides, (left, top, left, top), strict=True)))
    return place, _thickened(ink, parts.factor)


def _thickened(ink: Dark, factor: int) -> Image.Image:
    """Return ink with a margin of a pixel as a mask without it, a pixel wider than it is."""
    wide = ink[1:-1, 1:-1] | ink[:-2, 1:-1] | ink[2:, 1:-1] | ink[1:-1, :-2] | ink[1:-1, 2:]
    mask = Image.fromarray(np.where(wide, np.uint8(255), np.uint8(0)))
    return mask.resize((mask.width * factor, mask.height * factor), Image.Resampling.NEAREST)


def _page_box(factor: int, x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(*(float(factor * side) for side in (x0, y0, x1, y1)))
