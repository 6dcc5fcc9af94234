"""Words of a PDF page out of PDFium's characters, in pixels of the rendered page; `text_layer_check` judges them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from ctypes import c_double, c_int
from dataclasses import dataclass
from functools import cache
from math import atan2, cos, pi, sin
from typing import Any

from pypdfium2 import raw

from prelabel.geometry import transform, union
from prelabel.page import Affine, Box

#: Text that leans further than this from the page's rows and columns has no useful upright box.
_LEANS_QUARTERS = 12 / 90

#: Dots and dashes that lead from a key to its value, or that mark a place to write on: not words or parts of words.
_LEADERS = re.compile(r"([._…·‥-])( ?\1){3,}")

#: PDFium's mark for a hyphen at a line's end; the other half of the word stands on the next line.
_LINE_HYPHEN = "\x02"
#: PDFium's text as a whole has this character for that mark and for glyphs without a meaning.
_NO_CHARACTER = "\ufffe"
_WORD = re.compile(rf"[^\s{_LINE_HYPHEN}]+{_LINE_HYPHEN}?|{_LINE_HYPHEN}")
_SPELLED_OUT = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", _LINE_HYPHEN: "-", "\u00ad": "-"}
)
#: Printable characters that need cleaning: ligatures and the replacement character.
_ODD = re.compile("[ﬀ-ﬆ\ufffd]")

#: Unicode categories to which no font should map its glyphs: control, private use, surrogate, unassigned.
_MEANINGLESS = frozenset({"Cc", "Co", "Cs", "Cn"})
#: Ways to draw text that leave no mark (PDF 32000-1, table 106): not at all, and as a clipping path only.
_UNDRAWN = frozenset({3, 7})


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word of the PDF; `box` in pixels of the rendered page.

    `quarters`: clockwise turns of 90 degrees that would set it upright, None where it leans. `drawn`: it is drawn in a
    way that leaves a mark on the page. `letters`: number of its characters; `meaningless`: how many of these have no
    meaning.
    """

    text: str
    box: Box
    quarters: int | None
    drawn: bool
    letters: int
    meaningless: int


def pdf_words(page: Any, to_pixels: Affine) -> list[PdfWord]:
    """Return the words of a pypdfium2 PdfPage in the file's order; `to_pixels` maps points to the rendered page."""
    found = page.get_textpage()
    try:
        return list(_words(found, to_pixels))
    finally:
        found.close()


def points_to_pixels(page: Any, width_px: int, height_px: int) -> Affine:
    """Map PDF points of a page to pixels of the whole page rendered at that size, by its crop box and rotation."""
    fine, far = 1000, 1000.0  # PDFium answers in whole pixels: a far larger page gives fractions

    def place(x: float, y: float) -> tuple[float, float]:
        across, down = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width_px * fine, height_px * fine, 0, x, y, across, down)
        return across.value / fine, down.value / fine

    (x0, y0), (x1, y1), (x2, y2) = place(0, 0), place(far, 0), place(0, far)
    return Affine((x1 - x0) / far, (x2 - x0) / far, x0, (y1 - y0) / far, (y2 - y0) / far, y0)


def _words(found: Any, to_pixels: Affine) -> Iterator[PdfWord]:
    """Split PDFium's text at white space: PDFium adds it at each gap, also where the file holds single letters."""
    handle = found.raw
    text = _LEADERS.sub(lambda leaders: " " * len(leaders[0]), _text(found))
    around = _Boxes(handle).around
    quarters = cache(lambda angle: _quarters(angle, to_pixels))
    for match in _WORD.finditer(text):
        start, end = match.span()
        word, meaningless = _cleaned(match[0])
        if word or meaningless:
            box = transform(to_pixels, around(start, end))
            turn = quarters(raw.FPDFText_GetCharAngle(handle, start))
            yield PdfWord(word, box, turn, _is_drawn(handle, start), end - start, meaningless)


def _text(found: Any) -> str:
    """Return the text with one character for each of PDFium's."""
    count, text = found.count_chars(), str(found.get_text_range())
    if len(text) == count and _NO_CHARACTER not in text:
        return text
    # Only single queries tell hyphens from characters without a meaning: half as fast.
    return "".join(chr(raw.FPDFText_GetUnicode(found.raw, index)) for index in range(count))


def _cleaned(text: str) -> tuple[str, int]:
    """Return (text, number of its characters without a meaning): NFC, ligatures spelled out, invisible ones removed."""
    if text.isprintable() and not _ODD.search(text):
        return unicodedata.normalize("NFC", text), 0
    categories = [(char, unicodedata.category(char)) for char in text.translate(_SPELLED_OUT)]
    kept = [char for char, kind in categories if kind not in _MEANINGLESS and kind != "Cf" and char != "\ufffd"]
    meaningless = sum(kind in _MEANINGLESS or char == "\ufffd" for char, kind in categories)
    return unicodedata.normalize("NFC", "".join(kept)), meaningless


class _Boxes:
    """Boxes in PDF points, y upwards: around the ink, or around the cells of characters without known ink."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._left, self._top, self._right, self._bottom = (c_double() for _ in range(4))
        self._cell = raw.FS_RECTF()

    def around(self, start: int, end: int) -> Box:
        """Return the box around characters start..end-1."""
        parts = raw.FPDFText_CountRects(self._handle, start, end - start)
        if parts == 1:
            return self._part(0)
        return union(map(self._part, range(parts)) if parts else map(self._cell_of, range(start, end)))

    def _part(self, number: int) -> Box:
        """Return the box of one of the parts that PDFium has just counted."""
        raw.FPDFText_GetRect(self._handle, number, self._left, self._top, self._right, self._bottom)
        return Box(self._left.value, self._bottom.value, self._right.value, self._top.value)

    def _cell_of(self, index: int) -> Box:
        raw.FPDFText_GetLooseCharBox(self._handle, index, self._cell)
        return Box(self._cell.left, self._cell.bottom, self._cell.right, self._cell.top)


def _quarters(angle: float, m: Affine) -> int | None:
    """Convert PDFium's angle of a character (radians, clockwise in points) to quarter turns of the rendered page."""
    x, y = cos(angle), -sin(angle)
    turn = atan2(-(m.d * x + m.e * y), m.a * x + m.b * y) / (pi / 2)
    return round(turn) % 4 if abs(turn - round(turn)) <= _LEANS_QUARTERS else None


def _is_drawn(handle: Any, index: int) -> bool:
    drawing = raw.FPDFText_GetTextObject(handle, index)
    return not drawing or raw.FPDFTextObj_GetTextRenderMode(drawing) not in _UNDRAWN
