"""Ink of a gray page, measured cheaply before the page is read: which pixels are ink, and how lines of text fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Dark = npt.NDArray[np.bool_]

#: Longer side of a sketch: 100 dpi for A4, where letters are still apart.
_SKETCH_PX = 1100

#: On a blank page, fewer than this many 4 x 4 cells differ from the paper by the contrast of faint print, or by six
#: times the grain where that is more. Averaging over cells removes most of the grain; the shortest word at 100 dpi
#: fills three times as many cells.
_BLANK_CELLS = 8
_FAINT_CONTRAST, _PLAIN_CONTRAST = 10.0, 24.0
_CELL_PX, _WHITE = 4, 255
#: The contrast of faint print on paper that is quite white, without any grain, as no scanner makes it.
_CLEAN_CONTRAST = 4.0


def threshold(image: Image.Image) -> int:
    """Return Otsu's gray level (IEEE SMC 9:62, 1979) between ink and paper; `image` has mode L."""
    counts = np.asarray(image.histogram(), dtype=np.float64)
    below = counts.cumsum()
    sums = (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    apart = np.where((below > 0) & (above > 0), (sums[-1] * below / below[-1] - sums) ** 2, 0.0)
    return int((apart / np.maximum(below * above, 1.0)).argmax())


def dark_pixels(image: Image.Image) -> Dark:
    """Return the pixels of a mode L image that are ink: bool, shape (height, width)."""
    return np.asarray(image) <= threshold(image)


def is_blank(image: Image.Image) -> bool:
    """Return whether a mode L image holds nothing to read; dust and scanner grain do not count."""
    if min(image.size) < 2 * _CELL_PX:
        return True
    counts = np.asarray(image.reduce(_CELL_PX).histogram())
    share = counts.cumsum() / counts.sum()
    lower, paper, upper = (int(np.searchsorted(share, part)) for part in (0.25, 0.5, 0.75))
    grain = (upper - lower) / 1.35  # the standard deviation of a normal distribution, by its quartiles
    contrast = min(_PLAIN_CONTRAST, max(_CLEAN_CONTRAST if lower == _WHITE else _FAINT_CONTRAST, 6 * grain))
    return int(counts[np.abs(np.arange(256) - paper) > contrast].sum()) < _BLANK_CELLS


@dataclass(frozen=True, slots=True)
class Sketch:
    """Ink of a page at about 100 dpi. `factor`: pixels of the page, each way, in one pixel of the sketch."""

    dark: Dark
    factor: int

    def on_its_side(self) -> Sketch:
        """Return the sketch with rows and columns exchanged."""
        return Sketch(np.ascontiguousarray(self.dark.T), self.factor)


def sketch(image: Image.Image) -> Sketch:
    """Reduce a mode L image to its sketch; where most of it is dark, the paper is dark and the ink light."""
    factor = max(1, round(max(image.size) / _SKETCH_PX))
    dark = dark_pixels(image.reduce(factor) if factor > 1 else image)
    return Sketch(~dark if dark.mean() > 0.5 else dark, factor)


def line_profile(page: Sketch, strips: int = 10) -> npt.NDArray[Any]:
    """Count the strokes that each row crosses, by vertical strip: float64, shape (height, strips).

    Rows of a line of text cross many strokes, rows between lines none. A ruled line adds one stroke, however long it
    is, so tables do not disturb; strips keep columns and slightly skewed lines apart.
    """
    starts = page.dark[:, 1:] > page.dark[:, :-1]
    if not starts.size:
        return np.zeros((page.dark.shape[0], strips))
    edges = np.linspace(0, starts.shape[1], strips, endpoint=False, dtype=np.int64)
    return np.add.reduceat(starts, edges, axis=1, dtype=np.int32).astype(np.float64)
