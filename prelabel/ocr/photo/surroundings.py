"""Surroundings of a page in a photograph: bare ground, or more paper with print, which must not be cut away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation, binary_erosion, binary_opening, grey_closing

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: The closing in which print vanishes, and the opening in which seams and edges do, in pixels of the small picture.
_CLOSING, _OPENING = 7, 5
#: Pixels beside the page's edge that are neither page nor surroundings.
_EDGE_PX = 4
#: Paper is as light as the page's would be there, but for this much of the logarithm; print darkens a pixel by as much.
_AS_LIGHT, _PRINT = 0.2, 0.2
#: Least area of other paper, in that of the page, and least share of it that print fills. Measured: bare ground, also
#: carpet and a lit desk, has no paper at all; a card beside a letter 0.07 and 0.17.
_LEAST_PAPER, _LEAST_PRINT = 0.03, 0.015


def printed_paper(small: Numbers, corners: Sequence[tuple[float, float]]) -> Mask | None:
    """Return where a small gray picture shows the page with these corners and other paper; None if there is no other.

    Other paper counts only if there is print on it.
    """
    page = Image.new("1", small.shape[::-1])
    ImageDraw.Draw(page).polygon(list(corners), fill=1)
    whole = np.asarray(page, dtype=bool)
    inside, outside = binary_erosion(whole, iterations=_EDGE_PX), ~binary_dilation(whole, iterations=_EDGE_PX)
    if not inside.any() or not outside.any():
        return None
    light = np.log(grey_closing(small, size=(_CLOSING, _CLOSING)) + 1)
    paper = outside & (light > _as_light_as(light, inside) - _AS_LIGHT)
    paper = binary_opening(paper, np.ones((_OPENING, _OPENING), dtype=bool))
    printed = paper & (light - np.log(small + 1) > _PRINT)
    if paper.sum() < _LEAST_PAPER * inside.sum() or printed.sum() < _LEAST_PRINT * paper.sum():
        return None
    return np.asarray(binary_erosion(whole) | paper)


def _as_light_as(light: Numbers, inside: Mask) -> Numbers:
    """Return the light that the page would have everywhere: a plane through that which it has."""
    rows, columns = np.nonzero(inside)
    plane = np.stack((columns, rows, np.ones(rows.size)), axis=1)
    right, down, level = np.linalg.lstsq(plane, light[inside], rcond=None)[0]
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    return np.asarray(right * x + down * y + level)
