"""Even paper, dark ink and less grain before a page is read: shadows, shades, tones and noise drown thin print.

Tesseract separates ink from paper by one gray level for the whole page, and so does `images/ink`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from scipy.ndimage import grey_closing

from prelabel.ocr.page.pale import darkened
from prelabel.ocr.page.tones import lightened

Gray = npt.NDArray[np.float32]

#: Pixels of the page, each way, in one pixel of the small image on which the paper is found, and the size of the
#: closing in these: letters and lines vanish in it, shaded fields and shadows do not.
_CELL_PX, _CLOSING = 4, 15
#: The paper is uneven when its darkest and lightest tenth differ by the first, or most of it is darker than the second.
_UNEVEN, _DARK_PAPER = 12.0, 215.0
#: Grain (standard deviation, in gray levels of even paper) from which a page is smoothed.
_GRAINY = 7.0
#: Radius of smoothing in pixels for a page whose longer side has `_A4_PX`, and the largest one. On coarser pages the
#: radius is smaller in proportion, or the letters would blur.
_RADIUS, _A4_PX, _MOST_RADIUS = 0.9, 2340, 1.2
#: Grain of a smoothed page from which it is smoothed once more, by this radius: such grain would be taken for ink.
_STILL_GRAINY, _AGAIN = 10.0, 0.6
_STRIP_ROWS = 512


def cleaned(image: Image.Image) -> Image.Image:
    """Clean a mode L page: white and even paper, less grain, dark ink; the same image if it is clean.

    Light letters on a tone and pale print become as dark as other ink.
    """
    image = lightened(image)
    paper = _paper(image)
    low, high = np.percentile(paper, (10, 90))
    if high - low >= _UNEVEN or high < _DARK_PAPER:
        image = _evened(image, paper)
        paper = np.full_like(paper, 255)
    image = darkened(image, paper, _CELL_PX)
    radius = min(_MOST_RADIUS, _RADIUS * max(image.size) / _A4_PX)
    if grain(image) < _GRAINY:
        return image
    smooth = image.filter(ImageFilter.GaussianBlur(radius))
    return smooth.filter(ImageFilter.GaussianBlur(_AGAIN)) if grain(smooth) >= _STILL_GRAINY else smooth


def grain(image: Image.Image) -> float:
    """Return the standard deviation of the noise of a mode L image: the median difference of neighbours on paper."""
    pixels = np.asarray(image.crop(_middle(image)), dtype=np.int16)
    if min(pixels.shape) < 2:
        return 0.0
    apart = np.abs(pixels[1:, 1:] - pixels[:-1, :-1]).ravel()
    # The median by counting: numpy's own takes 40 ms.
    middle = np.searchsorted(np.bincount(apart).cumsum(), [(apart.size - 1) // 2, apart.size // 2], side="right")
    # 0.6745: the median of the absolute value of a normal distribution; the root: of a difference of two.
    return float(middle.mean() / (0.6745 * 2**0.5))


def _middle(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the middle of the image, a part that is large enough to measure the grain."""
    width, height = min(image.width, 800), min(image.height, 800)
    x, y = (image.width - width) // 2, (image.height - height) // 2
    return x, y, x + width, y + height


def _paper(image: Image.Image) -> Gray:
    """Return the gray level of the paper, by cells."""
    small = np.asarray(image.reduce(_CELL_PX), dtype=np.float32)
    closed: Gray = grey_closing(small, size=(_CLOSING, _CLOSING))
    return closed


def _evened(image: Image.Image, paper: Gray) -> Image.Image:
    spread = np.asarray(Image.fromarray(paper.astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR))
    evened = np.asarray(image).copy()
    for top in range(0, len(evened), _STRIP_ROWS):  # floats for the whole page at once would fill the memory
        strip = slice(top, top + _STRIP_ROWS)
        evened[strip] = np.minimum(evened[strip] * (255 / np.maximum(spread[strip], 1, dtype=np.float32)), 255)
    return Image.fromarray(evened)
