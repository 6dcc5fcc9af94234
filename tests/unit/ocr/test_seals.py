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


def with_filled(*lines: str, width: int, height: int = 48, px: int, colour: Rgb = RED, radius: int = 0) -> Image.Image:
    """Draw a filled rectangle behind the end of the second line of print, with white lines in it."""
    page = printed(KOREAN).image.convert("RGB")
    draw, x, y = ImageDraw.Draw(page), 600, 195
    draw.rounded_rectangle((x - width / 2, y - height / 2, x + width / 2, y + height / 2), radius, fill=colour)
    font = ImageFont.truetype(FONT.replace(".ttf", "Bold.ttf"), px)
    for row, line in enumerate(lines):
        draw.text((x, y + (row - (len(lines) - 1) / 2) * 1.15 * px), line, font=font, fill="white", anchor="mm")
    return page


@pytest.mark.parametrize(
    "page",
    [
        with_filled("박지", "훈인", width=48, px=15),
        with_filled("김민", "수인", width=44, height=44, px=17, colour=BLUE),
        with_filled("최영", "호인", width=56, height=56, px=20, colour=VIOLET, radius=9),
        with_filled("나래", "공간", width=52, height=56, px=19),
        with_filled("이서", "연인", width=56, height=52, px=20, colour=BLUE, radius=4),
    ],
)
def test_a_small_filled_seal_behind_print_goes(page: Image.Image) -> None:
    assert np.asarray(gray_page(page))[165:225, 565:635].min() > 220


def with_tick() -> Image.Image:
    page = with_filled(width=48, px=20, colour=BLUE)
    ImageDraw.Draw(page).line([(586, 195), (596, 206), (614, 184)], fill="white", width=5)
    return page


def moved_before_print(page: Image.Image) -> Image.Image:
    """Move what lies behind the second line to where nothing is printed before it."""
    moved = printed(KOREAN).image.convert("RGB")
    moved.paste(page.crop((570, 165, 630, 225)), (10, 165))
    return moved


@pytest.mark.parametrize(
    "page",
    [
        with_filled("1", width=48, px=34),
        with_filled("12", width=48, px=28, radius=24),
        with_filled("각", width=48, px=34),
        with_filled("NEW", width=84, px=30),
        with_filled("필수", width=56, px=24),
        with_filled("승인", width=80, px=28, colour=BLUE),
        with_tick(),
        moved_before_print(with_filled("나래", "공간", width=48, px=17)),
    ],
)
def test_chips_badges_ticks_and_logos_stay(page: Image.Image) -> None:
    assert np.array_equal(np.asarray(gray_page(page)), np.asarray(page.convert("L")))


def test_blue_ink_in_a_red_seal_stays() -> None:
    page = in_colour((20, 40, 180), "서명 김민수")

    after = np.asarray(gray_page(pressed(page, seal("ring", RED, 160), 200, 920)))

    assert (after[905:935, 130:290] < 100).any()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 40)])
def test_tiny_pages_keep_their_size(size: tuple[int, int]) -> None:
    assert gray_page(Image.new("RGB", size, RED)).size == size
