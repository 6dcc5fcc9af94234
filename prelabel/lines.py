"""Lines of words and reading order: top to bottom, left to right within a line. The engines' own order is not needed.

`lines`, `line_parts` and `raster_order` also follow lines that are not level. `in_reading_order` sorts results of an
engine that reads level pages.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from prelabel.page import Box

T = TypeVar("T")

#: In line heights; the space between two words of a line is about 0.3.
_WIDEST_GAP = 1.5


def line_height(boxes: Sequence[Box]) -> float:
    """Return the usual height of a word on this page in pixels, at least 1."""
    return max(float(median(box.height for box in boxes)), 1.0) if boxes else 1.0


def lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the boxes by line: lines from top to bottom, each from left to right.

    A box joins one of the last three lines when their vertical centres differ by less than about half of a line
    height. The centre of the line is taken at its nearest box, so that a skewed line stays one line.
    """
    reach = 0.55 * line_height(boxes)
    found: list[_Line] = []
    for index in sorted(range(len(boxes)), key=lambda i: (boxes[i].center[1], boxes[i].x0)):
        x, y = boxes[index].center
        drops = [(abs(line.y_at(x) - y), place) for place, line in enumerate(found[-3:])]
        drop, place = min(drops, default=(reach, 0))
        if drop < reach:
            found[-3:][place].add(index, x, y)
        else:
            found.append(_Line([index], [x], [y]))
    rows = [sorted(line.members, key=lambda i: (boxes[i].x0, boxes[i].y0)) for line in found]
    return sorted(rows, key=lambda row: (sum(boxes[i].center[1] for i in row) / len(row), boxes[row[0]].x0))


def line_parts(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the boxes by line as `lines` does; a line ends at a gap, as between two columns."""
    widest = _WIDEST_GAP * line_height(boxes)
    found: list[list[int]] = []
    for row in lines(boxes):
        reached = -math.inf
        for index in row:
            if boxes[index].x0 - reached > widest:
                found.append([])
            found[-1].append(index)
            reached = max(reached, boxes[index].x1)
    return found


def raster_order(boxes: Sequence[Box]) -> list[int]:
    """Return all indices in reading order."""
    return [index for line in lines(boxes) for index in line]


def in_reading_order(items: Sequence[T], box: Callable[[T], Box]) -> list[T]:
    """Sort the items of a level page: a line's centres lie within half of the usual height below its first one."""
    found: list[list[tuple[Box, T]]] = []
    placed = sorted(((box(item), item) for item in items), key=lambda pair: pair[0].center[1])
    near = median(place.height for place, _ in placed) / 2 if placed else 0.0
    for place, item in placed:
        if found and place.center[1] - found[-1][0][0].center[1] < near:
            found[-1].append((place, item))
        else:
            found.append([(place, item)])
    return [item for line in found for _, item in sorted(line, key=lambda pair: pair[0].x0)]


@dataclass(slots=True)
class _Line:
    """Boxes of one line from left to right, with their centres."""

    members: list[int]
    xs: list[float]
    ys: list[float]

    def y_at(self, x: float) -> float:
        """Return the y of the line at `x`: the centre of the nearest box."""
        place = bisect_left(self.xs, x)
        left, right = max(place - 1, 0), min(place, len(self.xs) - 1)
        return self.ys[left if x - self.xs[left] <= self.xs[right] - x else right]

    def add(self, index: int, x: float, y: float) -> None:
        """Insert a box by the x of its centre."""
        place = bisect_right(self.xs, x)
        self.members.insert(place, index)
        self.xs.insert(place, x)
        self.ys.insert(place, y)
