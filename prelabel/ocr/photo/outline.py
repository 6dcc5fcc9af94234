"""Outline of a page in a photograph: the four straight edges at which light paper meets darker ground.

Lengths are pixels of a small copy of the picture. A normal is an angle in radians that points from ground to paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, grey_closing, sobel

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Point = tuple[float, float]

#: The closing in which letters vanish, and the blur in which the grain of the ground does.
_CLOSING, _BLUR = 5, 1.0
#: Added to gray levels before the logarithm, in which an edge is as strong in shadow as in light.
_DARKEST = 8.0
#: Least change of the logarithm over a pixel at an edge: paper is a tenth lighter than the ground.
_EDGE = 0.05
#: Change from which an edge counts whole among others: the grain of wood and the seams of tiles are weaker.
_STRONG = 0.2
#: Steps of the lines that are looked for, in degrees and pixels; neighbours of a line within so many steps are it.
_DEGREES, _PIXELS, _SAME_DEGREES, _SAME_PIXELS = 2, 2, 4, 3
#: The most lines, and the least length of edge on one, as a share of the picture's longer side.
_LINES, _LEAST_LENGTH = 18, 0.05
#: An edge's pixels lie so near its line, and face within the cosine of 20 degrees as it does.
_NEAR, _FACING = 2, 0.94
#: Times that a line is fitted to the pixels near it.
_FITS = 5
#: Angles between two sides.
_LEAST_ANGLE, _MOST_ANGLE = math.radians(50), math.radians(130)
#: Least share of the picture that a page fills; corners lie in the picture or beyond by this share of its longer side.
_LEAST_AREA, _BEYOND = 0.05, 0.15
#: Least share of a side, and of all sides together, on which an edge is seen, where the picture shows it.
_SIDE_SEEN, _ALL_SEEN = 0.45, 0.7
#: Least share of a side that lies in the picture.
_VISIBLE = 0.3
#: Edge that is not seen counts so much against a quadrilateral as this times as much that is seen counts for it.
_UNSEEN = 1.0


@dataclass(frozen=True, slots=True)
class Outline:
    """Four corners, clockwise as one sees the page. `seen`: whether the side from each to the next is an edge.

    A side that is none is the picture's border: the page goes on beyond it.
    """

    corners: tuple[Point, ...]
    seen: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Edges:
    """Strength of edges and the direction in which they get lighter; each array has the shape of the picture."""

    strength: Numbers
    right: Numbers
    down: Numbers


@dataclass(frozen=True, slots=True)
class _Line:
    """Points with x cos(normal) + y sin(normal) = offset. `seen`, `inside`: running sums along it from `first` on."""

    normal: float
    offset: float
    first: int
    seen: Numbers
    inside: Numbers
    is_border: bool = False

    def along(self, x: float, y: float) -> float:
        return float(y * np.cos(self.normal) - x * np.sin(self.normal))


def outline(small: Numbers) -> Outline | None:
    """Return the outline of the page in a gray picture of about 300 pixels, or None where too few edges are seen."""
    edges = _edges(small)
    lines = sorted([*_lines(edges), *_borders(*small.shape)], key=lambda line: line.normal)
    best, found = 0.0, None
    for four in _fours(lines):
        corners = _corners(four, small.shape)
        if corners is not None:
            score = _score(four, corners)
            if score > best:
                best, found = score, Outline(corners, tuple(not line.is_border for line in four))
    return found


def _fours(lines: Sequence[_Line]) -> Iterator[tuple[_Line, ...]]:
    """Yield the lines, four at a time, that may be the sides of a page; borders: one at most, or two that face."""
    for four in combinations(lines, 4):
        normals = [line.normal for line in four]
        turns = [b - a for a, b in zip(normals, [*normals[1:], normals[0] + 2 * math.pi], strict=True)]
        if min(turns) >= _LEAST_ANGLE and max(turns) <= _MOST_ANGLE:
            cut = [line.is_border for line in four]
            if not any(cut[i - 1] and cut[i] for i in range(4)):
                yield four


def _borders(height: int, width: int) -> list[_Line]:
    nothing = np.zeros(1)
    sides = ((0.0, 0.0), (0.5 * math.pi, 0.0), (math.pi, 1.0 - width), (1.5 * math.pi, 1.0 - height))
    return [_Line(normal, offset, 0, nothing, nothing, is_border=True) for normal, offset in sides]


def _edges(small: Numbers) -> _Edges:
    closed = grey_closing(small, size=(_CLOSING, _CLOSING))
    light = gaussian_filter(np.log(closed + _DARKEST), _BLUR)
    right, down = sobel(light, axis=1) / 8, sobel(light, axis=0) / 8
    return _Edges(np.hypot(right, down), right, down)


def _lines(edges: _Edges) -> list[_Line]:
    """Return the straight edges, longest first (Hough, by the direction of each pixel's own edge)."""
    rows, columns = np.nonzero(edges.strength >= _EDGE)
    if not rows.size:
        return []
    facing = np.degrees(np.arctan2(edges.down[rows, columns], edges.right[rows, columns]))
    height, width = edges.strength.shape
    reach = int(np.hypot(height, width)) + 2
    turns, steps = 360 // _DEGREES, 2 * reach // _PIXELS + 1
    votes, weights = np.zeros((turns, steps)), np.minimum(edges.strength[rows, columns] / _STRONG, 1)
    for shift in range(-4, 5):
        turn = np.round(facing / _DEGREES).astype(int) + shift
        angle = np.radians(turn * _DEGREES)
        offset = columns * np.cos(angle) + rows * np.sin(angle)
        cell = (turn % turns) * steps + ((offset + reach) / _PIXELS).astype(int)
        votes += np.bincount(cell, weights, votes.size).reshape(votes.shape)
    lines: list[_Line] = []
    least = _LEAST_LENGTH * max(height, width)
    for _ in range(2 * _LINES):
        best, step = divmod(int(votes.argmax()), steps)
        if votes[best, step] < least:
            break
        near = np.arange(best - _SAME_DEGREES, best + _SAME_DEGREES + 1) % turns
        votes[near, max(0, step - _SAME_PIXELS) : step + _SAME_PIXELS + 1] = 0
        line = _fitted(edges, math.radians(best * _DEGREES), step * _PIXELS - reach + _PIXELS / 2)
        if not any(_same(line, other) for other in lines):
            lines.append(line)
    return lines[:_LINES]


def _same(a: _Line, b: _Line) -> bool:
    return math.cos(a.normal - b.normal) > _FACING and abs(a.offset - b.offset) <= _PIXELS * _SAME_PIXELS


def _fitted(edges: _Edges, normal: float, offset: float) -> _Line:
    """Return the line through the edge pixels near a line, with the places where an edge is seen on it."""
    for _ in range(_FITS):
        rows, columns = _members(edges, normal, offset)
        if rows.size < 2 * _NEAR + 1:
            break
        weights = edges.strength[rows, columns]
        weights = weights / weights.sum()
        middle_x, middle_y = float(columns @ weights), float(rows @ weights)
        x, y = columns - middle_x, rows - middle_y
        # The direction in which the points spread least is the normal; it keeps its side.
        across = 0.5 * math.atan2(2 * (x * y) @ weights, (x * x - y * y) @ weights) + math.pi / 2
        normal = across if math.cos(across - normal) > 0 else across + math.pi
        offset = middle_x * math.cos(normal) + middle_y * math.sin(normal)
    height, width = edges.strength.shape
    reach = int(np.hypot(height, width)) + 2
    places = np.arange(-reach, reach + 1)
    x = offset * np.cos(normal) - places * np.sin(normal)
    y = offset * np.sin(normal) + places * np.cos(normal)
    inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
    seen = np.zeros(places.size)
    rows, columns = _members(edges, normal, offset)
    found = np.round(rows * np.cos(normal) - columns * np.sin(normal)).astype(int) + reach
    seen[np.clip(found, 0, places.size - 1)] = 1
    return _Line(normal % (2 * np.pi), offset, -reach, seen.cumsum(), inside.astype(float).cumsum())


def _members(edges: _Edges, normal: float, offset: float) -> tuple[Places, Places]:
    """Return rows and columns of the edge pixels near a line that face as it does."""
    rows, columns = np.nonzero(edges.strength >= _EDGE)
    away = np.abs(columns * np.cos(normal) + rows * np.sin(normal) - offset) <= _NEAR
    rows, columns = rows[away], columns[away]
    facing = edges.right[rows, columns] * np.cos(normal) + edges.down[rows, columns] * np.sin(normal)
    same = facing >= _FACING * edges.strength[rows, columns]
    return rows[same], columns[same]


def _corners(four: Sequence[_Line], shape: tuple[int, ...]) -> tuple[Point, ...] | None:
    """Return the corners of a quadrilateral whose sides the lines are, in the order of their normals; None if none."""
    height, width = shape
    beyond = _BEYOND * max(shape)
    corners = [_crossing(four[i - 1], four[i]) for i in range(4)]
    if any(not (-beyond <= x <= width + beyond and -beyond <= y <= height + beyond) for x, y in corners):
        return None
    if area(corners) < _LEAST_AREA * height * width:
        return None
    # All of it lies on the light side of each line.
    middle = np.mean(corners, axis=0)
    for line in four:
        if middle[0] * np.cos(line.normal) + middle[1] * np.sin(line.normal) <= line.offset:
            return None
    return tuple(corners)


def _score(four: Sequence[_Line], corners: Sequence[Point]) -> float:
    """Return the length of the edges that are seen, less what is not; 0.0 if too little is."""
    seen_all = visible_all = 0.0
    for i, line in enumerate(four):
        if line.is_border:
            continue
        ends = sorted(line.along(*corners[j]) for j in (i, (i + 1) % 4))
        start, stop = (int(np.clip(round(end) - line.first, 0, line.seen.size - 1)) for end in ends)
        seen, visible = line.seen[stop] - line.seen[start], line.inside[stop] - line.inside[start]
        if visible < _VISIBLE * (stop - start) or seen < _SIDE_SEEN * visible:
            return 0.0
        seen_all, visible_all = seen_all + seen, visible_all + visible
    if seen_all < _ALL_SEEN * visible_all:
        return 0.0
    return float(seen_all - _UNSEEN * (visible_all - seen_all))


def _crossing(a: _Line, b: _Line) -> Point:
    matrix = np.array([[np.cos(a.normal), np.sin(a.normal)], [np.cos(b.normal), np.sin(b.normal)]])
    x, y = np.linalg.solve(matrix, (a.offset, b.offset))
    return float(x), float(y)


def area(corners: Sequence[Point]) -> float:
    """Return the area of a polygon: positive where its corners run clockwise as one sees them."""
    return 0.5 * sum(_cross(corners[i - 1], corners[i]) for i in range(len(corners)))


def _cross(a: Point, b: Point) -> float:
    return a[0] * b[1] - a[1] * b[0]
