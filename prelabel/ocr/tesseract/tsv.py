"""Tesseract's TSV output turned into words; both ways of calling Tesseract give this form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np
from PIL import Image

from prelabel.geometry import clip, grow
from prelabel.page import Box, Reading, Word

#: Paper around the box of a word, as share of its height: Tesseract misses letters that touch the edge.
_MARGIN = 0.25
#: A crop with less contrast than this, of 255, is paper; Tesseract would still read something there.
_FAINTEST = 16

_COLUMNS = 12
_LEVEL_LINE, _LEVEL_WORD = "4", "5"


def lines_from_tsv(tsv: str, engine: str) -> list[list[Word]]:
    """Return the words of one page by line, in Tesseract's reading order: NFC, boxes in pixels of the page.

    `engine`: the engine that each word names.
    """
    return [line for line in _lines(tsv, engine) if line]


def crop(image: Image.Image, box: Box) -> Image.Image | None:
    """Cut the part of a page that holds one word, with some paper around it; None for a box without area or ink."""
    inner = clip(box, image.width, image.height)
    if inner.width < 1 or inner.height < 1:
        return None
    outer = clip(grow(inner, _MARGIN * inner.height), image.width, image.height)
    cut = image.crop((int(outer.x0), int(outer.y0), ceil(outer.x1), ceil(outer.y1)))
    return cut if np.ptp(np.asarray(cut.convert("L"))) >= _FAINTEST else None


def one_reading(words: Sequence[Word]) -> Reading | None:
    """Join the words of a crop to one reading, with the lowest of their confidences; None without words."""
    if not words:
        return None
    return Reading("".join(word.text for word in words), min(word.confidence for word in words), words[0].engine)


def _lines(tsv: str, engine: str) -> Iterator[list[Word]]:
    line: list[Word] = []
    for row in tsv.split("\n"):
        columns = row.split("\t", _COLUMNS - 1)
        if columns[0] == _LEVEL_LINE:
            yield line
            line = []
        elif columns[0] == _LEVEL_WORD and len(columns) == _COLUMNS:
            word = _word(columns, engine)
            if word is not None:
                line.append(word)
    yield line


def _word(columns: list[str], engine: str) -> Word | None:
    """Return the word of one row; None for the empty text that Tesseract finds in ruled lines and pictures."""
    text = unicodedata.normalize("NFC", columns[11].strip())
    if not text:
        return None
    left, top, width, height = (int(column) for column in columns[6:10])
    confidence = min(max(float(columns[10]) / 100, 0.0), 1.0)
    return Word(text, Box(left, top, left + width, top + height), confidence, engine)
