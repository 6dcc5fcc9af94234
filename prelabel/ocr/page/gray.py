"""The gray page that all later steps see, made from a page in colour."""

from __future__ import annotations

from PIL import Image

from prelabel.ocr.page.seals import without_seals


def gray_page(shown: Image.Image) -> Image.Image:
    """Return a page (mode L, RGB or RGBX) in mode L, without its coloured seals; the same image if it is gray."""
    return shown if shown.mode == "L" else without_seals(shown, shown.convert("L"))
