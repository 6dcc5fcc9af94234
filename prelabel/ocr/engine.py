"""Interface of the OCR engines: an upright image in, words with boxes and confidences out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PIL import Image

from prelabel.page import Box, Reading, Word


class OcrEngine(Protocol):
    """An engine, loaded once a process and used by one thread at a time.

    `name` is the word in settings (`tesseract`, `easyocr`, ...) and the provenance of each word; `version` is the
    engine's own. All methods raise OcrFailed when the engine crashes on this page.
    """

    name: str
    version: str

    def read(self, image: Image.Image) -> list[Word]:
        """Read one upright page (mode L or RGB): words in reading order, boxes in pixels of `image`, text NFC."""
        ...

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box, as a batch: the second opinion. Returns one result a box, None if illegible.

        The text is NFC, without white space at its ends.
        """
        ...

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line or word, with paper around it, more closely than `read` does."""
        ...
