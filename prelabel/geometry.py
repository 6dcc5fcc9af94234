"""All arithmetic on boxes: units (pixels, percent, 0..1000), union, overlap, quarter turns and other affine maps."""

from __future__ import annotations

from collections.abc import Iterable

from prelabel.page import Affine, Box


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all; ValueError when there is none."""
    first, *rest = boxes
    return Box(
        min(b.x0 for b in (first, *rest)),
        min(b.y0 for b in (first, *rest)),
        max(b.x1 for b in (first, *rest)),
        max(b.y1 for b in (first, *rest)),
    )


def intersection_area(a: Box, b: Box) -> float:
    """Shared area in square pixels, 0.0 where they do not touch."""
    return max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1; 0.0 for two boxes without area."""
    shared = intersection_area(a, b)
    total = a.width * a.height + b.width * b.height - shared
    return shared / total if total > 0 else 0.0


def clip(box: Box, width_px: float, height_px: float) -> Box:
    """The part of `box` inside the image; a box wholly outside ends as a line on the nearest edge."""

    def x(v: float) -> float:
        return min(max(v, 0.0), width_px)

    def y(v: float) -> float:
        return min(max(v, 0.0), height_px)

    return Box(x(box.x0), y(box.y0), x(box.x1), y(box.y1))


def grow(box: Box, by_px: float) -> Box:
    """`box` with every side moved outwards."""
    return Box(box.x0 - by_px, box.y0 - by_px, box.x1 + by_px, box.y1 + by_px)


def to_percent(box: Box, width_px: float, height_px: float) -> tuple[float, float, float, float]:
    """(x, y, width, height) in percent of the image, as Label Studio stores regions."""
    return (
        100 * box.x0 / width_px,
        100 * box.y0 / height_px,
        100 * box.width / width_px,
        100 * box.height / height_px,
    )


def from_percent(x: float, y: float, width: float, height: float, width_px: float, height_px: float) -> Box:
    """Inverse of `to_percent`."""
    return Box(x * width_px / 100, y * height_px / 100, (x + width) * width_px / 100, (y + height) * height_px / 100)


def to_thousand(box: Box, width_px: float, height_px: float) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) as whole numbers 0..1000, the layout input of LayoutLM v1 (arXiv 1912.13318)."""
    b = clip(box, width_px, height_px)
    return (
        int(1000 * b.x0 / width_px),
        int(1000 * b.y0 / height_px),
        int(1000 * b.x1 / width_px),
        int(1000 * b.y1 / height_px),
    )


def apply(m: Affine, x: float, y: float) -> tuple[float, float]:
    """The image of one point."""
    return m.a * x + m.b * y + m.c, m.d * x + m.e * y + m.f


def transform(m: Affine, box: Box) -> Box:
    """The upright box around the mapped corners; exact for scaling and quarter turns."""
    corners = [apply(m, x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def compose(outer: Affine, inner: Affine) -> Affine:
    """The map that applies `inner` first, then `outer`."""
    return Affine(
        outer.a * inner.a + outer.b * inner.d,
        outer.a * inner.b + outer.b * inner.e,
        outer.a * inner.c + outer.b * inner.f + outer.c,
        outer.d * inner.a + outer.e * inner.d,
        outer.d * inner.b + outer.e * inner.e,
        outer.d * inner.c + outer.e * inner.f + outer.f,
    )


def invert(m: Affine) -> Affine:
    """The map back; ValueError when the map flattens the plane."""
    det = m.a * m.e - m.b * m.d
    if det == 0:
        raise ValueError("this map has no inverse")
    a, b, d, e = m.e / det, -m.b / det, -m.d / det, m.a / det
    return Affine(a, b, -(a * m.c + b * m.f), d, e, -(d * m.c + e * m.f))


def scaling(factor: float) -> Affine:
    """The map that multiplies both axes."""
    return Affine(a=factor, e=factor)


def quarter_turn(quarters: int, width_px: float, height_px: float) -> Affine:
    """Turn an image of the given size clockwise by `quarters` x 90 degrees and shift it back to (0, 0)."""
    turns = {
        0: Affine(),
        1: Affine(0, -1, height_px, 1, 0, 0),
        2: Affine(-1, 0, width_px, 0, -1, height_px),
        3: Affine(0, 1, 0, -1, 0, width_px),
    }
    return turns[quarters % 4]


def edge_point(box: Box, x: float, y: float) -> tuple[float, float]:
    """Where the line from the centre of `box` to the point (x, y) leaves the box; the point itself if it is inside."""
    cx, cy = box.center
    dx, dy = x - cx, y - cy
    reach = max(abs(dx) / (box.width / 2 or 1e-9), abs(dy) / (box.height / 2 or 1e-9))
    return (x, y) if reach <= 1 else (cx + dx / reach, cy + dy / reach)
