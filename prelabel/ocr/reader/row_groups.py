"""Rows that are one line: scattered parts of a row, digits in boxes of their own, labels that are written downwards.

Dirt, which is no part of a line, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.images.row_runs import Boxes
from prelabel.ocr.reader.coarse_ink import RULE, CoarseInk
from prelabel.ocr.reader.rows import Row

Mask = npt.NDArray[np.bool_]

#: A row lies in another one if so much of its box does; the other's box reaches so far above and below its letters, as
#: a share of its height, and so far beside them.
_INSIDE, _ABOVE, _BESIDE = 0.7, 0.3, 0.6
#: The most parts of a row that lies in another one; the fewest marks that are letters in pieces, as of a faint copy.
_FEW, _BROKEN = 4, 4
#: Dirt is lower and narrower than these, in letter heights; a dash is so many times wider than high, and as wide as
#: this at least and this at most; the remains of an upright rule are so many times higher than wide, and higher than
#: this.
_SPECK, _DASH, _BAR = (0.62, 0.62), (1.6, 0.35, 3.0), (5.5, 1.5)
#: Parts of one syllable share so much of the narrower one's width; in their width, they are so far apart or overlap by
#: so much, and are together so many times higher than wide, all at most; one of them is lower, and
#: both are narrower, than so many letters.
_OVER, _CLOSE, _SYLLABLE, _PART, _NARROW_PART = 0.7, 0.3, 1.35, 1.25, 4.5
#: A letter in a box of its own is not wider than so many heights; the next one's middle is at most so many heights
#: away, and their middles differ by at most so much in height. The fewest that are one line.
_NARROW, _PITCH, _LEVEL, _FEWEST_BOXED = 1.25, 2.6, 0.3, 3
#: A syllable of a label that is written downwards is so many heights wide; the paper to the next one is at most so many
#: heights high; their sizes and middles differ by at most these shares.
_SQUARE, _BELOW, _ALIKE, _ALIGNED = (0.7, 1.4), 1.3, 0.35, 0.22


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that are read as one line, in the order of reading. `whole`: they make one word."""

    rows: tuple[Row, ...]
    whole: bool


def row_groups(ink: CoarseInk, rows: list[Row]) -> list[RowGroup]:
    """Return the lines of a page as groups of its rows."""
    rows = _without_dirt(ink, _merged(ink, _stacked(ink, rows)))
    if not rows:
        return []
    boxes = _boxes(ink, rows)
    boxed = _sequences(_boxed_neighbours(ink, boxes), _FEWEST_BOXED)
    taken = {number for sequence in boxed for number in sequence}
    downwards = [each for each in _sequences(_below(ink, boxes), 2) if not taken & set(each)]
    taken |= {number for sequence in downwards for number in sequence}
    alone = [RowGroup((row,), False) for number, row in enumerate(rows) if number not in taken]
    return alone + [RowGroup(tuple(rows[i] for i in sequence), True) for sequence in (*boxed, *downwards)]


def _boxes(ink: CoarseInk, rows: list[Row]) -> Boxes:
    parts = np.concatenate([row.parts for row in rows])
    first = np.cumsum([0, *(len(row.parts) for row in rows[:-1])])
    return Boxes(
        np.minimum.reduceat(ink.x0[parts], first),
        np.minimum.reduceat(ink.y0[parts], first),
        np.maximum.reduceat(ink.x1[parts], first),
        np.maximum.reduceat(ink.y1[parts], first),
    )


