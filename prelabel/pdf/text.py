"""Words of a PDF page out of PDFium's characters, in pixels of the rendered page; `seen_words` judges them."""

from __future__ import annotations

import re
import unicodedata
from ctypes import POINTER, c_double, c_int, c_ushort, cast, create_string_buffer
from dataclasses import dataclass
from functools import cache, cached_property
from math import atan2, cos, pi, sin
from typing import Any, Self

from pypdfium2 import raw

from prelabel.geometry import apply, transform, union
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


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word of the PDF; `box` in pixels of the rendered page.

    `start`: the number of its first character in PDFium's text, `letters`: how many it has, `meaningless`: how many of
    these have no meaning. `quarters`: clockwise turns of 90 degrees that would set it upright, None where it leans.
    """

    text: str
    box: Box
    quarters: int | None
    start: int
    letters: int
    meaningless: int

    @property
    def characters(self) -> range:
        """The numbers of its characters."""
        return range(self.start, self.start + self.letters)


class PageText:
    """The text of a pypdfium2 PdfPage, open in a context. `to_pixels` maps points to the rendered page."""

    def __init__(self, page: Any, to_pixels: Affine) -> None:
        self._page, self._to_pixels = page.get_textpage(), to_pixels
        #: Pixels to the point.
        self.scale = abs(to_pixels.a * to_pixels.e - to_pixels.b * to_pixels.d) ** 0.5
        self._text = _LEADERS.sub(lambda leaders: " " * len(leaders[0]), _text(self._page))
        self._boxes = _Boxes(self._page.raw)
        self._turn = cache(lambda angle: _quarters(angle, to_pixels))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close PDFium's text."""
        self._page.close()

    @cached_property
    def words(self) -> list[PdfWord]:
        """The words in the file's order.

        The text is split at white space: PDFium adds it at each gap, also where the file holds single letters.
        """
        found = (self.word(range(*match.span())) for match in _WORD.finditer(self._text))
        return [word for word in found if word.text or word.meaningless]

    @property
    def meaningless(self) -> int:
        """The number of characters without a meaning."""
        return sum(word.meaningless for word in self.words)

    def word(self, characters: range) -> PdfWord:
        """Return characters that follow each other as one word."""
        start, end = characters.start, characters.stop
        text, meaningless = _cleaned(self._text[start:end])
        box = transform(self._to_pixels, self._boxes.around(start, end))
        turn = self._turn(raw.FPDFText_GetCharAngle(self._page.raw, start))
        return PdfWord(text, box, turn, start, len(characters), meaningless)

    def is_letter(self, character: int) -> bool:
        """Return whether a character is a letter or a digit."""
        return self._text[character].isalnum()

    def box(self, character: int) -> Box:
        """Return the box of one character in pixels, around its ink."""
        return transform(self._to_pixels, self._boxes.ink_of(character))

    def origin(self, character: int) -> tuple[float, float]:
        """Return the point from which a character is drawn, in pixels: on its line, and mostly at its left."""
        return apply(self._to_pixels, *self._boxes.origin_of(character))

    def size_pt(self, character: int) -> float:
        """Return the size of a character's font as the page shows it."""
        cell = self._boxes.cell_of(character)
        return max(cell.width, cell.height)  # text on its side is as wide as its font is high

    def drawn_by(self, character: int) -> Any:
        """Return the text object that draws a character; a null pointer for characters that PDFium added."""
        return raw.FPDFText_GetTextObject(self._page.raw, character)

    def of_object(self, drawn: Any) -> str:
        """Return the text of a text object of the page without white space, as the object alone says it."""
        size = raw.FPDFTextObj_GetText(drawn, self._page.raw, None, 0)
        room = create_string_buffer(size)
        raw.FPDFTextObj_GetText(drawn, self._page.raw, cast(room, POINTER(c_ushort)), size)
        return "".join(room.raw.decode("utf-16-le", "replace").rstrip("\0").split())


def points_to_pixels(page: Any, width_px: int, height_px: int) -> Affine:
    """Map PDF points of a page to pixels of the whole page rendered at that size, by its crop box and rotation."""
    fine, far = 1000, 1000.0  # PDFium answers in whole pixels: a far larger page gives fractions

    def place(x: float, y: float) -> tuple[float, float]:
        across, down = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width_px * fine, height_px * fine, 0, x, y, across, down)
        return across.value / fine, down.value / fine

    (x0, y0), (x1, y1), (x2, y2) = place(0, 0), place(far, 0), place(0, far)
    return Affine((x1 - x0) / far, (x2 - x0) / far, x0, (y1 - y0) / far, (y2 - y0) / far, y0)


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
        return union(map(self._part, range(parts)) if parts else map(self.cell_of, range(start, end)))

    def _part(self, number: int) -> Box:
        """Return the box of one of the parts that PDFium has just counted."""
        raw.FPDFText_GetRect(self._handle, number, self._left, self._top, self._right, self._bottom)
        return Box(self._left.value, self._bottom.value, self._right.value, self._top.value)

    def ink_of(self, index: int) -> Box:
        """Return the box around the ink of one character."""
        raw.FPDFText_GetCharBox(self._handle, index, self._left, self._right, self._bottom, self._top)
        return Box(self._left.value, self._bottom.value, self._right.value, self._top.value)

    def origin_of(self, index: int) -> tuple[float, float]:
        """Return the point from which a character is drawn."""
        raw.FPDFText_GetCharOrigin(self._handle, index, self._left, self._bottom)
        return self._left.value, self._bottom.value

    def cell_of(self, index: int) -> Box:
        """Return the box of one character's cell, which is as high as its font."""
        raw.FPDFText_GetLooseCharBox(self._handle, index, self._cell)
        return Box(self._cell.left, self._cell.bottom, self._cell.right, self._cell.top)


def _quarters(angle: float, m: Affine) -> int | None:
    """Convert PDFium's angle of a character (radians, clockwise in points) to quarter turns of the rendered page."""
    x, y = cos(angle), -sin(angle)
    turn = atan2(-(m.d * x + m.e * y), m.a * x + m.b * y) / (pi / 2)
    return round(turn) % 4 if abs(turn - round(turn)) <= _LEANS_QUARTERS else None
