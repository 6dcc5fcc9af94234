"""Bring the letters to a height at which Tesseract reads well: coarse scans up, fine ones down."""

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

#: Height of lower-case letters (of whole syllables in Korean) in pixels, after coarse ones were scaled up. Measured:
#: FUNSD's 100-dpi scans (8 px) read best at twice their size or a little more.
TARGET_PX = 20
#: The same after fine ones were scaled down. Measured on 16 generated Korean and mixed pages at 200 dpi: end-to-end F1
#: 88.7 at 20, 89.7 at 16, 89.6 at 17, for about 7 % less CPU; tilted pages lost fewer words at 17 than at 16.
_FINE_TARGET_PX = 17

#: The resolution to declare to Tesseract for a page of that height: ordinary print then has its usual size in points.
TARGET_DPI = 200

#: Between these heights scaling costs more than it gives.
_LOWEST_PX, _HIGHEST_PX = 12, 19
_LARGEST_FACTOR, _SMALLEST_FACTOR = 3.0, 0.2

#: Words are that many letter heights high. On 100 pages of FUNSD their median after scaling lies between 20 and 30 px,
#: but for two pages of 10 and 13 on which few were read. Reading again pays from that much more on.
_WORD_HEIGHT, _SMALL_WORD_PX, _WORTH = 1.3, 14, 1.25

#: Words from this confidence on tell how high letters are, and how much of a page was read.
_SURE = 0.5

#: Tesseract refuses images with a longer side (its coordinates are 16 bit).
_TESSERACT_PX = 32_000

#: Vertical strips in which lines are looked for.
_STRIPS = 10

#: Pixels beyond which a page is not enlarged further: memory, not legibility, ends there.
_LARGEST_PX = 40_000_000


def letter_height_px(page: Sketch) -> float:
    """The usual height of letters in pixels of the page: median run of rows that cross strokes; 0.0 without text."""
    tops, bottoms, weights = _pieces_of_lines(page)
    if not tops.size:
        return 0.0
    heights = bottoms - tops
    order = heights.argsort(kind="stable")
    share = weights[order].cumsum()
    return float(heights[order][np.searchsorted(share, share[-1] / 2)] * page.factor)


def _pieces_of_lines(page: Sketch) -> tuple[Numbers, Numbers, Numbers]:
    """(top, bottom, strokes) of each run of rows that cross strokes, in the strips of `line_profile`."""
    profile = line_profile(page, _STRIPS)
    busy = np.array([np.percentile(c[c > 0], 90) if (c > 0).any() else 0.0 for c in profile.T])
    letters = np.pad((profile > 0.35 * busy) & (busy > 2), ((1, 1), (0, 0))).T.ravel()
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    tops = edges[::2] % (profile.shape[0] + 2)
    strokes = np.pad(profile, ((1, 1), (0, 0))).T.ravel().cumsum()
    return tops, tops + edges[1::2] - edges[::2], strokes[edges[1::2]] - strokes[edges[::2]]


def scale_factor(letter_px: float, width_px: int, height_px: int) -> float:
    """What to multiply the page by; 1.0 where its letters are good as they are or none were found."""
    factor = 1.0
    if letter_px > _HIGHEST_PX:
        factor = max(_FINE_TARGET_PX / letter_px, _SMALLEST_FACTOR)
    elif 0 < letter_px < _LOWEST_PX:
        factor = min(TARGET_PX / letter_px, _LARGEST_FACTOR)
        factor = max(1.0, min(factor, (_LARGEST_PX / (width_px * height_px)) ** 0.5))
    return min(factor, _TESSERACT_PX / max(width_px, height_px))


def corrected_factor(word_px: float, factor: float, width_px: int, height_px: int) -> float:
    """A better one where words that were read at `factor` turn out small: shaded cells and stamps hide their height.

    `word_px`: the usual height of words in pixels of the page. The same factor where they had a legible height.
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
    """The image times `factor`, each side rounded to whole pixels, at least 1."""
    if factor == 1.0:
        return image
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
