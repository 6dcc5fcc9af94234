"""Reading order for what comes in any other: lines from top to bottom, each from left to right, on a straight page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from prelabel.page import Box

T = TypeVar("T")


def by_lines(items: Sequence[T], box: Callable[[T], Box]) -> list[T]:
    """The items in reading order: a line's centres lie within half of the usual height below its first one."""
    lines: list[list[tuple[Box, T]]] = []
    placed = sorted(((box(item), item) for item in items), key=lambda pair: pair[0].center[1])
    near = median(place.height for place, _ in placed) / 2 if placed else 0.0
    for place, item in placed:
        if lines and place.center[1] - lines[-1][0][0].center[1] < near:
            lines[-1].append((place, item))
        else:
            lines.append([(place, item)])
    return [item for line in lines for _, item in sorted(line, key=lambda pair: pair[0].x0)]
