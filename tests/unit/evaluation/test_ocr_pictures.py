"""Pictures of the OCR errors of a page: every word in the colour of its result."""

from __future__ import annotations

import pytest
from PIL import Image

from prelabel.evaluation.ocr import match_words
from prelabel.evaluation.ocr_pictures import MISREAD, MISSED, RIGHT, WRONGLY_FOUND, draw_errors
from prelabel.page import Box, Word

SIZE = (800, 1000)
TRUTH = [
    Word("right", Box(100, 100, 200, 130)),
    Word("misread", Box(300, 100, 400, 130)),
    Word("missed", Box(500, 100, 600, 130)),
]
FOUND = [
    Word("right", Box(100, 100, 200, 130)),
    Word("묘사", Box(300, 100, 400, 130)),
    Word("wrong", Box(100, 600, 200, 630)),
]


@pytest.mark.parametrize(
    ("place", "colour"),
    [((150, 130), RIGHT), ((350, 130), MISREAD), ((550, 130), MISSED), ((150, 630), WRONGLY_FOUND)],
)
def test_a_small_page_is_drawn_larger_with_every_word_in_its_colour(
    place: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    picture = draw_errors(Image.new("L", SIZE, 255), match_words(TRUTH, FOUND))
    assert picture.width == 1600
    assert picture.height > 2000  # the legend has a strip of its own
    assert picture.getpixel((2 * place[0], 2 * place[1])) == colour


def test_what_was_read_stands_above_a_misread_word_inside_the_page() -> None:
    blank = Image.new("L", (2000, 2000), 255)
    truth = [Word("a", Box(10, 0, 60, 20))]  # at the upper edge
    picture = draw_errors(blank, match_words(truth, [Word("묘사", Box(10, 0, 60, 20))]))
    letters = picture.crop((12, 4, 58, 14)).getcolors(2**12) or []
    assert any(colour == MISREAD for _, colour in letters)


def test_a_strip_of_paper_is_enlarged_no_further_than_four_times() -> None:
    word = [Word("a", Box(2, 2, 9, 18))]
    lines = [Word("b\nc", Box(2, 2, 9, 18))]
    assert draw_errors(Image.new("L", (10, 3000), 255), match_words(word, lines)).width == 40


def test_a_blank_page_and_one_without_errors() -> None:
    image = Image.new("RGB", SIZE, "white")
    assert draw_errors(image, match_words([], [])).getcolors(2**16)
    assert draw_errors(image, match_words(TRUTH, TRUTH)).getpixel((300, 260)) == RIGHT
    assert image.getcolors() == [(SIZE[0] * SIZE[1], (255, 255, 255))]
