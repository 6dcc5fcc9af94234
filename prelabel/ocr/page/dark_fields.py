"""Dark fields with light letters (heads of tables) turned into light ones: whatever looks at ink looks for dark ink.

One gray level parts ink from paper on a whole page: a dark field takes it away from pale print elsewhere, and its own
letters are lost on the wrong side of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from scipy.ndimage import binary_fill_holes, binary_opening, find_objects, label

#: Pixels of the page in a cell; in cells, how thick a field is around its letters and how large at least; how much of
#: its rectangle it fills.
_CELL_PX, _THICK = 4, 3
_LEAST_WIDTH, _LEAST_HEIGHT, _RECTANGLE = 12, 6, 0.8
#: A field is darker than this share of the usual paper; its letters differ from it by so many gray levels.
_DARK, _CONTRAST = 0.65, 50
#: Half of a page darker than this gray level: its paper is dark, or badly lit.
_NIGHT = 100


def lightened(image: Image.Image) -> Image.Image:
    """A mode L page with its dark fields as their negatives, the whole page where it is dark; else the same image."""
    small = np.asarray(image.reduce(_CELL_PX))
    paper = float(np.median(small))
    if paper < _NIGHT and _has_light_letters(image, paper):
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
    """(left, top, right, bottom) in pixels of what is dark and a rectangle but for letters; `dark`: by cells."""
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
    """Inside of it: along its edge there is some of the paper around it."""
    pixels = np.asarray(field, dtype=np.int16)[_CELL_PX:-_CELL_PX, _CELL_PX:-_CELL_PX]
    return bool((pixels > ground + _CONTRAST).sum() > (pixels < ground - _CONTRAST).sum())
