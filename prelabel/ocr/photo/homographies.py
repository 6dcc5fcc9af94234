"""Homographies by four points, and pictures drawn by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from prelabel.geometry import chain, projection
from prelabel.page import Affine, Homography

#: Steps, each way, at which pixels of a picture are looked at to find the gray level of its paper.
_SAMPLE = 8


def homography(points: Sequence[tuple[float, float]], images: Sequence[tuple[float, float]]) -> Homography:
    """Return the map that leads four points to their images. Raises LinAlgError where three of them are in line."""
    rows, values = [], []
    for (x, y), (u, v) in zip(points, images, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return Homography(*(float(v) for v in np.linalg.solve(rows, values)))


def drawn(image: Image.Image, to_image: Homography, width: int, height: int) -> Image.Image:
    """Draw a mode L image as `to_image` sees it, width x height pixels; what lies outside of the image is paper."""
    sample = chain(to_image, projection(Affine(a=_SAMPLE, e=_SAMPLE)))
    few = max(1, width // _SAMPLE), max(1, height // _SAMPLE)
    paper = int(np.median(np.asarray(_transformed(image, sample, few, Image.Resampling.NEAREST, 255))))
    return _transformed(image, to_image, (width, height), Image.Resampling.BICUBIC, paper)


def _transformed(
    image: Image.Image, m: Homography, size: tuple[int, int], resampling: Image.Resampling, fill: int
) -> Image.Image:
    coefficients = (m.a, m.b, m.c, m.d, m.e, m.f, m.g, m.h)
    return image.transform(size, Image.Transform.PERSPECTIVE, coefficients, resampling, fillcolor=fill)
