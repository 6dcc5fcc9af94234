"""Ruled lines, distinguished from letters and dark areas."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from prelabel.images.ink import Dark, dark_pixels
from prelabel.ocr.tesseract.ruled_lines import without_ruled_lines
from tests.support.ocr_pages import ENGLISH, KOREAN, printed

LETTER_PX = 17


@pytest.mark.parametrize("lines", [ENGLISH, KOREAN])
def test_a_page_without_rules_is_untouched(lines: tuple[str, ...]) -> None:
    dark = dark_pixels(printed(lines).image)

    assert np.array_equal(without_ruled_lines(dark, LETTER_PX), dark)


def test_rules_vanish_letters_and_dark_areas_stay() -> None:
    page = printed().image
    letters = dark_pixels(page)
    draw = ImageDraw.Draw(page)
    draw.rectangle((100, 1000, 500, 1080), fill=0)
    solid = dark_pixels(page)
    draw.line((40, 780, page.width - 40, 780), fill=0, width=3)
    draw.line((60, 60, 60, page.height - 60), fill=0, width=3)
    left = without_ruled_lines(dark_pixels(page), LETTER_PX)

    assert not left[775:786].any()
    assert not left[:, 57:64].any()
    assert left[letters & solid].all()
    assert left[1010:1070, 110:490].all()
    assert not (left & ~solid).any()


@pytest.mark.parametrize("dark", [np.zeros((0, 0)), np.zeros((5, 0)), np.ones((1, 1)), np.zeros((1, 40))])
def test_tiny_pages(dark: Dark) -> None:
    assert np.array_equal(without_ruled_lines(dark.astype(bool), LETTER_PX), dark.astype(bool))
