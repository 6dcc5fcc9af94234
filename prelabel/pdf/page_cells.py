"""A rendered page in cells as large as the strokes of small print: how much of its strokes lies in which boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.images.ink import Dark
from prelabel.page import Affine, Box

#: Side of a cell of the rendered page in points: 50 cells to the inch.
_CELL_POINTS = 72 / 50
#: Gray level up to which a cell counts as ink, and from which on it is white paper.
_INK, _WHITE = 160, 248
#: Rows of cells in which a column of strokes without a gap is a ruled line and no letters.
_RULE_ROWS, _RULE_STROKES = 16, 14

Gray = npt.NDArray[np.uint8]


class PageCells:
    """A rendered page reduced to cells; `to_pixels`: the map from points of the page to its pixels."""

    def __init__(self, shown: Image.Image, to_pixels: Affine) -> None:
        self.width_px, self.height_px = shown.size
        m = to_pixels
        self._cell_px = max(1, round(_CELL_POINTS * abs(m.a * m.e - m.b * m.d) ** 0.5))
        self._gray: Gray = np.asarray(shown.reduce(self._cell_px).convert("L"))
        dark = self._gray <= _INK
        self._dark: Dark = ~dark if 2 * np.count_nonzero(dark) > dark.size else dark

    def all_marked(self, boxes: Sequence[Box]) -> bool:
        """Return whether there is ink on white paper in each box."""
        px, marked = self._cell_px, self._gray < _WHITE
        return all(
            marked[int(b.y0 / px) : int(b.y1 / px) + 1, int(b.x0 / px) : int(b.x1 / px) + 1].any() for b in boxes
        )

    def covered(self, boxes: Sequence[Box]) -> float:
        """Return the share of the strokes, ruled lines left out, that lie in a box, 0..1; 1.0 without strokes."""
        strokes = self._dark[:, 1:] > self._dark[:, :-1]
        inside = np.zeros_like(strokes)
        for box in boxes:
            inside[self._place(box)] = True
        every, ours = _by_rows(strokes), _by_rows(strokes & inside)
        text = every < _RULE_STROKES
        return float(ours[text].sum() / max(1, every[text].sum())) if every[text].any() else 1.0

    def _place(self, box: Box) -> tuple[slice, slice]:
        """Return the cells of a box, and one more on each side."""
        px = self._cell_px
        rows = slice(max(0, int(box.y0 / px) - 1), int(box.y1 / px) + 2)
        return rows, slice(max(0, int(box.x0 / px) - 1), int(box.x1 / px) + 2)


def _by_rows(marks: Dark) -> Gray:
    """Count the marks of each column in every _RULE_ROWS rows; the remaining rows are the page's margin."""
    count = len(marks) // _RULE_ROWS
    blocks = marks[: count * _RULE_ROWS].reshape(count, _RULE_ROWS, marks.shape[1])
    counts: Gray = blocks.sum(axis=1, dtype=np.uint8)
    return counts
