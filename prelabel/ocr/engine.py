"""The interface of every OCR engine: an upright image in, words with boxes and confidences out."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from prelabel.page import Word


class OcrEngine(Protocol):
    """An engine is loaded once a process and used by one thread at a time.

    `name` is the word in settings (`tesseract`, `tesserocr`, `easyocr`); `version` is the engine's own.
    """

    name: str
    version: str

    def read(self, image: Image.Image) -> list[Word]:
        """Read one upright page (mode L or RGB). Boxes are pixels of `image`, in reading order, text NFC.

        Raises OcrFailed when the engine crashes on this page.
        """
        ...
