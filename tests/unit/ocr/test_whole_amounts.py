"""Amounts with ink on their left that nobody read: read again as a whole, or unsure."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.currency_signs.ink import with_whole_amounts
from prelabel.page import Box, Word
from tests.support.made_forms import FONTS


def read_again(
    shown: str, word: str, *readings: tuple[str, float], beside: float = 0.0, rule: bool = False
) -> list[tuple[str, float]]:
    """Read the end `word` of what is shown again; the readings are given one after the other."""
    image, font = Image.new("L", (500, 100), 255), ImageFont.truetype(FONTS["dejavu"], 30)
    pen = ImageDraw.Draw(image)
    pen.text((100, 30), shown, font=font, fill=0)
    start = 100 + font.getlength(shown) - font.getlength(word)
    if rule:
        pen.rectangle((start - 8, 0, start - 5, 99), fill=0)
    words = [Word(word, Box(start, 36, 100 + font.getlength(shown), 60), 0.95, "t")]
    if beside:
        words.insert(0, Word("x", Box(98, 36, start - 2, 60), beside, "t"))
    answers = iter(readings)

    def read_line(line: Image.Image) -> list[list[Word]]:
        text, confidence = next(answers)
        return [[Word(text, Box(0, 0, *line.size), confidence, "t")]]

    return [(each.text, each.confidence) for each in with_whole_amounts(words, read_line, image, dark_pixels(image))]


@pytest.mark.parametrize(
    ("readings", "found"),
    [
        ([("31,250.00", 0.9)], ("31,250.00", 0.9)),
        ([("%1,250.00", 0.4), ("1,250.00", 0.95)], ("1,250.00", 0.6)),
        ([("X1.250", 0.4), ("ee", 0.3)], ("250.00", 0.4)),
    ],
)
def test_an_amount_is_read_as_a_whole_or_is_unsure(readings: list[tuple[str, float]], found: tuple[str, float]) -> None:
    assert read_again("₹1,250.00", "250.00", *readings) == [found]
    unread = [("x", 0.3)] if found[0] == "250.00" else []
    assert read_again("₹1,250.00", "250.00", *readings, beside=0.3) == [*unread, found]


def test_amounts_beside_words_ruled_lines_and_paper_are_not_read_again() -> None:
    assert read_again("₹1,250.00", "250.00", beside=0.9) == [("x", 0.9), ("250.00", 0.95)]
    assert read_again("250.00", "250.00", rule=True) == [("250.00", 0.95)]
    assert read_again("250.00", "250.00") == [("250.00", 0.95)]
