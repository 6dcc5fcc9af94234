"""Rows of a layout: Tesseract sometimes makes two lines of one row of print, each with some of its letters.

Such lines reach into each other. Read one by one, a letter is read twice, or its upper half is read as another letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from prelabel.geometry import intersection_area, union
from prelabel.page import Box

#: Two lines are one row if they share so much of the lower one's height and reach into each other by so much, in
#: heights of the lower one, at one place at least.
_SHARED_HEIGHT, _SHARED_WIDTH = 0.6, 0.5
#: A line as many times higher than the other is no part of its row: a large initial, a brace. Lines that lie wholly in
#: the boxes of the other one (the upper half of a syllable) may be lower.
_HIGHER, _HIGHER_AROUND, _INSIDE = 2.0, 3.0, 0.8
#: Boxes of a joined row that are closer, in heights, become one: the ink decides afterwards where words end.
_SAME_WORD = 0.36


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a layout: its boxes, and where its usual box begins and ends."""

    boxes: tuple[Box, ...]
    y0: float
    y1: float
    x0: float
    x1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0


def whole_rows(lines: Sequence[Sequence[Box]]) -> list[list[Box]]:
    """Join the lines of a layout that are parts of one row of print; the order of the others stays.

    `lines`: boxes of words by line. Boxes of a joined row that nearly touch become one.
    """
    rows = [_row(line) for line in lines if line]
    parts: dict[int, list[int]] = {number: [number] for number in range(len(rows))}
    owner = list(range(len(rows)))
    for a, b in _neighbours(rows):
        first, second = sorted((owner[a], owner[b]))
        if first != second and _is_one_row(rows[a], rows[b]):
            parts[first] += parts.pop(second)
            owner = [first if each == second else each for each in owner]
    return [
        list(rows[first].boxes) if len(members) == 1 else _joined([box for i in members for box in rows[i].boxes])
        for first, members in parts.items()
    ]


def _row(line: Sequence[Box]) -> _Row:
    return _Row(
        tuple(line),
        median(box.y0 for box in line),
        median(box.y1 for box in line),
        min(box.x0 for box in line),
        max(box.x1 for box in line),
    )


def _neighbours(rows: Sequence[_Row]) -> list[tuple[int, int]]:
    """Return the pairs of rows that share some height."""
    order = sorted(range(len(rows)), key=lambda number: rows[number].y0)
    pairs = []
    for place, upper in enumerate(order):
        for lower in order[place + 1 :]:
            if rows[lower].y0 >= rows[upper].y1:
                break
            pairs.append((upper, lower))
    return pairs


def _is_one_row(a: _Row, b: _Row) -> bool:
    low, high = sorted((a.height, b.height))
    if high <= _HIGHER_AROUND * low and (_lies_in(a, b) or _lies_in(b, a)):
        return True
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    if high > _HIGHER * low or shared < _SHARED_HEIGHT * low:
        return False
    return min(a.x1, b.x1) - max(a.x0, b.x0) > _SHARED_WIDTH * low


def _lies_in(a: _Row, b: _Row) -> bool:
    """Return whether each box of `a` lies in one of `b`."""
    return all(
        any(intersection_area(box, each) >= _INSIDE * box.width * box.height for each in b.boxes) for box in a.boxes
    )


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Sort the boxes of a row from left to right; those that nearly touch become one."""
    height = median(box.height for box in boxes)
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.x0):
        if found and box.x0 - found[-1].x1 < _SAME_WORD * height:
            found[-1] = union((found[-1], box))
        else:
            found.append(box)
    return found