def _stacked(ink: CoarseInk, rows: list[Row]) -> list[Row]:
    """Join the parts of single syllables that stand one above the other: they have no neighbours in sight."""
    if len(rows) < 2:
        return rows
    boxes, count = _boxes(ink, rows), np.array([len(row.parts) for row in rows])
    few = np.flatnonzero((count <= _FEW) & (boxes.widths <= _NARROW_PART * ink.letter))
    few = few[boxes.y0[few].argsort(kind="stable")]
    x0, x1, y0, y1 = boxes.x0[few], boxes.x1[few], boxes.y0[few], boxes.y1[few]
    widest = np.maximum((x1 - x0)[:, None], x1 - x0)
    shared = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    gap, whole = y0[None, :] - y1[:, None], y1[None, :] - y0[:, None]
    fit = (shared >= _OVER * np.minimum((x1 - x0)[:, None], x1 - x0)) & (
        np.abs(gap) <= _CLOSE * np.minimum(widest, 2.5 * ink.letter)
    )
    own = np.minimum((y1 - y0)[:, None], y1 - y0)
    fit &= own < _PART * ink.letter  # else both are letters
    fit &= whole <= _SYLLABLE * np.maximum(widest, ink.letter)
    fit &= np.arange(few.size)[None, :] > np.arange(few.size)[:, None]
    joined: dict[int, Row] = dict(enumerate(rows))
    into = list(range(len(rows)))
    for upper, lower in np.argwhere(fit).tolist():
        a, b = into[few[upper]], int(few[lower])
        if a in joined and b in joined and a != b and _span(ink, joined[a], joined[b]) <= _SYLLABLE:
            joined[a] = _joined(ink, [joined[a], joined.pop(b)])
            into[b] = a
    return list(joined.values())


def _span(ink: CoarseInk, a: Row, b: Row) -> float:
    """Return the height of two rows together in their width."""
    parts = np.concatenate((a.parts, b.parts))
    width = max(float(ink.x1[parts].max() - ink.x0[parts].min()), ink.letter)
    return float(ink.y1[parts].max() - ink.y0[parts].min()) / width


def _merged(ink: CoarseInk, rows: list[Row]) -> list[Row]:
    """Join rows that lie in others: the lower part of a syllable, the dot of an i, quotation marks."""
    if len(rows) < 2:
        return rows
    boxes = _boxes(ink, rows)
    heights = np.array([row.height for row in rows])
    hosts = np.flatnonzero(heights > 0)
    if not hosts.size:
        return rows
    tall = np.maximum(heights[hosts], ink.letter)
    top, bottom = boxes.y0[hosts] - _ABOVE * tall, boxes.y1[hosts] + _ABOVE * tall
    left, right = boxes.x0[hosts] - _BESIDE * tall, boxes.x1[hosts] + _BESIDE * tall
    across = np.minimum(boxes.x1[:, None], right) - np.maximum(boxes.x0[:, None], left)
    down = np.minimum(boxes.y1[:, None], bottom) - np.maximum(boxes.y0[:, None], top)
    area = boxes.widths * boxes.heights
    host_area = area[hosts]
    share = np.maximum(across, 0) * np.maximum(down, 0) / np.maximum(area, 1)[:, None]
    share[(host_area[None, :] <= area[:, None])] = 0.0
    # A letter is no mark: it must lie within the host's rows.
    count = np.array([len(row.parts) for row in rows])
    small = (count[:, None] <= _FEW) & (boxes.widths[:, None] <= 2 * tall)
    inside = (np.minimum(boxes.y1[:, None], boxes.y1[hosts]) - np.maximum(boxes.y0[:, None], boxes.y0[hosts])) >= (
        np.where(heights > 0, 0.75, 0.0) * boxes.heights
    )[:, None]
    between = (boxes.x0[:, None] >= boxes.x0[hosts] - 0.2 * tall) & (boxes.x1[:, None] <= boxes.x1[hosts] + 0.2 * tall)
    share[~(small & inside & (between | (heights == 0)[:, None]))] = 0.0
    best = share.argmax(axis=1)
    owner = np.arange(len(rows))
    lies_in = share[np.arange(len(rows)), best] >= _INSIDE
    owner[lies_in] = hosts[best[lies_in]]
    for _ in range(3):  # a row in a row in a row
        owner = owner[owner]
    members: dict[int, list[int]] = {}
    for number, host in enumerate(owner.tolist()):
        members.setdefault(host, []).append(number)
    groups = ([rows[number] for number in numbers] for numbers in members.values())
    return [group[0] if len(group) == 1 else _joined(ink, group) for group in groups]


def _joined(ink: CoarseInk, rows: list[Row]) -> Row:
    parts = np.concatenate([row.parts for row in rows])
    height = max(row.height for row in rows)
    if len(parts) <= _FEW:  # a syllable: its parts are lower than it is
        height = max(height, float(ink.y1[parts].max() - ink.y0[parts].min()))
    return Row(parts[ink.x0[parts].argsort(kind="stable")], height)


