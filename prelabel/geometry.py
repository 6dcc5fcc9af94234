"""Arithmetic on boxes: units (pixels, percent), union, overlap, turns and other affine maps.

Degrees are clockwise as one sees the image (y grows downwards), as in Label Studio's `rotation`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from prelabel.page import Affine, Box, Homography, Page

#: No coordinate in an image is larger.
_FAR_PX = 1e6


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all boxes. Raises ValueError when there is none."""
    first, *rest = boxes
    return Box(
        min(b.x0 for b in (first, *rest)),
        min(b.y0 for b in (first, *rest)),
        max(b.x1 for b in (first, *rest)),
        max(b.y1 for b in (first, *rest)),
    )


def intersection_area(a: Box, b: Box) -> float:
    """Return the shared area in square pixels, 0.0 where the boxes do not touch."""
    return max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))


def iou(a: Box, b: Box) -> float:
    """Return the intersection over union, 0..1; 0.0 for two boxes without area."""
    shared = intersection_area(a, b)
    total = a.width * a.height + b.width * b.height - shared
    return shared / total if total > 0 else 0.0


def clip(box: Box, width_px: float, height_px: float) -> Box:
    """Return the part of `box` inside the image; a box wholly outside becomes a line on the nearest edge."""
    return Box(
        min(max(box.x0, 0.0), width_px),
        min(max(box.y0, 0.0), height_px),
        min(max(box.x1, 0.0), width_px),
        min(max(box.y1, 0.0), height_px),
    )


def straight(box: Box) -> Box:
    """Mend `box`: x0 <= x1, y0 <= y1, coordinates within the bounds of any image, 0.0 in place of NaN."""
    if -_FAR_PX <= box.x0 <= box.x1 <= _FAR_PX and -_FAR_PX <= box.y0 <= box.y1 <= _FAR_PX:
        return box
    x0, y0, x1, y1 = (
        0.0 if math.isnan(v) else min(max(v, -_FAR_PX), _FAR_PX) for v in (box.x0, box.y0, box.x1, box.y1)
    )
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def grow(box: Box, by_px: float) -> Box:
    """Move every side of `box` outwards."""
    return Box(box.x0 - by_px, box.y0 - by_px, box.x1 + by_px, box.y1 + by_px)


def to_percent(box: Box, width_px: float, height_px: float) -> tuple[float, float, float, float]:
    """Return (x, y, width, height) in percent of the image, as Label Studio stores regions."""
    return (
        100 * box.x0 / width_px,
        100 * box.y0 / height_px,
        100 * box.width / width_px,
        100 * box.height / height_px,
    )


def from_percent(x: float, y: float, width: float, height: float, width_px: float, height_px: float) -> Box:
    """Return the box in pixels: the inverse of `to_percent`."""
    return Box(x * width_px / 100, y * height_px / 100, (x + width) * width_px / 100, (y + height) * height_px / 100)


def apply(m: Affine, x: float, y: float) -> tuple[float, float]:
    """Map one point."""
    return m.a * x + m.b * y + m.c, m.d * x + m.e * y + m.f


def corners(m: Affine, box: Box) -> list[tuple[float, float]]:
    """Map the four corners, clockwise from the top left one of the box."""
    return [apply(m, x, y) for x, y in ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))]


def transform(m: Affine, box: Box) -> Box:
    """Return the upright box around the mapped corners; exact for scaling and quarter turns."""
    # Without `corners`: a page has hundreds of boxes, and this takes half the time.
    ax, by = (m.a * box.x0, m.a * box.x1), (m.b * box.y0, m.b * box.y1)
    dx, ey = (m.d * box.x0, m.d * box.x1), (m.e * box.y0, m.e * box.y1)
    return Box(min(ax) + min(by) + m.c, min(dx) + min(ey) + m.f, max(ax) + max(by) + m.c, max(dx) + max(ey) + m.f)


