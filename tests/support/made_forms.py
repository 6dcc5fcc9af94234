"""Small printed forms of keys and values in several fonts, for tests of what is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw, ImageFont

from prelabel.lines import lines
from prelabel.page import Page

_FOLDER = "/usr/share/fonts/truetype/"
FONTS = {
    "gothic": _FOLDER + "nanum/NanumGothic.ttf",
    "myeongjo": _FOLDER + "nanum/NanumMyeongjo.ttf",
    "dejavu": _FOLDER + "dejavu/DejaVuSans.ttf",
    "liberation": _FOLDER + "liberation/LiberationSans-Regular.ttf",
    "mono": _FOLDER + "liberation/LiberationMono-Regular.ttf",
}


def form(
    rows: Iterable[tuple[str, str]], font: str = "gothic", *, dpi: int = 200, key_gray: int = 0, value_gray: int = 0
) -> Image.Image:
    """Draw an A5 page (mode L) of keys, always in a Korean font, and of values in `font`, one of FONTS."""
    image = Image.new("L", (round(5.83 * dpi), round(8.27 * dpi)), 255)
    pen, size = ImageDraw.Draw(image), round(11 * dpi / 72)
    keys, values = (ImageFont.truetype(FONTS[name], size) for name in ("gothic", font))
    for number, (key, value) in enumerate(rows):
        y = (0.6 + 0.4 * number) * dpi
        pen.text((0.5 * dpi, y), key, font=keys, fill=key_gray)
        pen.text((2.4 * dpi, y), value, font=values, fill=value_gray)
    return image


def row_texts(page: Page) -> list[str]:
    """Return the text of each row of words."""
    words: Sequence[str] = [word.text for word in page.words]
    return [" ".join(words[index] for index in row) for row in lines([word.box for word in page.words])]
