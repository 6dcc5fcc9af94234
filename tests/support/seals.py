"""Seals and stamps in colour, drawn over a page as they are pressed: darker ink wins."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFont

from tests.support.ocr_pages import FONT

Rgb = tuple[int, int, int]
WHITE: Rgb = (255, 255, 255)
RED, VIOLET, BLUE = (210, 30, 30), (150, 40, 160), (30, 60, 200)


def seal(kind: str, colour: Rgb, size: int, degrees: float = 0.0) -> Image.Image:
    """Draw a seal of `size` pixels on white: ring, oval with a name, square, filled square, or date stamp."""
    image = Image.new("RGB", (size + 20, size + 20), WHITE)
    draw, middle, line = ImageDraw.Draw(image), size / 2 + 10, max(2, size // 26)
    bold = FONT.replace(".ttf", "Bold.ttf")

    def write(text: str, y: float, share: float, fill: Rgb = colour) -> None:
        font = ImageFont.truetype(bold, round(share * size))
        draw.text((middle, 10 + y * size), text, font=font, fill=fill, anchor="mm")

    if kind in {"square", "filled"}:
        fill = colour if kind == "filled" else None
        draw.rectangle((10, 10, 10 + size, 10 + size), outline=colour, width=line, fill=fill)
        write("김민", 0.29, 0.38, WHITE if fill else colour)
        write("수인", 0.71, 0.38, WHITE if fill else colour)
    else:
        squeezed = 0.12 * size if kind == "oval" else 0.0
        draw.ellipse((10, 10 + squeezed, 10 + size, 10 + size - squeezed), outline=colour, width=line)
        if kind == "oval":
            write("김인", 0.5, 0.32)
        elif kind == "date":
            write("접수", 0.22, 0.16)
            write("24.03.05", 0.5, 0.16)
            write("총무과", 0.78, 0.16)
            for y in (0.36, 0.64):
                draw.line((12 + 0.04 * size, 10 + y * size, 8 + 0.96 * size, 10 + y * size), fill=colour, width=line)
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def pressed(page: Image.Image, stamp: Image.Image, x: int, y: int) -> Image.Image:
    """Press a seal with its middle at (x, y) on a page; return it in mode RGB."""
    layer = Image.new("RGB", page.size, WHITE)
    layer.paste(stamp, (x - stamp.width // 2, y - stamp.height // 2))
    return ImageChops.multiply(page.convert("RGB"), layer)
