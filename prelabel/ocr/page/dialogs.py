"""Dialogs over a dimmed page, as screenshots show them: what is dimmed behind the dialog is no content.

A program dims a page by one factor, its paper too: nothing outside of the dialog is lighter than the dimmed paper. Gray
pages with white cards or fields differ: their ground is lighter, or they show several, or light letters stand there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import find_objects, label

from prelabel.page import Box

#: Pixels of the page, each way, in a cell.
_CELL_PX = 8
#: Gray levels: of a dialog's paper at least; of dimmed paper; by how much dimmed paper varies.
_LIGHT, _DIMMED, _EVEN = 232, (50, 190), 6
#: Shares of the page: of the dialog; of the dimmed paper at least. Of its rectangle a dialog fills the last one.
_SIZE, _LEAST_DIMMED, _RECTANGLE = (0.04, 0.75), 0.2, 0.75
#: So many cells outside, a mouse pointer, may be lighter than dimmed paper; the letters of a word are more.
_MOST_LIGHTER = 6
#: Pixels around a dialog that are kept.
_EDGE_PX = 2


def in_front(image: Image.Image) -> Image.Image:
    """Return a mode L page with paper in place of what is dimmed behind a dialog; the same image without a dialog."""
    box = dialog(image)
    if box is None:
        return image
    place = (int(box.x0), int(box.y0), int(box.x1), int(box.y1))
    paper = Image.new("L", image.size, int(np.median(np.asarray(image.crop(place))[::4, ::4])))
    paper.paste(image.crop(place), place)
    return paper


def dialog(image: Image.Image) -> Box | None:
    """Return the box of the one light rectangle over a dimmed page (mode L), in its pixels."""
    cells = np.asarray(image.reduce(_CELL_PX))
    counts = np.bincount(cells.ravel(), minlength=256)
    dimmed = int(counts[_DIMMED[0] : _DIMMED[1]].argmax()) + _DIMMED[0]
    even = counts[max(0, dimmed - _EVEN) : dimmed + _EVEN + 1].sum()
    light = counts[_LIGHT:].sum()
    if even < _LEAST_DIMMED * cells.size or not _SIZE[0] / 2 * cells.size <= light <= _SIZE[1] * cells.size:
        return None
    place = _largest(cells >= _LIGHT)
    if place is None:
        return None
    rows, columns = place
    size = (rows.stop - rows.start) * (columns.stop - columns.start) / cells.size
    inside = np.zeros(cells.shape, dtype=bool)
    inside[max(0, rows.start - 2) : rows.stop + 2, max(0, columns.start - 2) : columns.stop + 2] = True
    lighter = (cells > dimmed + _EVEN) & ~inside
    # A dialog lies on the page: dimmed page is to see on both sides, or above and below.
    around = (columns.start > 0 and columns.stop < cells.shape[1]) or (rows.start > 0 and rows.stop < cells.shape[0])
    if not around or not _SIZE[0] <= size <= _SIZE[1] or lighter.sum() > _MOST_LIGHTER:
        return None
    return _in_pixels(place, image.size)


def _largest(light: npt.NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """Return the rows and columns of the largest light rectangle; its letters are holes in it."""
    numbers, count = label(light)
    if not count:
        return None
    sizes = np.bincount(numbers.ravel())
    sizes[0] = 0
    number = int(sizes.argmax())
    place = find_objects(numbers)[number - 1]
    filled = sizes[number] / numbers[place].size
    return place if filled >= _RECTANGLE else None


def _in_pixels(place: tuple[slice, slice], size: tuple[int, int]) -> Box:
    rows, columns = place
    # A cell at the edge is mixed, so the rectangle begins in the one before.
    x0, y0 = (max(0, (part.start - 1) * _CELL_PX + _EDGE_PX) for part in (columns, rows))
    x1, y1 = ((part.stop + 1) * _CELL_PX - _EDGE_PX for part in (columns, rows))
    return Box(x0, y0, min(size[0], x1), min(size[1], y1))
