"""What the two ways of calling Tesseract have in common: its modes, and the one thing that they are asked for."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from prelabel.page import Word

#: Tesseract's page segmentation modes: one column of text of various sizes, which loses fewer fields of forms than
#: the default; one line; one word; one line without any layout.
PAGE, LINE, WORD, RAW_LINE = 4, 7, 8, 13

#: (image of mode L, language codes, mode) -> raw words by line, boxes in pixels of the image.
Recognise = Callable[[Image.Image, tuple[str, ...], int], list[list[Word]]]
