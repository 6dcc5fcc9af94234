"""Boxes within larger ink: a mark leaves its box on any side, or touches a letter of the option beside it.

They are looked for only in rows and columns of empty boxes, in their sizes. The ink of the mark is told from
letters that it touches: letters reach down to the base line beside the box.
"""

from __future__ import annotations

import numpy as np

from prelabel.images.ink import Dark
from prelabel.images.row_runs import Indices
from prelabel.ocr.check_boxes.parts import Floats, Parts

#: Most width and height of the ink, in sides of the box.
_WIDEST, _TALLEST = 9.0, 3.5
#: The largest sizes of empty boxes that are tried.
_SIZES = 6
#: Least share of dark points along the middle of each side, and the share of a side at each end that is not its middle.
_STRAIGHT, _END = 0.93, 0.1
#: By how much the box may be off the row or column of the empty one, in sides.
_LEVEL = 0.3
#: In sides of the box: ink beside it that reaches further is of letters if it has low parts beyond `_STROKE`; the rows
#: of low parts; how far from the box letters begin at most; and how far above and below the box they reach.
_FURTHER, _STROKE, _LOW, _BEGIN, _REACH = 0.5, 0.3, (0.55, 1.1), 0.4, (0.1, 0.4)


def boxes_within(
    parts: Parts, numbers: Indices, empty: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Indices, Floats, Floats, Floats, Floats]:
    """Return parts with x0, y0, width and height of a box in each, among `numbers`.

    `empty`: x0, y0, widths and heights of the empty boxes.
    """
    found: list[tuple[int, float, float, float, float]] = []
    known = list(zip(*(side.tolist() for side in empty), strict=True))
    if known:
        wide, tall = parts.widths[numbers], parts.heights[numbers]
        least = min(min(w, h) for _, _, w, h in known) - 1
        most = max(max(w, h) for _, _, w, h in known)
        fit = (wide >= least) & (tall >= least) & (wide <= _WIDEST * most) & (tall <= _TALLEST * most)
        found = [(n, *box) for n in numbers[fit].tolist() if (box := _box_in(parts, n, known)) is not None]
    table = np.array(found, dtype=np.float64).reshape(-1, 5)
    return table[:, 0].astype(np.intp), table[:, 1], table[:, 2], table[:, 3], table[:, 4]


def _box_in(
    parts: Parts, n: int, known: list[tuple[float, float, float, float]]
) -> tuple[float, float, float, float] | None:
    """Return the best box in one part."""
    left, top, right, bottom = (int(side[n]) for side in (parts.x0, parts.y0, parts.x1, parts.y1))
    places = [
        (x, y)
        for x, y, w, h in known
        if top - _LEVEL * h <= y <= bottom - (1 - _LEVEL) * h or left - _LEVEL * h <= x <= right - (1 - _LEVEL) * w
    ]
    if not places:
        return None
    ink, best, found = parts.of(n), _STRAIGHT, None
    for w, h in sorted({(round(w), round(h)) for _, _, w, h in known})[-_SIZES:]:
        score = _frames(ink, w, h)
        if score is None:
            continue
        x, y = np.arange(score.shape[1]) + left, np.arange(score.shape[0]) + top
        lined = np.zeros(score.shape, dtype=bool)
        for x0, y0 in places:
            lined |= (np.abs(y - y0) <= _LEVEL * h)[:, None] | (np.abs(x - x0) <= _LEVEL * h)[None, :]
        score = np.where(lined, score, 0.0)
        row, column = np.unravel_index(int(score.argmax()), score.shape)
        if score[row, column] > best:
            best, found = float(score[row, column]), (float(left + column), float(top + row), float(w), float(h))
    return found


def _frames(ink: Dark, w: int, h: int) -> Floats | None:
    """Return the share of dark points along the worst side of the frame at each place; its lines may be ragged."""
    if ink.shape[0] < h or ink.shape[1] < w:
        return None
    down, across = ink.copy(), ink.copy()
    down[:-1] |= ink[1:]
    across[:, :-1] |= ink[:, 1:]
    level, upright = _shares(down, w), _shares(across.T, h).T
    height, width = ink.shape[0] - h + 1, ink.shape[1] - w + 1
    sides = [level[max(0, y) : max(0, y) + height, :width] for y in (0, h - 2)]
    sides += [upright[:height, max(0, x) : max(0, x) + width] for x in (0, w - 2)]
    worst: Floats = np.minimum.reduce(sides)
    return worst


def _shares(ink: Dark, length: int) -> Floats:
    """Return the share of ink in the middle of the run of this length that begins at each point, along rows."""
    end = max(1, round(_END * length))
    inner = length - 2 * end
    sums = np.pad(ink.cumsum(axis=1, dtype=np.float64), ((0, 0), (1, 0)))[:, end : ink.shape[1] + 1 - end]
    shares: Floats = (sums[:, inner:] - sums[:, :-inner]) / inner
    return shares


def ink_of_mark(ink: Dark, x0: int, y0: int, w: int, h: int) -> Dark:
    """Return the ink of a box and of its mark, without the letters that the mark touches.

    `ink`: that of the whole part; x0, y0, w, h: the box in it, in pixels.
    """
    own = ink.copy()
    for flipped in (False, True):
        view, near = (own[:, ::-1], ink.shape[1] - x0) if flipped else (own, x0 + w)
        low = view[y0 + round(_LOW[0] * h) : y0 + round(_LOW[1] * h), near + 2 :]
        letters = np.flatnonzero(low.any(axis=0)) + near + 2
        if view.shape[1] - near <= _FURTHER * h or not letters.size or letters[-1] < near + _STROKE * h:
            continue
        begin = min(int(letters[0]), near + round(_BEGIN * h))
        view[max(0, y0 - round(_REACH[0] * h)) : y0 + h + round(_REACH[1] * h), begin:] = False
    return own
