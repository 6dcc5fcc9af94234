"""Pale print beside black print becomes as dark; lines, shades and ordinary print stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import threshold
from prelabel.ocr.page.cleaning import cleaned
from tests.support.ocr_pages import FONT, KOREAN, printed

PLACE = (60, 900, 600, 960)


def with_pale_print(gray: int, *, dpi: int = 200, text: str = "Phone: 전화번호") -> Image.Image:
    page = printed(KOREAN, dpi=dpi).image
    font = ImageFont.truetype(FONT, round(11 * dpi / 72))
    ImageDraw.Draw(page).text((0.4 * dpi, 4.6 * dpi), text, font=font, fill=gray)
    return page


@pytest.mark.parametrize("gray", [150, 160, 170, 190, 200, 210, 215])
@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_pale_print_becomes_ink(gray: int, dpi: int) -> None:
    page = with_pale_print(gray, dpi=dpi)
    pale = (slice(round(4.5 * dpi), round(5 * dpi)), slice(0, page.width))
    cores = np.asarray(page)[pale] <= gray + 3

    after = np.asarray(cleaned(page))

    assert (after[pale][cores] < threshold(page)).mean() > 0.95
    assert np.array_equal(after[: round(4.4 * dpi)], np.asarray(page)[: round(4.4 * dpi)])


def test_a_page_of_pale_print_alone_is_left_alone() -> None:
    page = printed(KOREAN).image.point(lambda level: 205 + level * 50 // 255)

    assert cleaned(page) is page


def test_pale_rules_and_shades_stay_pale() -> None:
    page = printed(KOREAN).image
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 900, 1000, 1000), fill=225)
    for row in range(1100, 1500, 60):
        draw.line((60, row, 1000, row), width=2, fill=200)

    assert cleaned(page) is page


def test_specks_stay_pale() -> None:
    page = printed(KOREAN).image
    for x in range(60, 1000, 90):
        page.paste(200, (x, 1000 + x // 7, x + 4, 1004 + x // 7))

    assert cleaned(page) is page
