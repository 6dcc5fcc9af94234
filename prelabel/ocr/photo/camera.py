"""Plane of a page under a camera: the proportions of a page, and its sides outside of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from prelabel.ocr.photo.homographies import homography
from prelabel.ocr.photo.outline import Outline, Point

Vector = npt.NDArray[np.float64]

#: Focal lengths of cameras in longer sides of the picture: the least, a telephone's, the most.
_LEAST_FOCAL, _USUAL_FOCAL, _MOST_FOCAL = 0.6, 1.2, 4.0


def proportion(corners: Sequence[Point], width: int, height: int) -> float:
    """Return the width of the page in heights; `width`, `height`: of the picture. `corners`: clockwise from (0, 0).

    The camera's axis is assumed to meet the middle of the picture (Zhang and He, Digital Signal Processing 17:2, 2007).
    From there, two points on the horizon (x1, y1, z1) and (x2, y2, z2) are at right angles on the page where x1 x2 + y1
    y2 + f² z1 z2 = 0, with the focal length f in pixels.
    """
    centred = [(x - width / 2, y - height / 2) for x, y in corners]
    m = homography([(0, 0), (1, 0), (1, 1), (0, 1)], centred)
    across, down = np.array([m.a, m.d, m.g]), np.array([m.b, m.e, m.h])
    longer, at_horizon = max(width, height), across[2] * down[2]
    focal = _USUAL_FOCAL * longer
    square = -(across[0] * down[0] + across[1] * down[1]) / at_horizon if at_horizon else 0.0
    if square > 0:
        focal = float(np.clip(np.sqrt(square), _LEAST_FOCAL * longer, _MOST_FOCAL * longer))
    lens = np.array([1.0, 1.0, focal])
    return float(np.linalg.norm(across * lens) / np.linalg.norm(down * lens))


def completed(outline: Outline) -> list[Point]:
    """Return the corners of a page of which one side, or two that face each other, lie outside of the picture.

    Instead of the picture's border stands a line there that is parallel to the side that faces it; or square to the
    other two. How lines meet towards such a side, the lines of text tell (`convergence.py`).
    """
    points = [np.array([x, y, 1.0]) for x, y in outline.corners]
    sides = [np.cross(points[i], points[(i + 1) % 4]) for i in range(4)]
    ways = [points[(i + 1) % 4] - points[i] for i in range(4)]
    lines = list(sides)
    for i, seen in enumerate(outline.seen):
        if not seen:
            way = ways[(i + 2) % 4]
            if not outline.seen[(i + 2) % 4]:
                along = ways[i - 1] / np.linalg.norm(ways[i - 1]) - ways[(i + 1) % 4] / np.linalg.norm(
                    ways[(i + 1) % 4]
                )
                way = np.array([-along[1], along[0], 0.0])
            lines[i] = _outermost(way, points[i], points[(i + 1) % 4], np.mean(points, axis=0))
    crossings = [np.cross(lines[i - 1], lines[i]) for i in range(4)]
    return [(float(x / z), float(y / z)) for x, y, z in crossings]


def _outermost(way: Vector, a: Vector, b: Vector, middle: Vector) -> Vector:
    """Return the line of a direction through one of two points that has the other one on the side of the middle."""
    through_a = np.cross(way, a)
    same_side = (through_a @ b) * (through_a @ middle) >= 0
    return through_a if same_side else np.cross(way, b)
