"""Engine that reads with the project's own recogniser: lines by their ink, a small network, words by text and ink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.geometry import clip, grow
from prelabel.images.ink import dark_pixels, threshold
from prelabel.lines import in_reading_order
from prelabel.ocr.reader.confidence import Confidences
from prelabel.ocr.reader.lines import Gray, Line, Piece, lines_of
from prelabel.ocr.reader.network import version
from prelabel.ocr.reader.path import Character
from prelabel.ocr.reader.words import words_of
from prelabel.ocr.scripts.foreign import foreign_marked
from prelabel.ocr.tesseract.tidying import tidy_line
from prelabel.ocr.tesseract.tsv import one_reading
from prelabel.page import Box, Reading, Word

#: Paper around a given box, as share of its height.
_MARGIN = 0.12
#: Confidence under which a word of one, two and more characters is dirt.
_DIRT = (0.25, 0.12, 0.02)


class Network(Protocol):
    """A `LineNetwork`, or its twin in memory."""

    folder: Path
    config: Mapping[str, Any]

    def read(self, crops: Sequence[Gray]) -> list[list[Character]]:
        """Read lines; return the characters of each with their places in pixels of the crop."""
        ...


class ReaderEngine:
    """Engine of the project's own network for print in Korean and Latin letters.

    `languages`: Tesseract's codes, which tell the scripts that a page may have; `network`: the model of a folder.
    Raises EngineUnavailable when the curves of its configuration are damaged.
    """

    name = "reader"

    def __init__(self, languages: Sequence[str], network: Network) -> None:
        self.languages = tuple(languages)
        self._network = network
        try:
            self._confidences = Confidences.of(network.config)
        except ValueError as error:
            raise EngineUnavailable(f"{network.folder} is damaged ({error}): install prelabel again") from None
        self.version = version(network.folder)

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when the network fails."""
        gray = image.convert("L")
        lines = self.read_lines(lines_of(gray))
        words = in_reading_order([word for line in lines for word in line], lambda word: word.box)
        return foreign_marked(words, dark_pixels(gray), self.languages)

    def read_lines(self, lines: Sequence[Line]) -> list[list[Word]]:
        """Read lines that were cut out of a page, as a batch; return the words of each. Raises OcrFailed."""
        read = self._characters([line.crop for line in lines])
        return [
            [word for word in tidy_line(words_of(line, characters, self._confidences, self.name)) if not _is_dirt(word)]
            for line, characters in zip(lines, read, strict=True)
        ]

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box. Raises OcrFailed when the network fails."""
        gray = image.convert("L")
        pixels, level = np.asarray(gray), float(threshold(gray))
        lines = [_line_in(pixels, box, level) for box in boxes]
        words = iter(self._words([line for line in lines if line is not None]))
        return [None if line is None else one_reading(next(words)) for line in lines]

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line. Raises OcrFailed when the network fails."""
        gray = image.convert("L")
        dark = dark_pixels(gray)
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        if not rows.size:
            return []
        box = Box(float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
        line = _line_in(np.asarray(gray), box, float(threshold(gray)))
        return [] if line is None else self._words([line])[0]

    def _words(self, lines: Sequence[Line]) -> list[list[Word]]:
        read = self._characters([line.crop for line in lines])
        return [
            words_of(line, characters, self._confidences, self.name)
            for line, characters in zip(lines, read, strict=True)
        ]

    def _characters(self, crops: Sequence[Gray]) -> list[list[Character]]:
        try:
            return self._network.read(crops)
        except Exception as error:  # noqa: BLE001 - the runtime's errors have no common class
            raise OcrFailed(f"the reader failed on this page: {type(error).__name__}: {str(error)[:200]}") from None


def _is_dirt(word: Word) -> bool:
    """Return whether a word is a speck or stroke that was read as a few characters: one that is hardly ever right."""
    lettered = any(char.isalnum() for char in word.text)
    return word.confidence < _DIRT[min(len(word.text), len(_DIRT)) - 1 if lettered else 0]


def _line_in(pixels: Gray, box: Box, level: float) -> Line | None:
    """Cut a box out of a page, with a little around it; None where it has no area."""
    loose = clip(grow(box, max(2.0, _MARGIN * box.height)), pixels.shape[1], pixels.shape[0])
    x0, y0 = int(loose.x0), int(loose.y0)
    crop = pixels[y0 : ceil(loose.y1), x0 : ceil(loose.x1)]
    if box.width <= 0 or box.height <= 0 or min(crop.shape) < 1:
        return None
    return Line(crop, (Piece(0, crop.shape[1], x0, y0),), level)