def compose(outer: Affine, inner: Affine) -> Affine:
    """Return the map that applies `inner` first, then `outer`."""
    return Affine(
        outer.a * inner.a + outer.b * inner.d,
        outer.a * inner.b + outer.b * inner.e,
        outer.a * inner.c + outer.b * inner.f + outer.c,
        outer.d * inner.a + outer.e * inner.d,
        outer.d * inner.b + outer.e * inner.e,
        outer.d * inner.c + outer.e * inner.f + outer.f,
    )


def invert(m: Affine) -> Affine:
    """Return the map back. Raises ValueError when the map flattens the plane."""
    det = m.a * m.e - m.b * m.d
    if det == 0:
        raise ValueError("this map has no inverse")
    a, b, d, e = m.e / det, -m.b / det, -m.d / det, m.a / det
    return Affine(a, b, -(a * m.c + b * m.f), d, e, -(d * m.c + e * m.f))


def projection(m: Affine) -> Homography:
    """Return an affine map as the homography that it is."""
    return Homography(m.a, m.b, m.c, m.d, m.e, m.f)


def project(m: Homography, x: float, y: float) -> tuple[float, float]:
    """Map one point. Raises ZeroDivisionError for a point on the horizon."""
    z = m.g * x + m.h * y + 1
    return (m.a * x + m.b * y + m.c) / z, (m.d * x + m.e * y + m.f) / z


