"""Words to lines to raster order: top to bottom, left to right within a line. Engines' own order is not needed."""

from __future__ import annotations

from collections.abc import Sequence
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
    height = line_height(boxes)
    found: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda i: (boxes[i].center[1], boxes[i].x0)):
        line = _line_of(index, boxes, found[-3:], height)
        if line is None:
            found.append([index])
        else:
            line.append(index)
    for line in found:
        line.sort(key=lambda i: (boxes[i].x0, boxes[i].y0))
    return sorted(found, key=lambda line: (sum(boxes[i].center[1] for i in line) / len(line), boxes[line[0]].x0))


def raster_order(boxes: Sequence[Box]) -> list[int]:
    """All indices in reading order."""
    return [index for line in lines(boxes) for index in line]


def _line_of(index: int, boxes: Sequence[Box], recent: list[list[int]], height: float) -> list[int] | None:
    box = boxes[index]
    best, best_drop = None, 0.55 * height
    for line in recent:
        nearest = min(line, key=lambda i: abs(boxes[i].center[0] - box.center[0]))
        drop = abs(boxes[nearest].center[1] - box.center[1])
        if drop < best_drop:
            best, best_drop = line, drop
    return best
