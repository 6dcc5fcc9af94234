"""Rendering of one PDF page to an image, gray or in colour."""

from __future__ import annotations

from math import ceil, isfinite
from typing import Any, Literal

from PIL import Image

from prelabel.errors import ImageTooLarge, ImageUnreadable
from prelabel.images.colours import LOOK, is_colorful

#: Colour of rendered pages; auto: gray where the page shows no colours.
Color = Literal["auto", "gray", "color"]

_POINTS_PER_INCH = 72


def size_px(page: Any, dpi: float, max_pixels: int) -> tuple[int, int]:
    """Return width and height of the image of a pypdfium2 page. Raises ImageUnreadable and ImageTooLarge."""
    sides = [side * dpi / _POINTS_PER_INCH for side in page.get_size()]
    if not min(sides) > 0:
        raise ImageUnreadable("a page of the PDF is cut to an area outside of it, and shows nothing: export it anew")
    if not all(map(isfinite, sides)) or ceil(sides[0]) * ceil(sides[1]) > max_pixels:
        raise ImageTooLarge(
            f"{sides[0]:.0f} x {sides[1]:.0f} pixels at {dpi:g} dpi, {max_pixels} allowed: "
            "lower PRELABEL_PDF_DPI, or raise PRELABEL_MAX_IMAGE_PIXELS"
        )
    return ceil(sides[0]), ceil(sides[1])


def render(page: Any, dpi: float, color: Color) -> Image.Image:
    """Render a pypdfium2 page: mode L where it shows no colours or gray is wanted, else RGBX."""
    from prelabel.pdf.sight.page_objects import page_objects

    scale = dpi / _POINTS_PER_INCH
    if not page_objects(page).pictures:
        if color == "auto":
            color = "color" if is_colorful(_in_color(page, scale / LOOK)) else "gray"
        if color == "gray":
            gray: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
            return gray
    # Always drawn in colour first: a picture costs twice as much in gray, and it would be unpacked a second time.
    shown = _in_color(page, scale)
    if color == "auto":
        color = "color" if is_colorful(shown.reduce(LOOK)) else "gray"
    return shown if color == "color" else shown.convert("L")


def _in_color(page: Any, scale: float) -> Image.Image:
    """Render in mode RGBX, the fastest one of PDFium."""
    shown: Image.Image = page.render(scale=scale, prefer_bgrx=True, rev_byteorder=True, may_draw_forms=False).to_pil()
    return shown
