"""Pictures of the key-value errors of a page: colours of labels, true labels and links."""

from __future__ import annotations

import pytest
from PIL import Image

from prelabel.evaluation.kie import PageScores, Pairs
from prelabel.evaluation.kie_pictures import draw_key_value_errors
from prelabel.evaluation.ocr_pictures import MISSED, RIGHT, WRONGLY_FOUND
from prelabel.images.drawing import COLOURS, Rgb
from prelabel.page import Box, Entity, Page, Word, WordLabel

SIZE = (1600, 2000)
QUESTION, ANSWER = Box(100, 100, 200, 130), Box(400, 100, 500, 130)
LOWER = Box(100, 300, 200, 330), Box(400, 300, 500, 330)
ALONE = Box(900, 700, 1000, 730)

PAGE = Page(*SIZE, *SIZE, words=tuple(Word("상호", box) for box in (QUESTION, ANSWER, *LOWER, ALONE))).with_labels(
    tuple(WordLabel(label, 1.0) for label in ("QUESTION", "ANSWER", "OTHER", "ANSWER", "QUESTION")),
    (Entity("QUESTION", (0,)), Entity("ANSWER", (1,)), Entity("ANSWER", (3,)), Entity("QUESTION", (4,))),
)
PAIRS = Pairs(truth=((QUESTION, ANSWER), LOWER), found=((ALONE, LOWER[1]), (QUESTION, ANSWER)), matched=((0, 1),))
RESULT = PageScores("a", {}, PAGE, ("QUESTION", "ANSWER", "QUESTION", "ANSWER", "OTHER"), PAIRS)


def close(pixel: object, colour: Rgb) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 60 for a, b in zip(pixel, colour, strict=True))


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return draw_key_value_errors(Image.new("L", SIZE, 255), RESULT)


@pytest.mark.parametrize(
    ("place", "colour"),
    [
        ((300, 115), RIGHT),
        ((300, 315), MISSED),
        ((700, 515), WRONGLY_FOUND),
        ((200, 320), COLOURS["QUESTION"]),  # a question taken for text
        ((1000, 720), COLOURS["OTHER"]),  # text taken for a question
        ((450, 132), COLOURS["ANSWER"]),  # the frame of an entity
    ],
)
def test_links_and_wrong_labels_have_their_colours(picture: Image.Image, place: tuple[int, int], colour: Rgb) -> None:
    x, y = place
    near = [picture.getpixel((x + dx, y + dy)) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
    assert any(close(pixel, colour) for pixel in near)


def test_a_word_that_is_right_is_tinted_only(picture: Image.Image) -> None:
    assert picture.getpixel((450, 115)) == tuple(round(255 + (c - 255) * 60 / 255) for c in COLOURS["ANSWER"])
    assert picture.height > SIZE[1]  # the legend


def test_without_an_image_the_words_are_written() -> None:
    picture = draw_key_value_errors(None, RESULT)
    inked = picture.crop((405, 105, 495, 125)).getcolors(2**12) or []
    assert any(max(colour) < 120 for _, colour in inked if isinstance(colour, tuple))


def test_words_of_ocr_have_no_true_labels_and_a_page_may_be_empty() -> None:
    ocr = PageScores("a", {}, PAGE, None, PAIRS)
    assert draw_key_value_errors(None, ocr).getpixel((200, 320)) == (255, 255, 255)
    empty = PageScores("a", {}, Page(0, 0, 0, 0).with_labels((), ()))
    assert draw_key_value_errors(None, empty).getbbox()
