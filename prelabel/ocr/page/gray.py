"""The gray page that all later steps see, made from a page in colour."""

from __future__ import annotations

from PIL import Image


def gray_page(shown: Image.Image) -> Image.Image:
    """Return a page (mode L, RGB or RGBX) in mode L; the same image if it is gray."""
    return shown if shown.mode == "L" else shown.convert("L")
