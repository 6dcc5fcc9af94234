"""Modes of Tesseract, and the interface of a Tesseract that is loaded in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PIL import Image

from prelabel.page import Box, Word

#: Tesseract's page segmentation modes. PAGE: one column of text of various sizes, which loses fewer fields of forms
#: than the default; LINE: one line; WORD: one word.
PAGE, LINE, WORD = 4, 7, 8

#: (image of mode L, language codes, mode) -> raw words by line, boxes in pixels of the image.
Recognise = Callable[[Image.Image, tuple[str, ...], int], list[list[Word]]]


class Tesseract(Protocol):
    """Tesseract with its models loaded, where a call costs little more than its work."""

    def recognise(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        """Read the raw words of a mode L image by line, boxes in its pixels."""

    def layout(self, image: Image.Image, languages: tuple[str, ...]) -> list[list[Box]]:
        """Find the boxes of the words of a mode L image by line, before any is read; without pictures and ruled lines.

        If the same image is recognised next in the same languages (mode PAGE), it is not laid out a second time.
        """
