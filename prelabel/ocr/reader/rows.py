"""Rows of print: parts of ink that see each other along a row, between ruled lines and wide gaps.

Two letters of a row have only paper between them. So a slightly tilted row stays one, columns and cells of a table stay
apart, and large print beside small print is a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from prelabel.images.row_runs import Indices
from prelabel.ocr.reader.coarse_ink import RULE, CoarseInk, with_cuts

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

#: In letter heights: least height of a letter, largest height and width; the least area of a mark: a point, a dash.
_LETTER_HEIGHT, _HIGHEST, _WIDEST, _LEAST_INK = 0.5, 7.0, 14.0, 0.012
#: Neighbours share so much of the lower one's height, see each other over so much of what they share, are at most so
#: many heights of the higher one apart, and one is at most so many times higher than the other.
_SHARED, _IN_SIGHT, _GAP, _HIGHER = 0.5, 0.5, 1.6, 3.0
#: A mark is at most so many times its own width, or the height of a letter, from its neighbour.
_MARK_GAP = 1.2
#: A part that is so many times higher than the usual letter joins two rows if so many letters at least, that are so
#: many heights away at most, are above its middle and below it, or reach over it by so many pixels.
_BRIDGE, _LETTERS, _NEAR, _OVER = 1.75, 2, 6.0, 2
#: The share of a row's letters that are not higher than the row.
_USUAL = 0.8
#: Dots of a leader are at most so many letter heights wide and high, and so many at least.
_DOT, _LEADER = 0.45, 5


@dataclass(frozen=True, slots=True)
class Row:
    """Parts of ink in one row: their numbers, from left to right.

    `height`: the usual height of its higher letters, 0.0 without letters.
    """

    parts: Indices
    height: float


@dataclass(frozen=True, slots=True)
class _Kinds:
    letters: Mask
    marks: Mask


def rows_of(ink: CoarseInk) -> tuple[CoarseInk, list[Row]]:
    """Return the rows of print; ink that is too large belongs to none. Dirt is in rows of its own.

    Parts that reach over two rows are cut in the ink that is returned.
    """
    kinds, row = _chained_parts(ink)
    bridges = _bridges(ink, kinds.letters, row)
    if bridges:
        ink = with_cuts(ink, bridges)
        kinds, row = _chained_parts(ink)
    return ink, _gathered(ink, kinds, row)


def _chained_parts(ink: CoarseInk) -> tuple[_Kinds, Indices]:
    kinds = _kinds(ink)
    return kinds, _chained(len(ink.x0), *_neighbours(ink, kinds))


def _kinds(ink: CoarseInk) -> _Kinds:
    heights, widths = ink.heights / ink.letter, ink.widths / ink.letter
    fit = (heights <= _HIGHEST) & (widths <= _WIDEST) & (ink.areas >= _LEAST_INK * ink.letter**2)
    fit[0] = False
    letters = fit & (heights >= _LETTER_HEIGHT)
    return _Kinds(letters, fit & ~letters)


def _neighbours(ink: CoarseInk, kinds: _Kinds) -> tuple[Indices, Indices]:
    """Return the numbers of the parts that are neighbours in a row: left ones and right ones."""
    owners, rows = _runs_with_rules(ink, kinds.letters | kinds.marks)
    side_by_side = (rows[1:] == rows[:-1]) & (owners[1:] != owners[:-1]) & (owners[1:] > 0) & (owners[:-1] > 0)
    first, second = owners[:-1][side_by_side], owners[1:][side_by_side]
    count = len(ink.x0)
    pairs, sight = np.unique(first * count + second, return_counts=True)
    left, right = np.divmod(pairs, count)
    # A flat stroke of a syllable is as large as it is wide.
    heights, sizes = ink.heights, np.maximum(ink.heights, np.minimum(ink.widths, 2 * ink.letter))
    low, high = np.minimum(sizes[left], sizes[right]), np.maximum(heights[left], heights[right])
    lowest = np.minimum(heights[left], heights[right])
    shared = np.minimum(ink.y1[left], ink.y1[right]) - np.maximum(ink.y0[left], ink.y0[right])
    gap = ink.x0[right] - ink.x1[left]
    both = kinds.letters[left] & kinds.letters[right]
    reach = np.where(both, _GAP * np.minimum(high, 2 * low), _MARK_GAP * np.maximum(high, ink.letter))
    near = (shared >= _SHARED * lowest) & (sight >= _IN_SIGHT * shared) & (gap <= reach)
    near &= ~both | (high <= _HIGHER * low)
    return left[near], right[near]


def _runs_with_rules(ink: CoarseInk, used: Mask) -> tuple[Indices, Indices]:
    """Return owners and rows of the runs of these parts and of upright rules, in the order of reading.

    Rules hide what stands behind them; other ink (frames, pictures, dust) does not.
    """
    own = used[ink.owners]
    owners, rows = ink.owners[own], ink.runs.rows[own]
    rule_rows, rule_columns = np.nonzero(ink.numbers == RULE)
    if not rule_rows.size:
        return owners, rows
    width = ink.numbers.shape[1]
    places = np.concatenate((rows * width + ink.runs.starts[own], rule_rows * width + rule_columns))
    order = places.argsort(kind="stable")
    owners = np.concatenate((owners, np.full(rule_rows.size, RULE)))
    return owners[order], np.concatenate((rows, rule_rows))[order]


def _chained(count: int, left: Indices, right: Indices) -> Indices:
    """Return the number of the chain of each part."""
    graph = coo_array((np.ones(left.size, np.int8), (left, right)), shape=(count, count))
    found: Indices = connected_components(graph, directed=False)[1].astype(np.intp)
    return found


def _heights_at(ink: CoarseInk, letters: Mask, row: Indices, share: float) -> Floats:
    """Return, for each row, the height under which so large a share of its letters stays; 0.0 without letters."""
    numbers = np.flatnonzero(letters)
    numbers = numbers[np.lexsort((ink.heights[numbers], row[numbers]))]
    counts = np.bincount(row[numbers], minlength=int(row.max()) + 1)
    has = counts > 0
    at = (counts.cumsum() - counts + (share * (counts - 1)).astype(np.intp))[has]
    heights = np.zeros(len(counts))
    heights[has] = ink.heights[numbers[at]]
    return heights


def _bridges(ink: CoarseInk, letters: Mask, row: Indices) -> list[tuple[int, int]]:
    """Return the parts that join two rows, letters that touch across them or braces, and where to cut each."""
    usual = np.maximum(_heights_at(ink, letters, row, 0.5), ink.letter)
    tall = _spans(ink, letters, row) > _BRIDGE * usual
    bridges = np.flatnonzero(letters & tall[row] & (ink.heights > _BRIDGE * usual[row]))
    cuts = []
    for bridge in bridges.tolist():
        members = np.flatnonzero((row == row[bridge]) & letters)
        members = members[ink.heights[members] <= _BRIDGE * usual[row[bridge]]]
        far = np.maximum(ink.x0[members] - ink.x1[bridge], ink.x0[bridge] - ink.x1[members])
        near = members[far <= _NEAR * usual[row[bridge]]]
        middle = (ink.y0[bridge] + ink.y1[bridge]) / 2
        upper, lower = near[ink.y1[near] <= middle + _OVER], near[ink.y0[near] >= middle - _OVER]
        if min(upper.size, lower.size) >= _LETTERS and upper.size + lower.size >= 0.9 * near.size:
            at = (float(np.median(ink.y1[upper])) + float(np.median(ink.y0[lower]))) / 2
            cuts.append((bridge, round(at)))
    return cuts


def _spans(ink: CoarseInk, letters: Mask, row: Indices) -> Floats:
    """Return the height of the letters of each row together."""
    numbers = np.flatnonzero(letters)
    size = int(row.max()) + 1
    top, bottom = np.full(size, 1 << 30), np.zeros(size, np.intp)
    np.minimum.at(top, row[numbers], ink.y0[numbers])
    np.maximum.at(bottom, row[numbers], ink.y1[numbers])
    spans: Floats = np.maximum(bottom - top, 0).astype(np.float64)
    return spans


def _gathered(ink: CoarseInk, kinds: _Kinds, row: Indices) -> list[Row]:
    heights = _heights_at(ink, kinds.letters, row, _USUAL)
    numbers = np.flatnonzero(kinds.letters | kinds.marks)
    numbers = numbers[np.lexsort((ink.x0[numbers], row[numbers]))]
    numbers = numbers[~_leaders(ink, kinds.marks[numbers], row[numbers], numbers)]
    cuts = np.flatnonzero(np.diff(row[numbers])) + 1
    return [Row(parts, float(heights[row[parts[0]]])) for parts in np.split(numbers, cuts) if parts.size]


def _leaders(ink: CoarseInk, marks: Mask, row: Indices, numbers: Indices) -> Mask:
    """Return which parts are dots that fill a row up to its end or the next field: many, and no letter between."""
    dots = marks & (ink.widths[numbers] <= _DOT * ink.letter) & (ink.heights[numbers] <= _DOT * ink.letter)
    edges = np.flatnonzero(np.concatenate(([True], (row[1:] != row[:-1]) | (dots[1:] != dots[:-1]))))
    lengths = np.diff(np.concatenate((edges, [len(numbers)])))
    found: Mask = dots & (np.repeat(lengths, lengths) >= _LEADER)
    return found
