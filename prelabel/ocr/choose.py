"""Which engine reads what: the first engine the page, the second one again the words that the first was unsure of.

Written in settings as a person says it: `tesseract`, `easyocr`, `tesseract then easyocr below 60`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from prelabel.errors import SettingError
from prelabel.ocr.engine import OcrEngine
from prelabel.page import Reading, Word

#: Engines by the names that settings give them. `tesseract`: in process through tesserocr where its wheel is
#: installed, else the program; `pytesseract`: always the program.
ENGINES = ("tesseract", "pytesseract", "easyocr", "rapidocr")

#: Confidence in percent under which a word is read again, where the setting does not say.
DEFAULT_BELOW = 60.0

_PLAN = re.compile(r"(?P<first>\w+)(?:\s+then\s+(?P<second>\w+)(?:\s+below\s+(?P<below>\d+(?:\.\d+)?))?)?")


@dataclass(frozen=True, slots=True)
class Plan:
    """`second` reads again the words under the confidence `below` (0..100); empty: nobody does."""

    first: str
    second: str = ""
    below: float = DEFAULT_BELOW

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Raises SettingError with the form that is wanted."""
        match = _PLAN.fullmatch(text.strip().lower())
        names = [name for name in (match["first"], match["second"]) if name] if match else []
        if match is None or any(name not in ENGINES for name in names) or len(names) != len(set(names)):
            raise SettingError(
                f"OCR={text}: write an engine, or `ENGINE then ENGINE below 60`; engines are {', '.join(ENGINES)}"
            )
        below = float(match["below"] or DEFAULT_BELOW)
        if below > 100:
            raise SettingError(f"OCR={text}: a confidence is 0 to 100")
        return cls(match["first"], match["second"] or "", below)

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that this plan needs."""
        return (self.first, self.second) if self.second else (self.first,)


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan with its engines loaded."""

    first: OcrEngine
    second: OcrEngine | None = None
    below: float = DEFAULT_BELOW

    def read(self, image: Image.Image) -> list[Word]:
        """Words of one upright page (mode L or RGB): of two readings the surer one is kept, the other noted beside it.

        A page on which the first engine finds nothing is given to the second before it counts as blank.
        """
        words = self.first.read(image)
        if self.second is None:
            return words
        return second_opinion(words, self.second, image, self.below / 100) if words else self.second.read(image)


def second_opinion(words: Sequence[Word], engine: OcrEngine, image: Image.Image, below: float) -> list[Word]:
    """The words, those with a confidence (0..1) under `below` read again by `engine`, as one batch."""
    doubtful = [number for number, word in enumerate(words) if word.confidence < below]
    if not doubtful:
        return list(words)
    read = dict(zip(doubtful, engine.read_boxes(image, [words[i].box for i in doubtful]), strict=True))
    return [_surer(word, read.get(number)) for number, word in enumerate(words)]


def _surer(word: Word, reading: Reading | None) -> Word:
    if reading is None or not reading.text:
        return word
    if reading.confidence <= word.confidence:
        return replace(word, other=reading)
    own = Reading(word.text, word.confidence, word.engine)
    return Word(reading.text, word.box, reading.confidence, reading.engine, own)
