"""₹ and ¥ before amounts: told by their shape, the digits behind them read again."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.currency_signs.bars import with_barred_signs
from prelabel.ocr.tesseract.currency_signs.shapes import currency_sign
from prelabel.page import Box, Word
from tests.support.made_forms import FONTS

_SIZES = (18, 24, 32, 44)


def shown(text: str, size: int, font: str = "dejavu") -> Image.Image:
    image = Image.new("L", (20 * size, 3 * size), 255)
    ImageDraw.Draw(image).text((size, size), text, font=ImageFont.truetype(FONTS[font], size), fill=0)
    return image


def read_again(text: str, words: list[tuple[str, str, float]], reading: tuple[str, float]) -> list[tuple[str, float]]:
    """Read the words (text, the part of `text` before it, confidence) of a line of which `reading` is read again."""
    size = 32
    font, image = ImageFont.truetype(FONTS["dejavu"], size), shown(text, size)
    ends = [size + font.getlength(before) for _, before, _ in words[1:]] + [size + font.getlength(text)]
    line = [
        Word(read, Box(size + font.getlength(before) + 1, size + 6, end - 2, size + 31), confidence, "t")
        for (read, before, confidence), end in zip(words, ends, strict=True)
    ]

    def read_line(again: Image.Image) -> list[list[Word]]:
        return [[Word(reading[0], Box(0, 0, *again.size), reading[1], "t")]]

    found = with_barred_signs([line], image, dark_pixels(image), read_line)
    return [(word.text, word.confidence) for word in found[0]]


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("sign", ["₹", "¥"])
def test_a_sign_is_told_by_its_bars(sign: str, size: int) -> None:
    assert currency_sign(dark_pixels(shown(sign, size))) == sign


@pytest.mark.parametrize("size", _SIZES)
def test_digits_letters_and_syllables_are_no_signs(size: int) -> None:
    for font, others in (("dejavu", "0123456789$€£₩%#=+ABEFHKPRTXYZafyz"), ("gothic", "0257$€£₩부무우수주후모오금원")):
        assert [other for other in others if currency_sign(dark_pixels(shown(other, size, font)))] == []


@pytest.mark.parametrize(
    ("text", "words", "reading"),
    [
        ("₹76,310.00", [("376,310.00", "", 0.68)], "76,310.00"),
        ("₹0.00", [("X0.00", "", 0.5)], "0.00"),
        ("₹0.00", [("00", "₹0.", 0.9)], "0.00"),
        ("₹45.20", [("45.20", "", 0.0)], "45.20"),
        ("¥12,800", [("부", "", 0.6), ("12,800", "¥", 0.9)], "12,800"),
        ("¥12,800", [("무", "", 0.0), ("1", "¥", 0.8), ("2,800", "¥1", 0.9)], "12,800"),
        ("₹ 880", [("7", "", 0.6), ("880", "₹ ", 0.9)], "880"),
    ],
)
def test_a_sign_read_as_something_else_is_set_right(
    text: str, words: list[tuple[str, str, float]], reading: str
) -> None:
    assert read_again(text, words, (reading, 0.95)) == [(text.replace(" ", ""), 0.95)]


def test_digits_that_cannot_be_read_again_are_unsure() -> None:
    assert read_again("₹76,310.00", [("376,310.00", "", 0.68)], ("x", 0.1)) == [("76,310.00", 0.4)]


@pytest.mark.parametrize("text", ["$45.20", "45.20", "2026"])
def test_amounts_without_these_signs_stay(text: str) -> None:
    assert read_again(text, [(text, "", 0.9)], ("x", 0.95)) == [(text, 0.9)]


@pytest.mark.parametrize("confidence", [0.3, 0.9])
@pytest.mark.parametrize("read", ["7", "X"])
def test_a_sign_with_nothing_behind_it_stays_as_it_was_read(read: str, confidence: float) -> None:
    """Given a word whose only ink is a sign, then there is nothing to read again (and no empty picture is read)."""
    [(text, sure)] = read_again("₹", [(read, "", confidence)], ("5", 0.95))
    assert (text, sure <= confidence) == (read, True)
