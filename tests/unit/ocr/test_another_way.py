"""Pages with ink, on which hardly a word is read: looked at in other ways, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from prelabel.images.ink import is_blank
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.another_way import has_print
from prelabel.ocr.page.gray import gray_page
from prelabel.ocr.reading import read_image
from prelabel.ocr.remarks import INK_WITHOUT_WORDS
from prelabel.page import Box, Reading, Word
from tests.support.ocr_pages import KOREAN, printed


def scribbles() -> Image.Image:
    page, rng = Image.new("L", (1166, 1654), 255), np.random.default_rng(2)
    for x, y in rng.integers(100, 1000, (6, 2)):
        line = [(float(x + dx), float(y + dy)) for dx, dy in rng.normal(0, 40, (30, 2))]
        ImageDraw.Draw(page).line(line, fill=0, width=3)
    return page


def ruled() -> Image.Image:
    page = Image.new("L", (1166, 1654), 255)
    for y in range(100, 1600, 60):
        ImageDraw.Draw(page).line((100, y, 1060, y), fill=0, width=2)
    return page


def grain(spread: float) -> Image.Image:
    shade = np.linspace(255, 205, 800)[np.newaxis]
    noise = np.random.default_rng(1).normal(0, spread, (1100, 800))
    return Image.fromarray((shade + noise).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("page", [scribbles(), printed().image, printed(noise=14).image, printed(dpi=100).image])
def test_letters_and_scribbles_look_like_print(page: Image.Image) -> None:
    assert has_print(page)
    assert has_print(ImageOps.invert(page))


@pytest.mark.parametrize(
    "page", [ruled(), *map(grain, (1, 2, 5, 8, 14, 20)), *(Image.new("L", (600, 400), gray) for gray in (0, 255))]
)
def test_rules_grain_and_shade_do_not(page: Image.Image) -> None:
    assert not has_print(page)


@dataclass
class BlindEngine:
    """An engine that reads a page only when the middle of it is mostly light."""

    name: str = "blind"
    version: str = "1"
    light: int = 256

    def read(self, image: Image.Image) -> list[Word]:
        seen = np.asarray(image).mean() >= self.light
        return [Word("Invoice", Box(10, 10, 90, 30), 0.95)] if seen else []

    def read_line(self, image: Image.Image) -> list[Word]:
        return self.read(image)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        return [None for _ in boxes]


def test_ink_without_words_is_told() -> None:
    page = read_image(scribbles(), Choice(BlindEngine()))

    assert not page.words
    assert [remark.code for remark in page.remarks] == [INK_WITHOUT_WORDS]


@pytest.mark.parametrize("page", [ruled(), Image.new("L", (600, 400), 255), grain(8)])
def test_pages_without_print_are_not_told(page: Image.Image) -> None:
    assert not read_image(page, Choice(BlindEngine())).remarks


def test_a_page_that_was_read_is_not_told() -> None:
    assert not read_image(scribbles(), Choice(BlindEngine(light=0))).remarks


@pytest.mark.parametrize("gray", [225, 235, 240, 245])
@pytest.mark.parametrize("dpi", [100, 200])
def test_faint_pages_are_not_blank(gray: int, dpi: int) -> None:
    page = printed(KOREAN, dpi=dpi).image.point(lambda level: gray + level * (255 - gray) // 255)

    assert not is_blank(page)


def test_white_letters_on_a_light_tone_are_not_blank() -> None:
    assert not is_blank(ImageOps.invert(printed(KOREAN).image).point(lambda level: 230 + level * 25 // 255))


def test_colours_of_one_brightness_are_told_apart() -> None:
    ink = ImageOps.invert(printed(KOREAN).image)
    page = Image.composite(Image.new("RGB", ink.size, (60, 215, 70)), Image.new("RGB", ink.size, (230, 120, 120)), ink)

    assert is_blank(page.convert("L"))
    assert has_print(gray_page(page))


def test_blurred_shapes_have_no_word() -> None:
    page = printed().image.filter(ImageFilter.GaussianBlur(12))

    assert [remark.code for remark in read_image(page, Choice(BlindEngine())).remarks] == [INK_WITHOUT_WORDS]
