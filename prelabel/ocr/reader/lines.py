"""Lines of print of an upright page, each cut out for the recogniser with nothing else on it.

Digits in boxes of their own become one line, as do the letters of a label that is written downwards: a line is made of
pieces of the page, set side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.images.row_runs import Indices
from prelabel.ocr.reader.coarse_ink import CoarseInk, coarse_ink
from prelabel.ocr.reader.row_groups import row_groups
from prelabel.ocr.reader.rows import Row, rows_of
from prelabel.page import Box

Gray = npt.NDArray[np.uint8]

#: Paper around the ink of a line, as share of its height.
_MARGIN = 0.12
#: Pixels of paper around a line at least.
_LEAST_MARGIN_PX = 2
#: Longest piece of a row, in its heights; a cut goes through the widest gap of its second half.
_LONGEST = 20.0
#: The least height of a crop, in letter heights: a dash alone is shown as small as it is.
_LEAST_HEIGHT = 1.2


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line. `start`: its first column in the crop; `x0`, `y0`: its left upper corner in the page."""

    start: int
    width: int
    x0: int
    y0: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line cut out of a page: dark ink on paper, shape (height, width).

    `level`: the gray level of its palest ink. `whole`: its pieces are one word.
    """

    crop: Gray
    pieces: tuple[Piece, ...]
    level: float
    whole: bool = False

    @property
    def box(self) -> Box:
        """The box of the crop in pixels of the page."""
        height = self.crop.shape[0]
        return Box(
            min(piece.x0 for piece in self.pieces),
            min(piece.y0 for piece in self.pieces),
            max(piece.x0 + piece.width for piece in self.pieces),
            max(piece.y0 for piece in self.pieces) + height,
        )


def lines_of(page: Image.Image) -> list[Line]:
    """Return the lines of an upright mode L page with dark ink, in no order."""
    if min(page.size) < 3:
        return []
    ink, rows = rows_of(coarse_ink(page))
    gray, found = np.asarray(page), []
    for group in row_groups(ink, rows):
        if group.whole:
            found.append(_line(gray, ink, group.rows, whole=True))
        else:
            found += [_line(gray, ink, [piece]) for row in group.rows for piece in _cut(ink, row)]
    return found


def _cut(ink: CoarseInk, row: Row) -> Iterator[Row]:
    """Cut a long row at its widest gaps."""
    parts = row.parts
    longest = _LONGEST * max(row.height, ink.letter)
    while parts.size and ink.x1[parts].max() - ink.x0[parts[0]] > longest:
        reached = np.maximum.accumulate(ink.x1[parts])
        gaps = ink.x0[parts[1:]] - reached[:-1]
        middle = reached[:-1] - ink.x0[parts[0]]
        fit = np.flatnonzero((middle > longest / 2) & (middle <= longest) & (gaps > 0))
        if not fit.size:
            break
        at = int(fit[gaps[fit].argmax()]) + 1
        yield Row(parts[:at], row.height)
        parts = parts[at:]
    if parts.size:
        yield Row(parts, row.height)


def _line(gray: Gray, ink: CoarseInk, rows: Sequence[Row], *, whole: bool = False) -> Line:
    """Cut the rows out of the page and set them side by side."""
    height = max(int((ink.y1[row.parts].max() - ink.y0[row.parts].min()) * ink.factor) for row in rows)
    margin = max(_LEAST_MARGIN_PX, round(_MARGIN * height))
    missing = max(0, round(_LEAST_HEIGHT * ink.letter * ink.factor) - height)
    tall = height + missing + 2 * margin
    crops, pieces, start = [], [], 0
    for row in rows:
        y0, y1 = int(ink.y0[row.parts].min()) * ink.factor, int(ink.y1[row.parts].max()) * ink.factor
        x0, x1 = int(ink.x0[row.parts].min()) * ink.factor, int(ink.x1[row.parts].max()) * ink.factor
        top = (y0 + y1 - tall) // 2
        crop = _crop(gray, ink, row.parts, (x0 - margin, top, x1 + margin, top + tall))
        crops.append(crop)
        pieces.append(Piece(start, crop.shape[1], x0 - margin, top))
        start += crop.shape[1]
    return Line(crops[0] if len(crops) == 1 else np.hstack(crops), tuple(pieces), ink.level, whole)


def _crop(gray: Gray, ink: CoarseInk, parts: Indices, place: tuple[int, int, int, int]) -> Gray:
    """Cut a place out of the page, paper instead of all ink that belongs to none of these parts."""
    x0, y0, x1, y1 = place
    k = ink.factor
    inner = max(0, x0), max(0, y0), min(gray.shape[1], x1), min(gray.shape[0], y1)
    left, top, right, bottom = inner
    cut = gray[top:bottom, left:right]
    numbers = ink.numbers[top // k : -(-bottom // k), left // k : -(-right // k)]
    rules = ink.rules[top // k : -(-bottom // k), left // k : -(-right // k)]
    owned = np.zeros(len(ink.x0) + 1, dtype=bool)  # one more, for the number of rules
    owned[parts] = True
    own = owned[numbers]
    foreign = ((numbers != 0) & ~own) | rules
    if foreign.any():
        foreign = _grown(foreign) & ~_grown(own) | (foreign & ~own)
        hidden = foreign.repeat(k, axis=0).repeat(k, axis=1)
        dy, dx = top - top // k * k, left - left // k * k
        hidden = hidden[dy : dy + cut.shape[0], dx : dx + cut.shape[1]]
        hidden = np.pad(hidden, ((0, cut.shape[0] - hidden.shape[0]), (0, cut.shape[1] - hidden.shape[1])))
        cut = np.where(hidden, np.uint8(_paper(cut, ink.level)), cut)
    if inner != place:
        paper = _paper(cut, ink.level)
        cut = np.pad(cut, ((top - y0, y1 - bottom), (left - x0, x1 - right)), constant_values=paper)
    return cut


def _paper(cut: Gray, level: float) -> int:
    light = cut[cut > level]
    return int(np.median(light)) if light.size else 255


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    wide = grown.copy()
    wide[:, 1:] |= grown[:, :-1]
    wide[:, :-1] |= grown[:, 1:]
    return wide
