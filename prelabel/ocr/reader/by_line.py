"""Reader and Tesseract, who share the lines of a page: each reads the print that it reads better.

A page that shows no Hangul is Tesseract's, unless Tesseract is unsure of it and the reader, which costs a tenth, is
surer. Of another page, lines with Hangul, numbers, and lines that the reader is sure of are its own; Tesseract reads
the other lines, which are in Latin letters, and single words that the reader is unsure of. `Word.engine` names the
engine of each word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from prelabel.geometry import iou
from prelabel.images.ink import dark_pixels
from prelabel.lines import in_reading_order
from prelabel.ocr.choose import second_opinion
from prelabel.ocr.engine import OcrEngine
from prelabel.ocr.page.orientation import sureness
from prelabel.ocr.reader.engine import ReaderEngine
from prelabel.ocr.reader.lines import Line, lines_of
from prelabel.ocr.scripts.foreign import foreign_marked
from prelabel.ocr.tesseract.fitting import fit_line
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.ocr.tesseract.tidying import is_dirt, tidy_line
from prelabel.page import Box, Reading, Word

#: Confidence of the least sure word of a Latin line from which the reader's reading stands.
_SURE = 0.97
#: Tesseract's reading of a line replaces the reader's unless it is less sure by so much.
_LESS_SURE = 0.1
#: IoU from which two readings are of the same box.
_SAME_BOX = 0.6
#: Share of Hangul among the letters of a page, each counted by its confidence, from which the page shows Hangul. Pages
#: in Latin letters have under 0.01 of it, pages in Korean over 0.8.
_SHOWS_HANGUL = 0.05
#: Confidence of a letter from which Tesseract's reading of a page without Hangul stands.
_SURE_PAGE = 0.9
#: About so many lines of a page tell whether it shows Hangul.
_LOOKED_AT = 16


class ByLineEngine:
    """Engine of the plan `reader and tesseract`.

    `latin`: Tesseract for lines without Hangul; `tesseract`: Tesseract for pages without Hangul, and for single words
    with a confidence (0..1) under `below`.
    """

    name = "reader"

    def __init__(self, reader: ReaderEngine, latin: OcrEngine, tesseract: OcrEngine, below: float) -> None:
        self._reader, self._latin, self._tesseract, self._below = reader, latin, tesseract, below
        self.version = f"{reader.version} {latin.version}"

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when an engine fails."""
        gray = image.convert("L")
        lines = lines_of(gray)
        step = max(1, len(lines) // _LOOKED_AT)
        own: list[list[Word]] = [[] for _ in lines]
        own[::step] = self._reader.read_lines(lines[::step])
        found = None if _shows_hangul(own) else self._tesseract.read(image)
        if found is not None and sureness(found) >= _SURE_PAGE:
            return found
        others = [number for number in range(len(lines)) if number % step]
        for number, words in zip(others, self._reader.read_lines([lines[n] for n in others]), strict=True):
            own[number] = words
        if found is not None and sureness(found) >= sureness([word for words in own for word in words]):
            return found
        read = [
            self._latin_line(line, words) if _is_for_tesseract(line, words) else words
            for line, words in zip(lines, own, strict=True)
        ]
        words = in_reading_order([word for line in read for word in line], lambda word: word.box)
        unsure = [number for number, word in enumerate(words) if word.engine == self.name]
        checked = second_opinion([words[number] for number in unsure], self._tesseract, gray, self._below)
        for number, word in zip(unsure, checked, strict=True):
            words[number] = word
        return foreign_marked(words, dark_pixels(gray), self._reader.languages)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box: Hangul with the reader, else the surer reading. Raises OcrFailed."""
        found = self._reader.read_boxes(image, boxes)
        latin = [n for n, reading in enumerate(found) if reading is None or not any(map(is_hangul, reading.text))]
        for number, other in zip(latin, self._tesseract.read_boxes(image, [boxes[n] for n in latin]), strict=True):
            own = found[number]
            if other is not None and (own is None or other.confidence > own.confidence):
                found[number] = other
        return found

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line with the surer of both engines. Raises OcrFailed when one fails."""
        return max(self._reader.read_line(image), self._tesseract.read_line(image), key=sureness)

    def _latin_line(self, line: Line, own: Sequence[Word]) -> list[Word]:
        """Read a line with Tesseract; return the surer reading, with the other one's texts beside it."""
        crop = Image.fromarray(line.crop)
        dark = line.crop <= line.level
        found = [word for word in fit_line(tidy_line(self._latin.read_line(crop)), dark) if not is_dirt(word)]
        found = [replace(word, box=_placed(word.box, line)) for word in found]
        if not found or sureness(found) < sureness(own) - _LESS_SURE:
            return list(own)
        return [_with_other(word, own) for word in found]


def _shows_hangul(lines: Sequence[Sequence[Word]]) -> bool:
    """Return whether a page, of which some lines were read, shows Hangul."""
    letters = [(char, word.confidence) for line in lines for word in line for char in word.text if char.isalpha()]
    hangul = sum(confidence for char, confidence in letters if is_hangul(char))
    return hangul > _SHOWS_HANGUL * sum(confidence for _, confidence in letters)


def _is_for_tesseract(line: Line, words: Sequence[Word]) -> bool:
    """Return whether a line is one row in Latin letters that the reader is not sure of."""
    chars = [char for word in words for char in word.text]
    latin = any(char.isalpha() for char in chars) and not any(map(is_hangul, chars))
    return latin and len(line.pieces) == 1 and min(word.confidence for word in words) < _SURE


def _placed(box: Box, line: Line) -> Box:
    (piece,) = line.pieces
    return Box(box.x0 + piece.x0, box.y0 + piece.y0, box.x1 + piece.x0, box.y1 + piece.y0)


def _with_other(word: Word, own: Sequence[Word]) -> Word:
    """Return a word with the reader's reading of the same box, if that differs."""
    for each in own:
        if each.text != word.text and iou(each.box, word.box) >= _SAME_BOX:
            return replace(word, other=Reading(each.text, each.confidence, each.engine))
    return word
