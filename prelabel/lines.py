"""Words to lines to raster order: top to bottom, left to right within a line. Engines' own order is not needed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from prelabel.page import Box


def line_height(boxes: Sequence[Box]) -> float:
    """The usual height of a word on this page in pixels, at least 1."""
    return max(float(median(box.height for box in boxes)), 1.0) if boxes else 1.0


def lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of the boxes by line, lines from top to bottom, each from left to right.

    A box joins the line whose last boxes it stands beside: their vertical centres differ by less than half of a line
    height, compared with the nearest box to the left, so that a skewed line stays one line.
    """
    reach = 0.55 * line_height(boxes)
    found: list[_Line] = []
    for index in sorted(range(len(boxes)), key=lambda i: (boxes[i].center[1], boxes[i].x0)):
        x, y = boxes[index].center
        drops = [(abs(line.height_at(x) - y), place) for place, line in enumerate(found[-3:])]
        drop, place = min(drops, default=(reach, 0))
        if drop < reach:
            found[-3:][place].add(index, x, y)
        else:
            found.append(_Line([index], [x], [y]))
    rows = [sorted(line.members, key=lambda i: (boxes[i].x0, boxes[i].y0)) for line in found]
    return sorted(rows, key=lambda row: (sum(boxes[i].center[1] for i in row) / len(row), boxes[row[0]].x0))


def raster_order(boxes: Sequence[Box]) -> list[int]:
    """All indices in reading order."""
    return [index for line in lines(boxes) for index in line]


@dataclass(slots=True)
class _Line:
    """Boxes from left to right, with the centres of each."""

    members: list[int]
    xs: list[float]
    ys: list[float]

    def height_at(self, x: float) -> float:
        """Where the line runs there: at the nearest box's centre."""
        place = bisect_left(self.xs, x)
        left, right = max(place - 1, 0), min(place, len(self.xs) - 1)
        return self.ys[left if x - self.xs[left] <= self.xs[right] - x else right]

    def add(self, index: int, x: float, y: float) -> None:
        place = bisect_right(self.xs, x)
        self.members.insert(place, index)
        self.xs.insert(place, x)
        self.ys.insert(place, y)
