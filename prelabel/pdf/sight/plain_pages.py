"""Plain pages: dark text on paper that nothing else touches. Their words are seen, and nothing has to be rendered."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import c_float, c_uint
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from prelabel.geometry import transform
from prelabel.page import Affine, Box
from prelabel.pdf.page_cells import PageCells
from prelabel.pdf.sight.clipping import is_clipped
from prelabel.pdf.sight.overprints import lie_apart
from prelabel.pdf.sight.page_objects import PageObjects
from prelabel.pdf.sight.seen_words import is_dust, is_low
from prelabel.pdf.text import PageText, PdfWord

#: Text is dark where one of its colours is at most this level of 255.
_DARK = 160
#: Sides x0 y0 x1 y1 of boxes in pixels: shape (n, 4).
Sides = npt.NDArray[np.float64]

#: Of more drawings one touches a word, or telling it costs as much as the look.
_MANY = 300
#: The least width of a stroke in points.
_THINNEST_PT = 0.3
#: Points by which a drawing may be larger than its bounds.
_AROUND_PT = 1.0


def is_plain(
    words: Sequence[PdfWord], text: PageText, objects: PageObjects, to_pixels: Affine, cells: PageCells
) -> bool:
    """Return whether all words of a page are drawn in full and dark, and nothing touches them.

    `to_pixels`: the map from points to the pixels of the words' boxes. Cheap checks come first.
    """
    if objects.forms or len(objects.others) > _MANY:
        return False
    sides = _sides([word.box for word in words])
    others = _sides([transform(to_pixels, _bounds(each)) for each in objects.others])
    return (
        not _any_touch(sides, others)
        and all(map(_is_plain, objects.texts))
        and _are_whole(sides, cells)
        and not any(is_low(word, text) and _is_odd(word, text) for word in words)
        and lie_apart(words, text)
        and cells.all_marked([word.box for word in words])
    )


def _is_odd(word: PdfWord, text: PageText) -> bool:
    """Return whether a low word may be anything but a dash, a dot or a narrow letter of usual size."""
    thickness = min(word.box.width, word.box.height) / text.scale
    return word.letters > 1 or thickness < _THINNEST_PT or is_dust(word, text)


def _are_whole(sides: Sides, cells: PageCells) -> bool:
    """Return whether words lie within the page."""
    size = np.array([cells.width_px, cells.height_px])
    return bool((sides[:, :2] >= 0).all() and (sides[:, 2:] <= size).all())


def _is_plain(text: Any) -> bool:
    """Return whether a text object is filled in a dark colour, opaque, whole, and of no layer."""
    if raw.FPDFTextObj_GetTextRenderMode(text) != raw.FPDF_TEXTRENDERMODE_FILL or raw.FPDFPageObj_HasTransparency(text):
        return False
    red, green, blue, alpha = (c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(text, red, green, blue, alpha) or alpha.value != 255:
        return False
    is_dark = min(red.value, green.value, blue.value) <= _DARK
    return is_dark and raw.FPDFPageObj_CountMarks(text) <= 0 and not is_clipped(text)


def _bounds(drawn: Any) -> Box:
    left, bottom, right, top = (c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return Box(left.value - _AROUND_PT, bottom.value - _AROUND_PT, right.value + _AROUND_PT, top.value + _AROUND_PT)


def _any_touch(one: Sides, other: Sides) -> bool:
    across = np.minimum.outer(one[:, 2], other[:, 2]) > np.maximum.outer(one[:, 0], other[:, 0])
    down = np.minimum.outer(one[:, 3], other[:, 3]) > np.maximum.outer(one[:, 1], other[:, 1])
    return bool((across & down).any())


def _sides(boxes: Sequence[Box]) -> Sides:
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes]).reshape(-1, 4)
