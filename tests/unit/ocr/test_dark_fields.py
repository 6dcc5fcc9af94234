"""Dark fields turned into light ones; the rest of a page stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from prelabel.ocr.page.dark_fields import lightened
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
