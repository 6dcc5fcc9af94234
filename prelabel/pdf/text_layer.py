"""Text layer: the words that a PDF page carries itself, and whether they can be trusted (`text_layer_check`)."""

from __future__ import annotations

from dataclasses import dataclass

from prelabel.page import Box, Word

#: The engine that these words name.
ENGINE = "text_layer"


@dataclass(frozen=True, slots=True)
class TextLayer:
    """Words of a PDF page in reading order, and the result of their check.

    `words` are in the upright frame: the rendered page, turned clockwise by `quarters` x 90 degrees. `flaw`: the reason
    not to trust them, empty for words that can be trusted. `unread`: places in the upright frame where the page shows
    other writing than its text says, for OCR to read.
    """

    words: tuple[Word, ...]
    quarters: int
    flaw: str
    unread: tuple[Box, ...] = ()

    @property
    def trusted(self) -> bool:
        return not self.flaw
