"""Pale print beside black print, made as dark as it: one gray level separates ink from paper on a whole page."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import binary_dilation, find_objects, label

from prelabel.images.ink import threshold
from prelabel.ocr.page.spots import deviation, grown

Levels = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

#: Cells are half as large on a page whose longer side is shorter, as that of A4 at 150 dpi is.
_SMALL_PAGE_PX = 1800
#: Print is pale where all of it is lighter, averaged over cells, than this share of the way from paper to the page's
#: threshold.
_PALE = 0.98
#: Gray levels between paper and the palest print; how dark print becomes.
_PALEST, _DARKENED = 26.0, 200.0
#: In cells, the paper around included: least height and width of a part of a word, its largest height; and the least
#: and the most of its rectangle that ink fills. Ruled lines are thinner, frames are higher and emptier, shades full.
_LEAST, _HIGHEST, _EMPTIEST, _FULLEST = 5, 60, 0.12, 0.92
#: The fewest cells of ink in such a part, and in all of them: specks of dust are smaller.
_LEAST_CELLS, _FEWEST_CELLS = 8, 40
#: Print differs from the paper by so many standard deviations of the grain.
_ABOVE_GRAIN = 4.0
#: Cells around a word in which smaller spots belong to it: dots and strokes.
_NEAR = 6


def darkened(image: Image.Image, paper: Levels, size: int) -> Image.Image:
    """Darken the pale print of a mode L page; the same image where it has none.

    `paper`: the gray level of the paper by cells of `size` pixels each way.
    """
    if max(image.size) < _SMALL_PAGE_PX:
        paper, size = paper.repeat(2, axis=0).repeat(2, axis=1), size // 2
    cells = np.asarray(image.reduce(size), dtype=np.int16)
    depth = paper[: cells.shape[0], : cells.shape[1]].astype(np.int16) - cells
    limit = _PALE * (float(np.median(paper)) - threshold(image))
    least = max(_PALEST / 2, _ABOVE_GRAIN * deviation(depth))
    if least >= limit:
        return image
    ink = depth > least
    numbers, count = label(grown(ink, 1))
    pale = np.ones(count + 1, dtype=bool)
    pale[numbers[depth > limit]] = False
    pale[0] = False
    if not pale.any():
        return image
    sizes = np.bincount(numbers[ink], minlength=count + 1)
    places = find_objects(numbers)
    words = np.zeros(count + 1, dtype=bool)
    for number in np.flatnonzero(pale & (sizes >= _LEAST_CELLS)):
        words[number] = _may_be_word(places[number - 1], sizes[number])
    if sizes[words].sum() < _FEWEST_CELLS:
        return image
    near = numbers[binary_dilation(words[numbers], np.ones((_NEAR, 2 * _NEAR)))]
    page = image.copy()
    for number in np.unique(near[pale[near]]):
        rows, columns = places[number - 1]
        if rows.stop - rows.start <= _HIGHEST:
            own = numbers[rows, columns] == number
            _darken(page, own, columns.start * size, rows.start * size, size, float(np.median(paper[rows, columns])))
    return page


def _may_be_word(place: tuple[slice, slice], cells: int) -> bool:
    height, width = (part.stop - part.start for part in place)
    return bool(_LEAST <= height <= _HIGHEST and width >= _LEAST and _EMPTIEST <= cells / (height * width) <= _FULLEST)


def _darken(page: Image.Image, own: Mask, x: int, y: int, size: int, paper: float) -> None:
    """Darken the print in the cells `own`, whose left upper pixel is (x, y), in the page itself."""
    box = (x, y, min(page.width, x + own.shape[1] * size), min(page.height, y + own.shape[0] * size))
    levels = np.asarray(page.crop(box), dtype=np.float32)
    inside = own.repeat(size, axis=0).repeat(size, axis=1)[: levels.shape[0], : levels.shape[1]]
    deepest = paper - float(np.percentile(levels[inside], 2))
    if deepest >= _PALEST:
        gained = np.clip(paper - (paper - levels) * (_DARKENED / deepest), 0, 255)
        page.paste(Image.fromarray(np.where(inside, gained, levels).astype(np.uint8)), box)
