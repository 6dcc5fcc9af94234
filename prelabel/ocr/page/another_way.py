"""Other ways to look at a page that has ink, but on which hardly a word was read; and whether it looks like print."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from scipy.ndimage import find_objects, label

from prelabel.images.ink import sketch
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.frames import TiltedPage
from prelabel.ocr.page.orientation import POOR_CONFIDENCE, sure_letters, sureness
from prelabel.page import Word

#: Quarter turns and words of a page.
Reading = tuple[int, list[Word]]

#: Pixels of the sketch, at 100 dpi: the least thickness of a letter and its least and largest side, the latter that of
#: a word in handwriting; and the fewest of such spots.
_THICK_PX, _LETTER_PX, _FEWEST_SPOTS = 2, (4, 300), 3
#: Gray levels between ink and paper, the least, and as a multiple of the quartiles of the paper: grain has 2.
_LEAST_DEPTH, _DEPTH = 4.0, 4.0
#: Sure letters under which a page is looked at again, and those that another way must find.
_HARDLY_ANY, _WORTH = 3.0, 6.0
#: Radius of the surroundings from which ink is told, as a share of the page's longer side; the share of its pixels that
#: may be darker than what counts as black.
_AROUND, _BLACK = 1 / 90, 0.005


def has_print(image: Image.Image) -> bool:
    """Return whether a page (mode L) has ink in spots of the size of letters; lines, edges and grain are none."""
    page = sketch(image)
    levels = np.asarray(image.reduce(page.factor), dtype=np.float32)
    low, paper, high = np.percentile(levels[~page.dark], (25, 50, 75)) if not page.dark.all() else (0.0, 0.0, 0.0)
    if not page.dark.any() or abs(paper - np.median(levels[page.dark])) < max(_LEAST_DEPTH, _DEPTH * (high - low)):
        return False
    numbers, _ = label(page.dark)
    least, largest = _LETTER_PX
    spots = 0
    for rows, columns in find_objects(numbers):
        sides = rows.stop - rows.start, columns.stop - columns.start
        inside = rows.start > 0 and columns.start > 0
        inside = inside and rows.stop < page.dark.shape[0] and columns.stop < page.dark.shape[1]
        spots += inside and max(sides) <= largest and max(sides) >= least and min(sides) >= _THICK_PX
        if spots >= _FEWEST_SPOTS:
            return True
    return False


def read_another_way(
    image: Image.Image, page: TiltedPage, first: Reading, read: Callable[[TiltedPage], list[Word]]
) -> tuple[TiltedPage, Reading]:
    """Return a page with the reading that is surest of it, if the first one found hardly a letter.

    `image`: the page (mode L) before it was cleaned to `page`; `read`: reads a page as it lies. The first reading stays
    unless another one finds words.
    """
    if sure_letters(first[1]) >= _HARDLY_ANY or not has_print(page.image):
        return page, first
    for other in map(TiltedPage.of, _other_ways(image)):
        words = read(other)
        if sure_letters(words) >= _WORTH and sureness(words) >= POOR_CONFIDENCE:
            return other, (0, words)
    return page, first


def _other_ways(image: Image.Image) -> Iterator[Image.Image]:
    """Yield the page inverted; with all that differs from its surroundings dark; and with more contrast."""
    yield cleaned(ImageOps.invert(image))
    yield _unlike_surroundings(image)
    yield ImageOps.autocontrast(image, cutoff=(2, 40))


def _unlike_surroundings(image: Image.Image) -> Image.Image:
    around = image.filter(ImageFilter.GaussianBlur(_AROUND * max(image.size)))
    apart = np.abs(np.asarray(image, dtype=np.int16) - np.asarray(around, dtype=np.int16))
    black = max(1.0, float(np.quantile(apart[::4, ::4], 1 - _BLACK)))
    return Image.fromarray((255 - np.minimum(apart * (255 / black), 255)).astype(np.uint8))
