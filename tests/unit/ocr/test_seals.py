"""Coloured seals are dropped from the gray page; print in colour, tables, headings and logos stay."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.decode import decode_page
from prelabel.ocr.page.gray import gray_page
from tests.support.ocr_pages import FONT, KOREAN, encoded, printed
from tests.support.seals import BLUE, RED, VIOLET, Rgb, pressed, seal

COLOURS = {"red": RED, "violet": VIOLET, "blue": BLUE, "pale": (240, 110, 110)}


@pytest.mark.parametrize("kind", ["ring", "oval", "square", "filled", "date"])
@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("dpi", [100, 200, 300])
def test_a_seal_goes_and_the_print_under_it_stays(kind: str, colour: str, dpi: int) -> None:
    page = printed(KOREAN, dpi=dpi).image
    stamped = pressed(page, seal(kind, COLOURS[colour], round(0.7 * dpi)), round(1.2 * dpi), round(1.4 * dpi))

    after = np.asarray(gray_page(stamped), dtype=int)

    before = np.asarray(page, dtype=int)
    assert after[before == 0].max() < 60
    assert np.percentile(after[before == 255], 0.1) > 235, "nothing of the seal is left"


@pytest.mark.parametrize("degrees", [-20, -8, 8, 20, 40])
@pytest.mark.parametrize("kind", ["oval", "square"])
def test_a_tilted_seal_on_a_scan_goes(kind: str, degrees: float) -> None:
    page = printed(KOREAN, noise=5).image
    stamped = pressed(page, seal(kind, RED, 150, degrees), 700, 1100)

    after = np.asarray(gray_page(decode_page(encoded(stamped, "JPEG"), max_pixels=10**7)), dtype=int)

    assert np.percentile(after[1000:1200, 600:800], 1) > 200


def test_two_seals_side_by_side_go() -> None:
    page = printed(KOREAN).image
    stamped = pressed(pressed(page, seal("square", RED, 140), 300, 1200), seal("oval", RED, 130), 480, 1200)

    assert np.asarray(gray_page(stamped))[1100:1300].min() > 235


def in_colour(colour: Rgb, *lines: str, px: int = 31) -> Image.Image:
    page = printed(KOREAN).image.convert("RGB")
    for row, text in enumerate(lines):
        font = ImageFont.truetype(FONT, px)
        ImageDraw.Draw(page).text((100, 900 + 2 * px * row), text, font=font, fill=colour)
    return page


def with_table(colour: Rgb) -> Image.Image:
    page = in_colour(colour, "합계 -72,700", "공급가액 1,000")
    draw = ImageDraw.Draw(page)
    for row in range(880, 1100, 62):
        draw.line((80, row, 700, row), width=3, fill=colour)
    for column in (80, 260, 700):
        draw.line((column, 880, column, 1066), width=3, fill=colour)
    return page


def with_approval_box(colour: Rgb) -> Image.Image:
    """Draw an empty box, nearly square, under a small heading: a person signs in it."""
    page = in_colour(colour)
    draw = ImageDraw.Draw(page)
    draw.rectangle((800, 900, 1000, 1080), width=3, outline=colour)
    draw.text((860, 905), "담당", font=ImageFont.truetype(FONT, 31), fill=colour)
    return page


def with_logo() -> Image.Image:
    page = in_colour((15, 100, 105))
    ImageDraw.Draw(page).rectangle((60, 900, 180, 1020), fill=(15, 100, 105))
    return page


@pytest.mark.parametrize(
    "page",
    [
        *(in_colour(colour, "청구금액 -72,700원", "Total 1,250,000") for colour in COLOURS.values()),
        in_colour(RED, "견 적 서", px=90),
        in_colour(BLUE, "O", "인", px=31),
        *(with_table(colour) for colour in COLOURS.values()),
        with_approval_box(RED),
        with_logo(),
    ],
)
def test_print_in_colour_stays(page: Image.Image) -> None:
    assert np.array_equal(np.asarray(gray_page(page)), np.asarray(page.convert("L")))


def test_blue_ink_in_a_red_seal_stays() -> None:
    page = in_colour((20, 40, 180), "서명 김민수")

    after = np.asarray(gray_page(pressed(page, seal("ring", RED, 160), 200, 920)))

    assert (after[905:935, 130:290] < 100).any()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 40)])
def test_tiny_pages_keep_their_size(size: tuple[int, int]) -> None:
    assert gray_page(Image.new("RGB", size, RED)).size == size
