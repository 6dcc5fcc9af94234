"""Bullets of lists are left out by their ink; letters, signs and dashes at the beginning of lines stay."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import dark_pixels
from prelabel.ocr.page.bullets import without_bullets
from prelabel.page import Box, Word
from tests.support.ocr_pages import FONT

KEYS = ["성명:", "주소:", "Phone:", "Amount:"]
LEFT, SIZE = 60, 30


def kept(sign: str, *texts: str, confidence: float = 0.8, aside: int = 0) -> list[str]:
    """Draw lines that begin with a sign, which were read as these texts; return the texts that stay."""
    image, font = Image.new("L", (700, 60 + 70 * len(texts)), 255), ImageFont.truetype(FONT, SIZE)
    pen, words = ImageDraw.Draw(image), list[Word]()
    for row, text in enumerate(texts):
        at, behind = (LEFT + aside * row, 40 + 70 * row), (LEFT + aside * row + 45, 40 + 70 * row)
        for where, what, read in ((at, sign[row % len(sign)], text), (behind, KEYS[row], KEYS[row])):
            pen.text(where, what, font=font, fill=0)
            words.append(Word(read, Box(*pen.textbbox(where, what, font=font)), confidence, "t"))
    return [word.text for word in without_bullets(words, dark_pixels(image)) if word.text not in KEYS]


@pytest.mark.parametrize("sign", ["■", "●", "◆", "▶", "▲", "◎", "①②③"])
@pytest.mark.parametrize("texts", [("@", "@", "@"), ("©", "m", ">»"), ("O", "a", "=")])
def test_bullets_are_left_out(sign: str, texts: tuple[str, ...]) -> None:
    assert kept(sign, *texts) == []


@pytest.mark.parametrize("sign", ["A", "T", "L", "$", "₩", "-", "*", "+", "가", "1", "#"])
def test_other_signs_stay(sign: str) -> None:
    assert kept(sign, sign, sign, sign) == [sign] * 3


def test_a_single_mark_and_marks_that_are_not_below_each_other_stay() -> None:
    assert kept("■", "@") == ["@"]
    assert kept("■", "@", "@", aside=40) == ["@", "@"]


def test_letters_that_were_read_surely_stay() -> None:
    assert kept("○", "O", "O", "O", confidence=0.97) == ["O"] * 3
