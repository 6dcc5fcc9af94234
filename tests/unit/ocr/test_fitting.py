"""Word boxes fitted to the ink of their words."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from prelabel.geometry import union
from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.fitting import fit_line
from prelabel.page import Box, Word
from tests.support.ocr_pages import printed

LINE = "Hall Illinois 11 견적서 기기"


def ink_box(page: Image.Image, near: Box) -> Box:
    """Return the box of the black pixels in a loose box."""
    x, y = int(near.x0) - 2, int(near.y0) - 2
    rows, columns = np.nonzero(dark_pixels(page)[y : int(near.y1) + 2, x : int(near.x1) + 2])
    return Box(x + columns.min(), y + rows.min(), x + columns.max() + 1, y + rows.max() + 1)


def assert_near(box: Box, truth: Box, px: float = 1.0) -> None:
    found, wanted = ((b.x0, b.y0, b.x1, b.y1) for b in (box, truth))
    assert found == pytest.approx(wanted, abs=px)


@pytest.mark.parametrize(("left", "right"), [(0, 0), (-5, 5), (3, -3), (-5, -3)])
def test_boxes_come_to_the_ink(left: int, right: int) -> None:
    page = printed([LINE])
    loose = [Word(text, Box(b.x0 + left, b.y0 - 5, b.x1 + right, b.y1 + 5)) for text, b in page.words]
    fitted = fit_line(loose, dark_pixels(page.image))

    assert [word.text for word in fitted] == LINE.split()
    for word, (_, box) in zip(fitted, page.words, strict=True):
        assert_near(word.box, ink_box(page.image, box))


def test_a_letter_cut_in_half_is_taken_in() -> None:
    page = printed(["견적서"])
    truth = ink_box(page.image, page.words[0][1])
    half = Box(truth.x0, truth.y0, truth.x1 - 9, truth.y1)
    (fitted,) = fit_line([Word("견적서", half)], dark_pixels(page.image))

    assert_near(fitted.box, truth)


def test_a_first_word_as_long_as_its_line_ends_before_the_next() -> None:
    page = printed(["Invoice Number 20417"])
    _, *rest = page.words
    whole = Word("Invoice", union(box for _, box in page.words))
    fitted = fit_line([whole, *(Word(text, box) for text, box in rest)], dark_pixels(page.image))

    for word, (_, box) in zip(fitted, page.words, strict=True):
        assert_near(word.box, ink_box(page.image, box))


def test_a_word_that_stands_behind_the_next_keeps_its_place() -> None:
    page = printed(["Invoice Number 20417"])
    backwards = page.words[::-1]
    fitted = fit_line([Word(text, box) for text, box in backwards], dark_pixels(page.image))

    for word, (_, box) in zip(fitted, backwards, strict=True):
        assert_near(word.box, ink_box(page.image, box))


def test_ruled_lines_are_left_out() -> None:
    page = printed(["Amount"])
    truth = ink_box(page.image, page.words[0][1])
    draw = ImageDraw.Draw(page.image)
    left, under = int(truth.x0) - 8, int(truth.y1) + 3
    draw.line((left, 0, left, page.image.height), fill=0, width=2)
    draw.line((0, under, page.image.width, under), fill=0, width=2)
    loose = Box(left - 2, truth.y0 - 4, truth.x1 + 4, under + 3)
    (fitted,) = fit_line([Word("Amount", loose)], dark_pixels(page.image))

    assert_near(fitted.box, truth, px=1.5)


@pytest.mark.parametrize(
    "box", [Box(-50, -50, -10, -10), Box(900, 10, 950, 30), Box(5, 900, 50, 950), Box(20, 20, 60, 40), Box(3, 3, 3, 3)]
)
def test_a_box_without_ink_stays(box: Box) -> None:
    assert fit_line([Word("x", box)], np.zeros((100, 100), dtype=bool)) == [Word("x", box)]


def test_nothing_to_fit() -> None:
    assert fit_line([], np.zeros((1, 1), dtype=bool)) == []
    assert fit_line([Word("x", Box(0, 0, 1, 1))], np.ones((1, 1), dtype=bool))[0].box == Box(0, 0, 1, 1)
