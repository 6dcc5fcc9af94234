"""Shapes of regions: rectangles, polygons, ellipses and brush strokes as outlines in pixels of the shown image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.geometry import apply, corners, from_percent, off_axis, turn
from prelabel.labelstudio.regions.brush import stroke_box
from prelabel.labelstudio.regions.told import NotUsed
from prelabel.page import Affine

Item = Mapping[str, Any]
Point = tuple[float, float]

#: Corners of the polygon that stands for an ellipse; a multiple of 4, so that it touches the ellipse's box.
_ELLIPSE_CORNERS = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a region in pixels of the shown image, and the degrees, clockwise, by which it was turned."""

    outline: tuple[Point, ...]
    degrees: float = 0.0


def shape_of(items: Iterable[Item], shown_px: tuple[int, int]) -> Shape | NotUsed | None:
    """Return the first shape that the results of a region have.

    NotUsed where it is a shape that is not read; None where the results have no place on the image. Raises ValueError,
    TypeError or KeyError for a shape that Label Studio does not write.
    """
    skipped: NotUsed | None = None
    for item in items:
        value = item.get("value") or {}
        if "points" in value:
            return _polygon(value["points"], shown_px)
        if "radiusX" in value:
            return _ellipse(value, shown_px)
        if "x" in value and "height" in value:
            return rectangle([value[k] for k in ("x", "y", "width", "height")], value.get("rotation") or 0, shown_px)
        if "rle" in value:
            return _stroke(value["rle"], shown_px)
        skipped = skipped or _skipped(str(item.get("type")), value)
    return skipped


def rectangle(numbers: Sequence[float], degrees: float, shown_px: tuple[int, int]) -> Shape:
    """Return the shape of [x, y, width, height] in percent, turned clockwise about (x, y)."""
    x, y, width, height = map(_finite, numbers)
    box = from_percent(x, y, width, height, *shown_px)
    return Shape(tuple(corners(turn(_finite(degrees), box.x0, box.y0), box)), float(degrees))


def _skipped(kind: str, value: Mapping[str, Any]) -> NotUsed | None:
    if kind.startswith(("brush", "bitmask", "magicwand")):
        return NotUsed.BRUSH
    if kind.startswith("keypoint"):
        return NotUsed.KEYPOINT
    return NotUsed.OTHER_SHAPE if "x" in value or "vertices" in value or kind.startswith("vector") else None


def _stroke(code: Sequence[int], shown_px: tuple[int, int]) -> Shape | NotUsed:
    """Return the box around a brush stroke; BRUSH where its mask is empty or in another code."""
    try:
        box = stroke_box(code, shown_px)
    except (TypeError, ValueError):
        return NotUsed.BRUSH
    return Shape(tuple(corners(Affine(), box))) if box else NotUsed.BRUSH


def _polygon(points: Sequence[Sequence[float]], shown_px: tuple[int, int]) -> Shape:
    dots = tuple((_finite(x) * shown_px[0] / 100, _finite(y) * shown_px[1] / 100) for x, y in points)
    if not dots:
        raise ValueError("a polygon without points")
    return Shape(dots, _direction(dots) if len(dots) == 4 else 0.0)


def _direction(dots: Sequence[Point]) -> float:
    """Return the tilt of a drawn quadrilateral: that of its longer sides, in whichever direction they were drawn."""
    a, b, c, d = dots
    first, second = ((a, b), (d, c)), ((b, c), (a, d))
    sides = max((first, second), key=lambda pair: sum(math.dist(*side) for side in pair))
    dx, dy = (sum(end[axis] - start[axis] for start, end in sides) for axis in (0, 1))
    return off_axis(math.degrees(math.atan2(dy, dx))) if dx or dy else 0.0


def _ellipse(value: Mapping[str, Any], shown_px: tuple[int, int]) -> Shape:
    (width, height), degrees = shown_px, _finite(value.get("rotation") or 0)
    x, y, across, down = (_finite(value[key]) / 100 for key in ("x", "y", "radiusX", "radiusY"))
    about = turn(degrees, x * width, y * height)
    angles = (2 * math.pi * number / _ELLIPSE_CORNERS for number in range(_ELLIPSE_CORNERS))
    dots = ((width * (x + across * math.cos(a)), height * (y + down * math.sin(a))) for a in angles)
    return Shape(tuple(apply(about, *dot) for dot in dots), degrees)


def _finite(number: float) -> float:
    """Return a coordinate as a float. Raises ValueError or TypeError for what is no number."""
    if isinstance(number, str) or not math.isfinite(number):
        raise ValueError(f"{number!r} is no coordinate")
    return float(number)
