"""The words that a page carries itself, judged. How PDFs are read and judged is in `text_layer`."""

from __future__ import annotations

from dataclasses import dataclass

from prelabel.page import Word

#: Who has read such words.
ENGINE = "text_layer"


@dataclass(frozen=True, slots=True)
class TextLayer:
    """`words` in the upright frame: the rendered page, turned clockwise by `quarters` x 90 degrees; in reading order.

    `flaw` says why they are not to be trusted; it is empty when they are.
    """

    words: tuple[Word, ...]
    quarters: int
    flaw: str

    @property
    def trusted(self) -> bool:
        return not self.flaw
