"""Parts of a page: its connected ink at a coarse resolution, with the box of each part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import label

from prelabel.images.ink import Dark, threshold
from prelabel.images.row_runs import Boxes, Indices, RowRuns, boxes_of_parts, row_runs

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
class Parts(Boxes):
    """Connected ink. `numbers`: with a margin of paper, 0 for paper; the box of number n is at index n.

    Index 0 stands for the paper and has no box. `factor`: pixels of the page, each way, in one pixel of this frame.
    `limit`: gray level of the palest ink.
    """

    numbers: npt.NDArray[np.int32]
    areas: Indices
    factor: int
    limit: float

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
    runs = _without_rules(dark)
    numbers = np.zeros((dark.shape[0] + 2 * _MARGIN, dark.shape[1] + 2 * _MARGIN), np.int32)
    inner = numbers[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    count = label(dark, structure=_AROUND, output=inner)
    boxes, areas = boxes_of_parts(inner[runs.rows, runs.starts].astype(np.intp), runs, count)
    return Parts(boxes.x0, boxes.y0, boxes.x1, boxes.y1, numbers, areas, factor, limit)


def _without_rules(dark: Dark) -> RowRuns:
    """Remove level ruled lines from the ink, as marks cross them; return the other runs."""
    runs = row_runs(dark)
    long = runs.lengths >= _RULE
    for row, columns in runs.only(long).places():
        dark[row, columns] = False
    return runs.only(~long)
