"""Places of a PDF page that its own words say nothing about, such as a picture over hidden words: read by OCR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from prelabel.geometry import corners, intersection_area, invert, quarter_turn
from prelabel.lines import in_reading_order
from prelabel.ocr.choose import Choice
from prelabel.ocr.crops import read_crops
from prelabel.page import Box, Word

if TYPE_CHECKING:
    from prelabel.pdf.text_layer import TextLayer

#: Less sure words are taken for ornaments, as is a place without a word of at least so many letters or digits; words
#: that share more than this of their area with one of the page's own words are taken for that word.
_SURE, _LETTERS, _SHARED = 0.6, 2, 0.3


def with_unread(shown: Image.Image, layer: TextLayer, choice: Choice) -> tuple[Word, ...]:
    """Return the words of a page's text layer and those of its unread places, in reading order.

    `shown`: the rendered page, mode L or in colour. Raises OcrFailed when the engine fails.
    """
    if not layer.unread:
        return layer.words
    from_shown = quarter_turn(layer.quarters, *shown.size)
    outlines = [corners(invert(from_shown), place) for place in layer.unread]
    new = [
        word
        for words in read_crops(shown.convert("L"), outlines, from_shown, choice)
        for word in _legible(words)
        if not _is_known(word.box, layer.words)
    ]
    return tuple(in_reading_order([*layer.words, *new], lambda word: word.box))


def _legible(words: list[Word]) -> list[Word]:
    """Return the sure words of a place, none where they look like an ornament."""
    sure = [word for word in words if word.confidence >= _SURE]
    return sure if any(sum(map(str.isalnum, word.text)) >= _LETTERS for word in sure) else []


def _is_known(box: Box, words: tuple[Word, ...]) -> bool:
    return any(intersection_area(box, word.box) > _SHARED * box.width * box.height for word in words)
