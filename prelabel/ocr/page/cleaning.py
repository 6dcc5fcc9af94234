"""Even paper and less grain, before a page is read: shadows, shaded cells and scanner noise drown thin print.

Tesseract parts ink from paper by one gray level for the whole page; so does all that looks at ink here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from scipy.ndimage import grey_closing

from prelabel.ocr.page.dark_fields import lightened

Gray = npt.NDArray[np.float32]

#: Pixels of the page in one of the small image on which the paper is found; letters and lines vanish in a closing of
#: this many of them, fields and shadows do not.
_CELL_PX, _CLOSING = 4, 15
#: The paper is uneven when its darkest and lightest tenth differ by this many gray levels, or most of it is darker.
_UNEVEN, _DARK_PAPER = 12.0, 215.0
#: Grain (standard deviation, in gray levels of even paper) from which it is smoothed, and by which radius in pixels
#: for a page whose longer side has so many: coarse letters do not survive what fine ones do.
_GRAINY = 7.0
_RADIUS, _A4_PX, _MOST_RADIUS = 0.9, 2340, 1.2
_STRIP_ROWS = 512


def cleaned(image: Image.Image) -> Image.Image:
    """A mode L page with white, even paper, less grain, and ink as dark as it was; the same image where it is clean.

    Dark fields with light letters come back as their negatives.
    """
    image = lightened(image)
    paper = _paper(image)
    low, high = np.percentile(paper, (10, 90))
    if high - low >= _UNEVEN or high < _DARK_PAPER:
        image = _evened(image, paper)
    radius = min(_MOST_RADIUS, _RADIUS * max(image.size) / _A4_PX)
    return image.filter(ImageFilter.GaussianBlur(radius)) if grain(image) >= _GRAINY else image


def grain(image: Image.Image) -> float:
    """Standard deviation of the noise of a mode L image: the median difference of neighbours, mostly on paper."""
    pixels = np.asarray(image.crop(_middle(image)), dtype=np.int16)
    if min(pixels.shape) < 2:
        return 0.0
    # Of a difference of two; 0.6745: the median of the absolute value of a normal distribution.
    return float(np.median(np.abs(pixels[1:, 1:] - pixels[:-1, :-1])) / (0.6745 * 2**0.5))


def _middle(image: Image.Image) -> tuple[int, int, int, int]:
    """A part large enough to know the grain by."""
    width, height = min(image.width, 800), min(image.height, 800)
    x, y = (image.width - width) // 2, (image.height - height) // 2
    return x, y, x + width, y + height


def _paper(image: Image.Image) -> Gray:
    """The gray level of the paper, by cells."""
    small = np.asarray(image.reduce(_CELL_PX), dtype=np.float32)
    closed: Gray = grey_closing(small, size=(_CLOSING, _CLOSING))
    return closed


def _evened(image: Image.Image, paper: Gray) -> Image.Image:
    spread = np.asarray(Image.fromarray(paper.astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR))
    evened = np.asarray(image).copy()
    for top in range(0, len(evened), _STRIP_ROWS):  # numbers of four bytes for the whole page would fill the memory
        strip = slice(top, top + _STRIP_ROWS)
        evened[strip] = np.minimum(evened[strip] * (255 / np.maximum(spread[strip], 1, dtype=np.float32)), 255)
    return Image.fromarray(evened)
