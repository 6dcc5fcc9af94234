"""Skew of a page: measured within a fraction of a degree, and zero where no lines can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from prelabel.images.ink import Sketch, sketch
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.orientation import MAYBE_SIDEWAYS, SEEMS_SIDEWAYS, turned, uprightness
from prelabel.ocr.page.scaling import letter_height_px
from prelabel.ocr.page.skew import level_sketch, levelled, skew_degrees
from tests.support.ocr_pages import ENGLISH, KOREAN, printed, tilted

LANGUAGES = {"english": ENGLISH, "korean": KOREAN}
SKEWS = (-10.0, -4.3, -1.5, 1.5, 4.3, 10.0)
#: Tilts of photographs, and of pages that were laid askew: the first is the end of what scans have.
TILTS = (12.0, 15.0, 22.0, 30.0, 38.0, 44.0, -13.0, -25.0, -40.0)


def with_rules(page: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for x in range(60, page.width, 150):
        draw.line((x, 60, x, page.height - 60), fill=0, width=3)
    for y in range(72, page.height, 80):
        draw.line((60, y, page.width - 60, y), fill=0, width=3)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dpi", [75, 150, 300])
@pytest.mark.parametrize("quarters", [0, 1])
def test_the_angle_of_lines(language: str, dpi: int, quarters: int) -> None:
    page = turned(printed(LANGUAGES[language], dpi=dpi).image, quarters)

    assert [skew_degrees(sketch(tilted(page, degrees))) for degrees in SKEWS] == pytest.approx(SKEWS, abs=0.25)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dpi", [75, 150, 300])
@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_of_pages_laid_askew(language: str, dpi: int, quarters: int) -> None:
    page = turned(printed(LANGUAGES[language], dpi=dpi).image, quarters)

    assert [skew_degrees(sketch(tilted(page, degrees))) for degrees in TILTS] == pytest.approx(TILTS, abs=0.25)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_tables_grain_and_two_lines_laid_askew(language: str) -> None:
    lines = LANGUAGES[language]
    pages = with_rules(printed(lines).image), printed(lines, noise=14).image, printed(lines[:2]).image

    for page in pages:
        found = [skew_degrees(sketch(cleaned(tilted(page, degrees)))) for degrees in TILTS]
        assert found == pytest.approx(TILTS, abs=0.3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_tables_of_grain_and_of_three_lines(language: str) -> None:
    lines = LANGUAGES[language]
    pages = with_rules(printed(lines).image), printed(lines, noise=14).image, printed(lines[:3]).image

    for page in pages:
        found = [skew_degrees(sketch(tilted(page, degrees))) for degrees in SKEWS]
        assert found == pytest.approx(SKEWS, abs=0.3)


def test_light_letters_on_dark_paper() -> None:
    page = tilted(printed().image, 5).point(lambda value: 255 - value)

    assert skew_degrees(sketch(page)) == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("degrees", [0, 0.3, -0.6])
def test_what_tesseract_reads_as_well_is_left_alone(degrees: float) -> None:
    assert skew_degrees(sketch(tilted(printed().image, degrees))) == 0


def test_the_straight_edge_of_a_scan_does_not_count() -> None:
    page = tilted(printed().image, 3)
    page.paste(0, (0, page.height - 20, page.width, page.height - 14))

    assert skew_degrees(sketch(page)) == pytest.approx(3, abs=0.2)


def test_nothing_to_go_by() -> None:
    dust = np.random.default_rng(1).random((1100, 800))

    assert skew_degrees(sketch(Image.new("L", (800, 1100), 255))) == 0
    assert skew_degrees(sketch(tilted(printed(("Page",)).image, 6))) == 0
    for share in (0.0001, 0.001, 0.02, 0.3):
        assert skew_degrees(Sketch(dust < share, 1)) == 0


@pytest.mark.parametrize("degrees", [-9.0, 6.0])
@pytest.mark.parametrize("quarters", [0, 1])
def test_a_levelled_sketch_shows_the_page_as_if_it_lay_straight(degrees: float, quarters: int) -> None:
    straight = sketch(turned(printed().image, quarters))

    level = level_sketch(sketch(tilted(turned(printed().image, quarters), degrees)), degrees)

    assert uprightness(level) > MAYBE_SIDEWAYS if quarters == 0 else uprightness(level) < SEEMS_SIDEWAYS
    if quarters == 0:
        assert letter_height_px(level) == pytest.approx(letter_height_px(straight), abs=2)


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.0])
def test_levelled_and_scaled_at_once(factor: float) -> None:
    page = tilted(printed().image, 7)

    level = levelled(page, 7, factor)

    assert skew_degrees(sketch(level)) == 0
    assert level.width == pytest.approx(levelled(page, 7).width * factor, abs=1)
    assert letter_height_px(sketch(level)) == pytest.approx(letter_height_px(sketch(printed().image)) * factor, abs=3)


def test_new_corners_have_the_colour_of_the_paper() -> None:
    gray = printed().image.point(lambda value: 20 + value * 3 // 5)

    level = levelled(gray, 8)

    assert [level.getpixel((x, y)) for x in (0, level.width - 1) for y in (0, level.height - 1)] == [173] * 4
