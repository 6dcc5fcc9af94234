"""Light letters on tones turned into dark ones; the rest of a page stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.tones import lightened
from tests.support.ocr_pages import FONT, printed

Place = tuple[int, int, int, int]
HEAD: Place = (40, 800, 1100, 864)


def with_field(place: Place, *, ground: int, letters: int, paper: int = 255) -> Image.Image:
    page = printed().image.point(lambda level: level * paper // 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle(place, fill=ground)
    draw.text((place[0] + 40, place[1] + 16), "Total amount", font=ImageFont.truetype(FONT, 31), fill=letters)
    return page


@pytest.mark.parametrize(("ground", "paper"), [(30, 255), (90, 255), (150, 240), (60, 200)])
def test_light_letters_become_dark_ones_on_the_paper_of_the_page(ground: int, paper: int) -> None:
    page = with_field(HEAD, ground=ground, letters=255, paper=paper)

    after = np.asarray(lightened(page).crop(HEAD))

    assert np.median(after) == pytest.approx(paper, abs=2)
    assert after.min() < 30
    assert (after < 128).mean() < 0.1


def test_the_rest_of_the_page_stays_as_it_is() -> None:
    page = with_field(HEAD, ground=40, letters=255)

    after = lightened(page)

    assert np.array_equal(np.asarray(after)[:790], np.asarray(page)[:790])
    assert after.size == page.size


@pytest.mark.parametrize(
    "page",
    [
        printed().image,
        with_field(HEAD, ground=140, letters=0),
        with_field((500, 800, 530, 864), ground=40, letters=40),
        with_field((502, 801, 1003, 866), ground=40, letters=40),
        printed().image.point(lambda level: level // 3),
        Image.new("L", (600, 400), 255),
        Image.new("L", (1, 1), 200),
    ],
    ids=["no field", "dark letters on gray", "a small dark spot", "a block", "badly lit", "empty", "tiny"],
)
def test_pages_without_light_letters_are_left_alone(page: Image.Image) -> None:
    assert lightened(page) is page


def test_a_table_of_ruled_cells_is_no_field() -> None:
    page = printed().image
    draw = ImageDraw.Draw(page)
    for row in range(800, 1200, 60):
        draw.line((60, row, 1000, row), width=3, fill=0)
    for column in (60, 400, 1000):
        draw.line((column, 800, column, 1160), width=3, fill=0)

    assert lightened(page) is page


def test_a_page_of_dark_paper_comes_back_as_its_negative() -> None:
    page = printed().image

    assert np.array_equal(np.asarray(lightened(ImageOps.invert(page))), np.asarray(page))


@pytest.mark.parametrize("tone", [90, 110, 128, 140, 160, 171])
@pytest.mark.parametrize("dpi", [100, 200])
def test_white_letters_on_a_page_of_one_tone_become_dark(tone: int, dpi: int) -> None:
    page = printed(dpi=dpi).image
    white_on_tone = page.point([255 - level * (255 - tone) // 255 for level in range(256)])

    after = np.asarray(cleaned(white_on_tone))

    assert np.percentile(after, 50) == 255
    assert after[np.asarray(page) == 0].max() < 60


@pytest.mark.parametrize("tone", [110, 140, 160, 171, 200])
def test_white_letters_on_a_band_become_dark(tone: int) -> None:
    after = np.asarray(lightened(with_field(HEAD, ground=tone, letters=255)).crop(HEAD))

    assert np.median(after) == 255
    assert 0.005 < (after < 60).mean() < 0.05


def test_boxes_to_write_in_stay_white_and_their_print_black() -> None:
    page = with_field((40, 800, 1100, 1000), ground=110, letters=255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((80, 900, 500, 960), fill=255)
    draw.text((90, 910), "Kim Minsu", font=ImageFont.truetype(FONT, 31), fill=0)

    after = np.asarray(lightened(page))

    assert np.array_equal(after[905:955, 85:495], np.asarray(page)[905:955, 85:495])
    assert (after[810:870, 80:300] < 60).any()


@pytest.mark.parametrize("weight", ["Bold", ""])
def test_bold_print_is_no_field(weight: str) -> None:
    page = printed().image
    font = ImageFont.truetype(FONT.replace(".ttf", f"{weight}.ttf"), 120)
    ImageDraw.Draw(page).text((60, 900), "NOTE D 가나", font=font, fill=0)

    assert lightened(page) is page
