"""Korean and Latin on one page: is there Korean, and words of it that were read as Latin letters.

English pages should not pay for Korean, which takes twice as long; Korean words must not be lost to English, which
makes "SS" of 상호 and is sure of it: so the ink is asked first (`script`).
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
    """Measured on Korean pages: 8 % faster than English first, and as right."""
    return KOREAN, *(language for language in languages if language != KOREAN)


def in_korean(
    recognise: Recognise, page: Image.Image, lines: Sequence[Sequence[Word]], pieces: Sequence[Sequence[LinePiece]]
) -> list[list[Word]]:
    """The lines of a page (mode L) that was read without Korean; words on pieces in Hangul are read again in Korean."""
    korean = [piece.box for line in pieces for piece in line if piece.korean]

    def stands_on_hangul(word: Word) -> bool:
        return any(intersection_area(word.box, box) > word.box.width * word.box.height / 2 for box in korean)

    return [[_korean(recognise, page, word) if stands_on_hangul(word) else word for word in line] for line in lines]


def _korean(recognise: Recognise, page: Image.Image, word: Word) -> Word:
    """The surer of the two readings; a Korean one without Hangul does not count."""
    found = read_line_part(recognise, page, word.box, (KOREAN,))
    text = "".join(part.text for part in found)
    if not any(map(is_hangul, text)):
        return word
    confidence = sum(part.confidence * len(part.text) for part in found) / len(text)
    return Word(text, word.box, confidence, word.engine) if confidence > word.confidence else word
