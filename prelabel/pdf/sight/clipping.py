"""Clipping paths of PDF objects: whether they cut anything off."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_float
from typing import Any

from pypdfium2 import raw

#: A path of more segments than a rectangle's may cut anything; lines may stick out of their clip by so many points.
_RECTANGLE, _OUT_PT = 5, 0.5


def is_clipped(drawn: Any) -> bool:
    """Return whether a clipping path may cut a part off an object; False for a null pointer."""
    if not drawn:
        return False
    clip = raw.FPDFPageObj_GetClipPath(drawn)
    paths = max(0, raw.FPDFClipPath_CountPaths(clip)) if clip else 0
    if not paths:
        return False
    sides = [c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(drawn, *sides)
    left, bottom, right, top = (side.value for side in sides)
    for number in range(paths):
        points = list(_points(clip, number))
        if len(points) > _RECTANGLE:
            return True
        xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
        inside = min(xs) <= left + _OUT_PT and max(xs) >= right - _OUT_PT
        if not (inside and min(ys) <= bottom + _OUT_PT and max(ys) >= top - _OUT_PT):
            return True
    return False


def _points(clip: Any, number: int) -> Iterator[tuple[float, float]]:
    x, y = c_float(), c_float()
    for index in range(raw.FPDFClipPath_CountPathSegments(clip, number)):
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, number, index), x, y)
        yield x.value, y.value
