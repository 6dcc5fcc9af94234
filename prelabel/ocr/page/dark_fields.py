"""Dark fields with light letters (heads of tables), turned into their negatives so that all ink of a page is dark.

One gray level separates ink from paper on a whole page. A dark field shifts this level, so that pale print elsewhere is
lost, and its own letters count as paper.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from scipy.ndimage import binary_fill_holes, binary_opening, find_objects, label

#: Pixels of the page, each way, in a cell. In cells: least thickness of a field around its letters, its least width and
#: height. Last: the least share of its rectangle that it fills.
_CELL_PX, _THICK = 4, 3
_LEAST_WIDTH, _LEAST_HEIGHT, _RECTANGLE = 12, 6, 0.8
#: A field is darker than this share of the usual paper; its letters differ from its ground by so many gray levels.
_DARK, _CONTRAST = 0.65, 50
#: A page whose usual gray level is under this has dark paper, or is badly lit.
_DARK_PAPER = 100


def lightened(image: Image.Image) -> Image.Image:
    """Turn the dark fields of a mode L page into their negatives, or all of a dark page; else return the same image."""
    small = np.asarray(image.reduce(_CELL_PX))
    paper = float(np.median(small))
    if paper < _DARK_PAPER and _has_light_letters(image, paper):
        return ImageOps.invert(image)
    page = image
    for box in _dark_fields(small < _DARK * paper, *image.size):
        field = image.crop(box)
        ground = float(np.median(np.asarray(field)))
        if _has_light_letters(field, ground):
            page = image.copy() if page is image else page
            levels = np.clip((255 - np.arange(256)) / (255 - ground), 0, 1) * paper
            page.paste(field.point(levels.astype(int).tolist()), box)
    return page


def _dark_fields(dark: npt.NDArray[np.bool_], width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (left, top, right, bottom) in pixels of each dark rectangle, letters aside; `dark`: by cells."""
    solid = binary_opening(dark, np.ones((_THICK, _THICK), dtype=bool))
    if not solid.any():
        return
    filled = binary_fill_holes(solid)
    numbers, _ = label(filled)
    for number, (rows, columns) in enumerate(find_objects(numbers), start=1):
        large = columns.stop - columns.start >= _LEAST_WIDTH and rows.stop - rows.start >= _LEAST_HEIGHT
        if large and (numbers[rows, columns] == number).mean() >= _RECTANGLE:
            yield (
                columns.start * _CELL_PX,
                rows.start * _CELL_PX,
                min(width, columns.stop * _CELL_PX),
                min(height, rows.stop * _CELL_PX),
            )


def _has_light_letters(field: Image.Image, ground: float) -> bool:
    """Return whether most letters are lighter than the ground, edges left out: some paper around the field is there."""
    pixels = np.asarray(field, dtype=np.int16)[_CELL_PX:-_CELL_PX, _CELL_PX:-_CELL_PX]
    return bool((pixels > ground + _CONTRAST).sum() > (pixels < ground - _CONTRAST).sum())
