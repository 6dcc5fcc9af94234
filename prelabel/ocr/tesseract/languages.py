"""Languages of a page: each part of it read with the models of the languages that stand there.

Where there is much Hangul, each writing-system run is read in its own language; elsewhere the page is read at once,
and single Korean words are read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.korean import KOREAN, in_korean
from prelabel.ocr.tesseract.modes import LINE, PAGE, Recognise
from prelabel.ocr.tesseract.writing_system_runs import (
    LinePiece,
    korean_share,
    pieces_of_lines,
    read_line_part,
    writing_system_runs,
)
from prelabel.page import Box, Word

#: Share of Hangul from which a page is read by writing system: 0.23 and more on generated Korean and mixed pages, at
#: most 0.06 on 50 English scans of FUNSD.
_KOREAN_PAGE = 0.1


class PageReader(Protocol):
    """Raw words by line, of a page and of single lines of it, in the languages that fit."""

    def read_page(self, page: Image.Image) -> list[list[Word]]:
        """Read the page (mode L); boxes in its pixels."""

    def read_line(self, line: Image.Image) -> list[list[Word]]:
        """Read the image of one line (mode L); boxes in its pixels."""


def beside_korean(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages other than Korean; none without Korean, as there is no writing system to choose then."""
    return tuple(language for language in languages if language != KOREAN) if KOREAN in languages else ()


def reading_languages(languages: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the sets of languages with which the parts of a page are read, one set at a time.

    >>> reading_languages(("eng", "kor"))
    [('eng',), ('kor',)]
    """
    others = beside_korean(languages)
    return [others, (KOREAN,)] if others else [languages]


def reader_for(
    recognise: Recognise, languages: tuple[str, ...], pieces: Sequence[Sequence[LinePiece]], letter_px: float
) -> PageReader:
    """Return the reader that fits the share of Hangul in the pieces of a page's lines.

    `languages`: those beside Korean where the page may hold it, else all; `letter_px`: the usual height of its letters.
    """
    if korean_share(pieces) > _KOREAN_PAGE:
        return ByWritingSystem(recognise, languages, pieces, letter_px)
    return AtOnce(recognise, languages, pieces)


@dataclass(frozen=True, slots=True)
class ByWritingSystem:
    """Runs in Hangul read in Korean, all others in the other `languages`."""

    recognise: Recognise
    languages: tuple[str, ...]
    pieces: Sequence[Sequence[LinePiece]]
    letter_px: float

    def read_page(self, page: Image.Image) -> list[list[Word]]:
        """Read the runs of the page's lines."""
        return self._read_runs(page, self.pieces)

    def read_line(self, line: Image.Image) -> list[list[Word]]:
        """Read the runs of one line; nothing where it has no ink."""
        dark = dark_pixels(line)
        rows = np.flatnonzero(dark.any(axis=1))
        if not rows.size:
            return []
        whole = Box(0, float(rows[0]), line.width, float(rows[-1]) + 1)
        return self._read_runs(line, pieces_of_lines([[whole]], dark, self.letter_px))

    def _read_runs(self, image: Image.Image, lines: Sequence[Sequence[LinePiece]]) -> list[list[Word]]:
        return [
            [
                word
                for run in writing_system_runs(line)
                for word in read_line_part(self.recognise, image, run.box, (KOREAN,) if run.korean else self.languages)
            ]
            for line in lines
        ]


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A page read in `languages` with one call; its words that stand on Hangul are read again in Korean."""

    recognise: Recognise
    languages: tuple[str, ...]
    pieces: Sequence[Sequence[LinePiece]]

    def read_page(self, page: Image.Image) -> list[list[Word]]:
        """Read the page, and its single Korean words again."""
        return in_korean(self.recognise, page, self.recognise(page, self.languages, PAGE), self.pieces)

    def read_line(self, line: Image.Image) -> list[list[Word]]:
        """Read one line with one call."""
        return self.recognise(line, self.languages, LINE)
