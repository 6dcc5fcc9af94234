"""Parts of a page: its connected ink at a coarse resolution, with the box of each part.

Everything is an array with one entry a part, so that thousands of letters cost as little as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import label

from prelabel.images.ink import Dark, threshold

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]

#: Most pixels of a page that is looked at as it is, and of the frame to which larger ones are reduced.
_AS_IT_IS_PX, _MOST_PX = 1_200_000, 2_000_000
#: Part of the way from the darkest paper to the lightest at which ink begins: thin rules are gray in a smaller frame.
_TOWARDS_PAPER = 0.25
#: A run of ink of so many pixels is a ruled line.
_RULE = 64
#: Paper around the frame, in pixels: points this far outside of the page may be asked for.
_MARGIN = 64
_AROUND = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True)
class Parts:
    """Connected ink. `numbers`: with a margin of paper, 0 for paper; the box of number n is at index n of the others.

    `x1` and `y1` lie beyond the last pixel. Index 0 stands for the paper and has no box. `factor`: pixels of the page,
    each way, in one pixel of this frame. `limit`: gray level of the palest ink.
    """

    numbers: npt.NDArray[np.int32]
    x0: Indices
    y0: Indices
    x1: Indices
    y1: Indices
    areas: Indices
    factor: int
    limit: float

    @property
    def widths(self) -> Indices:
        """The widths in pixels."""
        return self.x1 - self.x0

    @property
    def heights(self) -> Indices:
        """The heights in pixels."""
        return self.y1 - self.y0

    def at(self, x: Numbers, y: Numbers) -> npt.NDArray[np.int32]:
        """Return the numbers at these points, at most `_MARGIN` pixels outside of the page."""
        # Half a pixel more than the margin: the sum is rounded by cutting it off.
        rows, columns = (y + (_MARGIN + 0.5)).astype(np.intp), (x + (_MARGIN + 0.5)).astype(np.intp)
        found: npt.NDArray[np.int32] = self.numbers.take(rows * self.numbers.shape[1] + columns)
        return found

    def of(self, number: int) -> Dark:
        """Return the ink of one part, within its box."""
        rows = slice(self.y0[number] + _MARGIN, self.y1[number] + _MARGIN)
        ink: Dark = self.numbers[rows, self.x0[number] + _MARGIN : self.x1[number] + _MARGIN] == number
        return ink


def parts_of(image: Image.Image) -> Parts:
    """Return the parts of a mode L page with dark ink."""
    pixels = image.width * image.height
    factor = 1 if pixels <= _AS_IT_IS_PX else max(2, math.ceil((pixels / _MOST_PX) ** 0.5))
    small = image.reduce(factor) if factor > 1 else image
    limit, paper = float(threshold(small)), float(np.median(np.asarray(small)[::8, ::8]))
    limit += max(0.0, _TOWARDS_PAPER * (paper - limit))
    dark = np.asarray(small) <= limit
    rows, starts, stops = _without_rules(dark)
    numbers = np.zeros((dark.shape[0] + 2 * _MARGIN, dark.shape[1] + 2 * _MARGIN), np.int32)
    inner = numbers[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    count = label(dark, structure=_AROUND, output=inner)
    x0, y0, x1, y1, areas = _boxes(inner[rows, starts].astype(np.intp), rows, starts, stops, count)
    return Parts(numbers, x0, y0, x1, y1, areas, factor, limit)


def _without_rules(dark: Dark) -> tuple[Indices, Indices, Indices]:
    """Remove level ruled lines from the ink, as marks cross them; return rows, starts and stops of the other runs."""
    height, width = dark.shape
    flat = np.zeros(height * (width + 1) + 1, dtype=np.int8)
    flat[1:].reshape(height, width + 1)[:, :width] = dark
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    rows, starts = np.divmod(edges[::2], width + 1)
    stops = starts + edges[1::2] - edges[::2]
    long = stops - starts >= _RULE
    for row, start, stop in zip(rows[long].tolist(), starts[long].tolist(), stops[long].tolist(), strict=True):
        dark[row, start:stop] = False
    return rows[~long], starts[~long], stops[~long]


def _boxes(
    owners: Indices, rows: Indices, starts: Indices, stops: Indices, count: int
) -> tuple[Indices, Indices, Indices, Indices, Indices]:
    """Return x0, y0, x1, y1 and areas by number, from runs of ink: ten times cheaper than from all pixels."""
    x0, y0, x1, y1 = (np.zeros(count + 1, dtype=np.intp) for _ in range(4))
    # Of several values for one index, numpy keeps the last one.
    y0[owners[::-1]] = rows[::-1]
    y1[owners] = rows + 1
    by_start = starts.astype(np.uint16).argsort(kind="stable")[::-1]
    x0[owners[by_start]] = starts[by_start]
    by_end = stops.astype(np.uint16).argsort(kind="stable")
    x1[owners[by_end]] = stops[by_end]
    return x0, y0, x1, y1, np.bincount(owners, stops - starts, count + 1).astype(np.intp)