def _without_dirt(ink: CoarseInk, rows: list[Row]) -> list[Row]:
    if not rows:
        return rows
    boxes = _boxes(ink, rows)
    widths, heights = boxes.widths / ink.letter, boxes.heights / ink.letter
    count = np.array([len(row.parts) for row in rows])
    alone = count == 1
    specks = (heights < _SPECK[0]) & (widths < _SPECK[1])
    low = np.array([row.height == 0 for row in rows])
    low &= (heights < _SPECK[0]) | (count < _BROKEN)
    dashes = low & (_narrowest(ink, rows) >= _DASH[1]) & (widths >= _DASH[0] * heights) & (widths <= _DASH[2])
    bars = alone & (heights > _BAR[0] * widths) & (heights > _BAR[1])
    kept = (dashes | ~(specks | low)) & ~bars
    return [row for row, keep in zip(rows, kept.tolist(), strict=True) if keep]


def _narrowest(ink: CoarseInk, rows: list[Row]) -> npt.NDArray[np.float64]:
    """Return the width of the narrowest part of each row, in letter heights."""
    parts = np.concatenate([row.parts for row in rows])
    first = np.cumsum([0, *(len(row.parts) for row in rows[:-1])])
    return np.asarray(np.minimum.reduceat(ink.widths[parts], first) / ink.letter, dtype=np.float64)


def _boxed_neighbours(ink: CoarseInk, boxes: Boxes) -> list[tuple[int, int]]:
    """Return the pairs of narrow rows with an upright rule between them, at the pitch of boxes."""
    tall = np.maximum(boxes.heights, ink.letter)
    narrow = np.flatnonzero(boxes.widths <= _NARROW * tall)
    if narrow.size < 2:
        return []
    x, y = (boxes.x0 + boxes.x1)[narrow] / 2, (boxes.y0 + boxes.y1)[narrow] / 2
    size = tall[narrow]
    high = np.maximum(size[:, None], size)
    away = x[None, :] - x[:, None]
    near = (away > 0.4 * high) & (away <= _PITCH * high) & (np.abs(y[None, :] - y[:, None]) <= _LEVEL * high)
    pairs = []
    for first in np.flatnonzero(near.any(axis=1)).tolist():
        second = int(np.where(near[first], away[first], np.inf).argmin())
        a, b = int(narrow[first]), int(narrow[second])
        rows = slice(int(min(y[first], y[second]) - 1), int(max(y[first], y[second]) + 2))
        if (ink.numbers[rows, int(boxes.x1[a]) : int(boxes.x0[b])] == RULE).any():
            pairs.append((a, b))
    return pairs


def _below(ink: CoarseInk, boxes: Boxes) -> list[tuple[int, int]]:
    """Return the pairs of single syllables, one right below the other, without a rule between them."""
    ratio = boxes.widths / np.maximum(boxes.heights, 1)
    single = np.flatnonzero((ratio >= _SQUARE[0]) & (ratio <= _SQUARE[1]) & (boxes.heights >= 0.9 * ink.letter))
    if single.size < 2:
        return []
    x, size = (boxes.x0 + boxes.x1)[single] / 2, np.maximum(boxes.widths, boxes.heights)[single]
    gap = boxes.y0[single][None, :] - boxes.y1[single][:, None]
    high = np.maximum(size[:, None], size)
    near = (gap >= 0) & (gap <= _BELOW * high) & (np.abs(x[None, :] - x[:, None]) <= _ALIGNED * high)
    near &= np.minimum(size[:, None], size) >= (1 - _ALIKE) * high
    pairs = []
    for first in np.flatnonzero(near.any(axis=1)).tolist():
        second = int(np.where(near[first], gap[first], np.inf).argmin())
        a, b = int(single[first]), int(single[second])
        if not ink.rules[int(boxes.y1[a]) : int(boxes.y0[b]), int(x[first])].any():
            pairs.append((a, b))
    return pairs


def _sequences(pairs: list[tuple[int, int]], fewest: int) -> list[list[int]]:
    """Return the chains of pairs that have so many members at least."""
    after = dict(pairs)
    before = {second: first for first, second in after.items()}
    found = []
    for first in after:
        if first in before:
            continue
        chain = [first]
        while chain[-1] in after and before.get(after[chain[-1]]) == chain[-1]:
            chain.append(after[chain[-1]])
        if len(chain) >= fewest:
            found.append(chain)
    return found
