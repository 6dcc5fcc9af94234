"""Masks found by their ink, with a reader that answers for what stands beside them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.masks.reading import with_masks
from prelabel.page import Box, Word
from tests.support.ocr_pages import FONT

KEY = Word("Card", Box(40, 40, 96, 64), 0.96, "t")


def drawn(text: str) -> Image.Image:
    image = Image.new("L", (700, 120), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 30)
    pen.text((40, 38), "Card", font=font, fill=0)
    pen.text((200, 38), text, font=font, fill=0)
    return image


def read_again(text: str, *words: Word, answer: str = "3762", confidence: float = 0.9) -> list[Word]:
    """Read a row with a mask; everything beside the mask reads as `answer`."""
    image = drawn(text)

    def read_line(line: Image.Image) -> list[list[Word]]:
        return [[Word(answer, Box(0, 0, *line.size), confidence, "t")]]

    return with_masks([KEY, *words], read_line, image, dark_pixels(image))


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("********", "********"),
        ("3762-****", "3762-****"),
        ("****-****", "****-****"),
        ("**-****-3762", "**-****-3762"),
        ("●●●●●", "●●●●●"),
    ],
)
def test_a_mask_that_was_not_read_is_found(shown: str, found: str) -> None:
    key, mask = read_again(shown)

    assert (key, mask.text) == (KEY, found)
    assert mask.confidence == 0.9
    assert mask.box.x0 == pytest.approx(202, abs=4)


def touching(size: int) -> Image.Image:
    """Draw ****-****-****-1234 with asterisks that touch, beside a key."""
    image = drawn("")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, size)
    for group in range(3):
        for mark in range(4):
            pen.text((200 + 5 * size * group / 2 + 0.4 * size * mark, 40), "*", font=font, fill=0)
        pen.text((200 + 5 * size * group / 2 + 1.85 * size, 36), "-", font=font, fill=0)
    return image


def test_asterisks_that_touch_are_counted() -> None:
    image = touching(28)

    found = with_masks([KEY], lambda _: [], image, dark_pixels(image))

    assert "".join(word.text for word in found[1:]) == "****-****-****-"


def test_a_low_misreading_of_the_mask_says_nothing_about_the_line() -> None:
    misread = Word("ok", Box(203, 50, 230, 61), 0.8, "t")

    assert [word.text for word in read_again("********", misread)] == ["Card", "********"]


@pytest.mark.parametrize("letter", ["j", "l", "1"])
def test_a_narrow_letter_that_stands_alone_is_unsure(letter: str) -> None:
    _, mask = read_again(f"{letter}****", answer=letter)

    assert (mask.text, mask.confidence) == (f"{letter}****", 0.6)


def test_misreadings_of_the_mask_go_and_the_sure_part_stays_as_it_was_read() -> None:
    words = [Word("5512", Box(201, 38, 269, 66), 0.93, "t"), Word("xkx", Box(285, 38, 345, 66), 0.4, "t")]

    assert [word.text for word in read_again("3762-****", *words)] == ["Card", "5512-****"]


@pytest.mark.parametrize(
    "shown", ["eeee sense", "000,000", "....... 12", "------ 12", "www.naver.com", "이이이이", "12"]
)
def test_equal_letters_digits_and_leaders_are_no_mask(shown: str) -> None:
    assert read_again(shown) == [KEY]


def test_what_cannot_be_read_beside_a_mask_is_left_as_it_was() -> None:
    unsure = Word("3762", Box(201, 38, 269, 66), 0.2, "t")

    assert read_again("3762-****", unsure, confidence=0.1) == [KEY, unsure]
    assert with_masks([], lambda _: [], drawn(""), dark_pixels(drawn(""))) == []
