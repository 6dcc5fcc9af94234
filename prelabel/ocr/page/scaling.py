"""Scale at which Tesseract reads a page well: coarse scans are enlarged, fine ones reduced."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.images.ink import Sketch, line_profile
from prelabel.page import Word

Numbers = npt.NDArray[Any]

#: Height in pixels to which small lower-case letters (in Korean, whole syllables) are enlarged. Measured: FUNSD's
#: 100-dpi scans (8 px) read best at twice their size or a little more.
TARGET_PX = 20
#: Height in pixels to which large letters are reduced. Measured on 16 generated Korean and mixed pages at 200 dpi:
#: end-to-end F1 88.7 at 20, 89.7 at 16, 89.6 at 17, for about 7 % less CPU; tilted pages lost fewer words at 17 than
#: at 16.
_FINE_TARGET_PX = 17

#: Resolution to declare to Tesseract for a page with such letters: ordinary print then has its usual size in points.
TARGET_DPI = 200

#: Letters between these heights are left alone: scaling would cost more than it gains.
_LOWEST_PX, _HIGHEST_PX = 12, 19
_LARGEST_FACTOR, _SMALLEST_FACTOR = 3.0, 0.2

#: Height of a word in letter heights; height in pixels under which words are small; least ratio of two factors for
#: which reading again pays. On 100 pages of FUNSD the median height of words after scaling lies between 20 and 30 px,
#: but for two pages of 10 and 13 on which few were read.
_WORD_HEIGHT, _SMALL_WORD_PX, _WORTH = 1.3, 14, 1.25

#: Words from this confidence on show how high letters are, and how much of a page was read.
_SURE = 0.5

#: Tesseract refuses images with a longer side (its coordinates are 16 bit).
_TESSERACT_PX = 32_000

#: Vertical strips in which lines are looked for.
_STRIPS = 10

#: Pixels beyond which a page is not enlarged further, to save memory.
_LARGEST_PX = 40_000_000


def letter_height_px(page: Sketch) -> float:
    """Return the height of letters in pixels of the page: the median run of rows with strokes; 0.0 without text."""
    tops, bottoms, weights = _row_runs(page)
    if not tops.size:
        return 0.0
    heights = bottoms - tops
    order = heights.argsort(kind="stable")
    share = weights[order].cumsum()
    return float(heights[order][np.searchsorted(share, share[-1] / 2)] * page.factor)


def _row_runs(page: Sketch) -> tuple[Numbers, Numbers, Numbers]:
    """Return (tops, bottoms, strokes) of the runs of rows that cross strokes, in the strips of `line_profile`."""
    profile = line_profile(page, _STRIPS)
    busy = np.array([np.percentile(c[c > 0], 90) if (c > 0).any() else 0.0 for c in profile.T])
    letters = np.pad((profile > 0.35 * busy) & (busy > 2), ((1, 1), (0, 0))).T.ravel()
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    tops = edges[::2] % (profile.shape[0] + 2)
    strokes = np.pad(profile, ((1, 1), (0, 0))).T.ravel().cumsum()
    return tops, tops + edges[1::2] - edges[::2], strokes[edges[1::2]] - strokes[edges[::2]]


def scale_factor(letter_px: float, width_px: int, height_px: int) -> float:
    """Return the factor by which to scale a page; 1.0 if its letters have a good height or none were found."""
    factor = 1.0
    if letter_px > _HIGHEST_PX:
        factor = max(_FINE_TARGET_PX / letter_px, _SMALLEST_FACTOR)
    elif 0 < letter_px < _LOWEST_PX:
        factor = min(TARGET_PX / letter_px, _LARGEST_FACTOR)
        factor = max(1.0, min(factor, (_LARGEST_PX / (width_px * height_px)) ** 0.5))
    return min(factor, _TESSERACT_PX / max(width_px, height_px))


def corrected_factor(word_px: float, factor: float, width_px: int, height_px: int) -> float:
    """Return a larger factor where words, read at `factor`, turn out small: shaded cells and stamps hide their height.

    `word_px`: the usual height of words in pixels of the page. Words of legible height keep `factor`.
    """
    if word_px * factor >= _SMALL_WORD_PX:
        return factor
    larger = scale_factor(min(word_px / _WORD_HEIGHT, _LOWEST_PX - 1), width_px, height_px)
    return larger if larger > _WORTH * factor else factor


def factor_for_words(words: Sequence[Word], factor: float, width_px: int, height_px: int) -> float:
    """Return `corrected_factor` for words that were read at `factor`; their boxes are in pixels of the page."""
    heights = [word.box.height for word in words if word.confidence >= _SURE and len(word.text) > 1]
    return corrected_factor(median(heights), factor, width_px, height_px) if heights else factor


def fuller_reading(first: list[Word], second: list[Word]) -> list[Word]:
    """Return the reading of a page with more letters in sure words; the first where they have as many."""
    return max(first, second, key=_letters_in_sure_words)


def _letters_in_sure_words(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words if word.confidence >= _SURE)


def scaled(image: Image.Image, factor: float) -> Image.Image:
    """Scale the image by `factor`, each side rounded to whole pixels, at least 1."""
    if factor == 1.0:
        return image
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
