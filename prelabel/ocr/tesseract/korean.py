"""Korean words on pages in other languages, found by their ink and read again in Korean.

Reading in Korean takes twice as long, which English pages should not pay. The English model reads 상호 as "SS" with a
high confidence, so the ink decides before the page is read (`writing_system`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from prelabel.geometry import intersection_area
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.ocr.tesseract.modes import Recognise
from prelabel.ocr.tesseract.writing_system_runs import LinePiece, read_line_part
from prelabel.page import Word

KOREAN = "kor"


def korean_first(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Put Korean before the other languages. Measured on Korean pages: 8 % faster than English first, as accurate."""
    return KOREAN, *(language for language in languages if language != KOREAN)


def in_korean(
    recognise: Recognise, page: Image.Image, lines: Sequence[Sequence[Word]], pieces: Sequence[Sequence[LinePiece]]
) -> list[list[Word]]:
    """Read the words that stand on Hangul again in Korean; `lines`: a page (mode L) that was read without Korean."""
    korean = [piece.box for line in pieces for piece in line if piece.korean]

    def stands_on_hangul(word: Word) -> bool:
        return any(intersection_area(word.box, box) > word.box.width * word.box.height / 2 for box in korean)

    return [[_korean(recognise, page, word) if stands_on_hangul(word) else word for word in line] for line in lines]


def _korean(recognise: Recognise, page: Image.Image, word: Word) -> Word:
    """Return the surer of two readings, the given and the Korean one; a Korean one without Hangul does not count."""
    found = read_line_part(recognise, page, word.box, (KOREAN,))
    text = "".join(part.text for part in found)
    if not any(map(is_hangul, text)):
        return word
    confidence = sum(part.confidence * len(part.text) for part in found) / len(text)
    return Word(text, word.box, confidence, word.engine) if confidence > word.confidence else word