def project_box(m: Homography, box: Box) -> Box:
    """Return the upright box around the mapped corners."""
    xs, ys = zip(*(project(m, x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)), strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def chain(outer: Homography, inner: Homography) -> Homography:
    """Return the map that applies `inner` first, then `outer`. Raises ZeroDivisionError where (0, 0) has no image."""
    o, i = outer, inner
    rows = [
        (x * i.a + y * i.d + z * i.g, x * i.b + y * i.e + z * i.h, x * i.c + y * i.f + z)
        for x, y, z in ((o.a, o.b, o.c), (o.d, o.e, o.f), (o.g, o.h, 1.0))
    ]
    by = rows[2][2]
    return Homography(*(v / by for v in (*rows[0], *rows[1], *rows[2][:2])))


def invert_projection(m: Homography) -> Homography:
    """Return the map back. Raises ZeroDivisionError when the map has none, or none that maps (0, 0)."""
    by = m.a * m.e - m.b * m.d
    return Homography(
        (m.e - m.f * m.h) / by,
        (m.c * m.h - m.b) / by,
        (m.b * m.f - m.c * m.e) / by,
        (m.f * m.g - m.d) / by,
        (m.a - m.c * m.g) / by,
        (m.c * m.d - m.a * m.f) / by,
        (m.d * m.h - m.e * m.g) / by,
        (m.b * m.g - m.a * m.h) / by,
    )


def stretch(m: Homography, x: float, y: float) -> Affine:
    """Return the affine map that is nearest to `m` around one point, without its shift."""
    z = m.g * x + m.h * y + 1
    u, v = project(m, x, y)
    return Affine((m.a - u * m.g) / z, (m.b - u * m.h) / z, 0, (m.d - v * m.g) / z, (m.e - v * m.h) / z, 0)


def scaling(factor: float) -> Affine:
    """Return the map that multiplies both axes by `factor`."""
    return Affine(a=factor, e=factor)


def quarter_turn(quarters: int, width_px: float, height_px: float) -> Affine:
    """Return the map that turns an image clockwise by `quarters` x 90 degrees and shifts it back to (0, 0)."""
    turns = {
        0: Affine(),
        1: Affine(0, -1, height_px, 1, 0, 0),
        2: Affine(-1, 0, width_px, 0, -1, height_px),
        3: Affine(0, 1, 0, -1, 0, width_px),
    }
    return turns[quarters % 4]


def turn(degrees: float, x: float = 0.0, y: float = 0.0) -> Affine:
    """Return the map that turns the plane clockwise about the point (x, y)."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)


def off_axis(degrees: float) -> float:
    """Return the part of an angle beyond whole quarter turns: -45..45, exactly 0.0 for a whole quarter turn."""
    return (degrees + 45) % 90 - 45


def turned(m: Affine) -> float:
    """Return the degrees, 0..360, by which the map turns a box clockwise."""
    return math.degrees(math.atan2(m.d, m.a)) % 360


def tilt(m: Affine) -> float:
    """Return the degrees by which the map turns a box beyond whole quarter turns, see `off_axis`."""
    return off_axis(turned(m))


def levelling(degrees: float, width_px: float, height_px: float) -> tuple[Affine, int, int]:
    """Return (map, width, height) of levelling an image: after the map, lines that were tilted by `degrees` run level.

    The map turns counter-clockwise about the centre; width and height are those of the frame that holds the image then.
    """
    about = turn(-degrees, width_px / 2, height_px / 2)
    around = transform(about, Box(0, 0, width_px, height_px))
    width, height = math.ceil(around.width - 1e-6), math.ceil(around.height - 1e-6)
    return compose(Affine(c=(width - width_px) / 2, f=(height - height_px) / 2), about), width, height


def clip_tilted(box: Box, degrees: float, width_px: float, height_px: float) -> Box:
    """Return the part of `box` whose corners lie inside the image after `turn(degrees)`, -45 < degrees < 45.

    The part is no longer than the image's side, also where it lies along a diagonal. A box without such a part becomes
    the point inside the image that is nearest to its centre.
    """
    slope, stretch = math.tan(math.radians(degrees)), 1 / math.cos(math.radians(degrees))
    x0 = max(box.x0, box.y0 * slope, box.y1 * slope)
    x1 = min(box.x1, width_px * stretch + box.y0 * slope, width_px * stretch + box.y1 * slope)
    y0 = max(box.y0, -x0 * slope, -x1 * slope)
    y1 = min(box.y1, height_px * stretch - x0 * slope, height_px * stretch - x1 * slope)
    if x0 <= x1 and y0 <= y1:
        return Box(x0, y0, min(x1, x0 + width_px), min(y1, y0 + height_px))
    middle = transform(turn(degrees), Box(*box.center, *box.center))
    return transform(turn(-degrees), clip(middle, width_px, height_px))


def edge_point(box: Box, x: float, y: float) -> tuple[float, float]:
    """Return where the line from the centre of `box` to (x, y) leaves the box; the point (x, y) if it is inside."""
    cx, cy = box.center
    dx, dy = x - cx, y - cy
    reach = max(abs(dx) / (box.width / 2 or 1e-9), abs(dy) / (box.height / 2 or 1e-9))
    return (x, y) if reach <= 1 else (cx + dx / reach, cy + dy / reach)


def laid_flat(page: Page) -> Page:
    """Return the page of a photograph with the size and boxes of the page laid flat; other pages as they are."""
    if page.flat is None:
        return page
    flat, back = page.flat, invert_projection(page.flat.to_page)
    words = tuple(replace(word, box=_flat_box(word.box, flat.to_page, back)) for word in page.words)
    return replace(page, width_px=flat.width_px, height_px=flat.height_px, words=words, flat=None)


def _flat_box(around: Box, to_page: Homography, back: Homography) -> Box:
    """Return the flat box whose image `around` encloses most closely.

    Near its centre the map is m = (a b; d e), and an image of w x h pixels' box fills |a| w + |b| h by |d| w + |e| h.
    """
    x, y = project(back, *around.center)
    m = stretch(to_page, x, y)
    a, b, d, e = abs(m.a), abs(m.b), abs(m.d), abs(m.e)
    by = max(a * e - b * d, 1e-9)
    width = max(0.0, (e * around.width - b * around.height) / by)
    height = max(0.0, (a * around.height - d * around.width) / by)
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
