"""Tesseract's TSV -> words: the form in which both ways of calling Tesseract hand over what they read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from prelabel.ocr.joining import Ink, join_lines
from prelabel.page import Box, Word

#: Tesseract's mode "one column of text of various sizes": on forms it loses fewer fields than its default.
PAGE_SEGMENTATION = 4

_COLUMNS = 12
_LEVEL_LINE, _LEVEL_WORD = "4", "5"


def words_from_tsv(tsv: str, engine: str, ink: Ink) -> list[Word]:
    """The words of one page in Tesseract's reading order: NFC, Korean pieces joined, boxes in pixels of the page.

    `engine` is the name that each word carries; `ink` belongs to the same page.
    """
    return join_lines(list(_lines(tsv, engine)), ink)


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
    """None for the empty text that Tesseract finds in rules and pictures."""
    text = unicodedata.normalize("NFC", columns[11].strip())
    if not text:
        return None
    left, top, width, height = (int(column) for column in columns[6:10])
    confidence = min(max(float(columns[10]) / 100, 0.0), 1.0)
    return Word(text, Box(left, top, left + width, top + height), confidence, engine)
