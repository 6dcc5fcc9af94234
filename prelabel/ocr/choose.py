"""The OCR engines of a plan: the first reads the page, the second reads words with low confidence again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from prelabel.ocr.engine import OcrEngine
from prelabel.ocr.same_ink import once
from prelabel.ocr_plan import DEFAULT_BELOW
from prelabel.page import Reading, Word


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan with its engines, loaded."""

    first: OcrEngine
    second: OcrEngine | None = None
    below: float = DEFAULT_BELOW

    def read(self, image: Image.Image) -> list[Word]:
        """Read an upright page (mode L or RGB).

        Of two readings of a word the more confident one is kept, with the other beside it. When the first engine finds
        no words, the second reads the page. No two words share their ink.
        """
        words = once(self.first.read(image), image)
        if self.second is None:
            return words
        if not words:
            return once(self.second.read(image), image)
        return second_opinion(words, self.second, image, self.below / 100)


def second_opinion(words: Sequence[Word], engine: OcrEngine, image: Image.Image, below: float) -> list[Word]:
    """Read words with a confidence (0..1) under `below` again with `engine`, as one batch; return all words."""
    doubtful = [number for number, word in enumerate(words) if word.confidence < below]
    if not doubtful:
        return list(words)
    read = dict(zip(doubtful, engine.read_boxes(image, [words[i].box for i in doubtful]), strict=True))
    return [_more_confident(word, read.get(number)) for number, word in enumerate(words)]


def _more_confident(word: Word, reading: Reading | None) -> Word:
    if reading is None or not reading.text:
        return word
    if reading.confidence <= word.confidence:
        return replace(word, other=reading)
    own = Reading(word.text, word.confidence, word.engine)
    return Word(reading.text, word.box, reading.confidence, reading.engine, own)
