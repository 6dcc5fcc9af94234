"""The plan of the setting OCR: one engine for the page, and perhaps a second one for words with low confidence.

People write it as they say it: `tesseract`, `easyocr`, `tesseract then easyocr below 60`, `reader and tesseract`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from prelabel.environment.option_names import shown_value
from prelabel.errors import SettingError

#: Engines by the names that settings give them. `tesseract`: in process through tesserocr where its wheel is
#: installed, else the program; `pytesseract`: always the program; `reader`: the project's own network.
ENGINES = ("tesseract", "pytesseract", "reader", "easyocr", "rapidocr")
READER = "reader"
#: Engines that share the lines of a page with the reader.
_LINE_ENGINES = ("tesseract", "pytesseract")

#: Confidence in percent under which a word is read again, where the setting names none.
DEFAULT_BELOW = 60.0
#: The same where the reader and Tesseract share lines: of surer words the reader's reading is the better one.
BELOW_BY_LINE = 30.0

_PLAN = re.compile(r"(?P<first>\w+)(?:\s+(?P<how>then|and)\s+(?P<second>\w+)(?:\s+below\s+(?P<below>\d+(?:\.\d+)?))?)?")


@dataclass(frozen=True, slots=True)
class OcrPlan:
    """`second` reads words with a confidence under `below` (0..100) again; it is empty where no engine does.

    `by_line`: the reader and Tesseract share the lines of a page, and `first` is the reader. `text` is the setting as
    it was written.
    """

    first: str
    second: str = ""
    below: float = DEFAULT_BELOW
    by_line: bool = False
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> OcrPlan:
        """Read the setting. Raises SettingError, which shows the accepted form.

        >>> OcrPlan.parse("tesseract then easyocr below 70").engines
        ('tesseract', 'easyocr')
        """
        match = _PLAN.fullmatch(text.strip().lower())
        names = [name for name in (match["first"], match["second"]) if name] if match else []
        if match is None or any(name not in ENGINES for name in names) or len(names) != len(set(names)):
            raise SettingError(
                f"{shown_value('ocr', text)}: write an engine, `ENGINE then ENGINE below 60`, "
                f"or `reader and tesseract`; engines are {', '.join(ENGINES)}"
            )
        by_line = match["how"] == "and"
        if by_line:
            names.sort(key=lambda name: name != READER)
            if names[0] != READER or names[1] not in _LINE_ENGINES:
                raise SettingError(
                    f"{shown_value('ocr', text)}: only the reader and Tesseract share lines: `reader and tesseract`, "
                    "or `ENGINE then ENGINE below 60`"
                )
        below = float(match["below"] or (BELOW_BY_LINE if by_line else DEFAULT_BELOW))
        if below > 100:
            raise SettingError(f"{shown_value('ocr', text)}: a confidence is 0 to 100")
        return cls(names[0], names[1] if len(names) > 1 else "", below, by_line, text)

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines of this plan."""
        return (self.first, self.second) if self.second else (self.first,)

    def __str__(self) -> str:
        return self.text
