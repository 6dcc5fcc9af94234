"""Currency signs before amounts, mended by what stands behind them."""

from __future__ import annotations

import pytest

from prelabel.ocr.tesseract.currency_signs.text import with_currency_signs
from prelabel.page import Box, Word


def read(*texts: str) -> list[tuple[str, float]]:
    words = [Word(text, Box(100 * x, 0, 100 * x + 90, 20), 0.9, "t") for x, text in enumerate(texts)]
    return [(word.text, word.confidence) for word in with_currency_signs(words)]


@pytest.mark.parametrize(
    ("texts", "mended"),
    [
        (["W1,250,000"], ["₩1,250,000"]),
        (["\\35,000"], ["₩35,000"]),
        (["w12000원"], ["₩12000원"]),
        (["-W35,000"], ["-₩35,000"]),
        (["W-35,000"], ["₩-35,000"]),
        (["(W1,200)"], ["(₩1,200)"]),
        (["△W35,000원"], ["△₩35,000원"]),
        (["W", "35,000"], ["₩", "35,000"]),
        (["Total", "=", "45,000"], ["Total", "45,000"]),
    ],
)
def test_signs_before_amounts_are_mended(texts: list[str], mended: list[str]) -> None:
    assert [text for text, _ in read(*texts)] == mended


def test_an_amount_behind_an_unknown_sign_is_unsure() -> None:
    assert read("%0.00") == [("0.00", 0.5)]


@pytest.mark.parametrize(
    "texts",
    [
        ["W"],
        ["W", "Street"],
        ["W", "42"],
        ["W250"],
        ["W3C"],
        ["5%"],
        ["=", "Total"],
        ["BMW", "320"],
        ["WWW"],
        ["#12"],
        ["\\n"],
    ],
)
def test_other_words_stay(texts: list[str]) -> None:
    assert [text for text, _ in read(*texts)] == texts


def test_a_sign_in_another_line_or_far_away_is_none() -> None:
    far = [Word("W", Box(0, 0, 20, 20), 0.9), Word("35,000", Box(80, 0, 150, 20), 0.9)]
    below = [Word("W", Box(0, 0, 20, 20), 0.9), Word("35,000", Box(25, 30, 90, 50), 0.9)]

    assert with_currency_signs(far) == far
    assert with_currency_signs(below) == below


@pytest.mark.parametrize("text", ["WO", "wo", "W0", "woO", "\\0"])
@pytest.mark.parametrize("amount", ["W1,250,000", "₩1,250,000", "-₩35,000"])
def test_no_won_in_a_column_of_amounts(text: str, amount: str) -> None:
    above = Word(amount, Box(400, 0, 520, 20), 0.9)
    left, right = Word(text, Box(402, 40, 440, 60), 0.9), Word(text, Box(482, 80, 520, 100), 0.9)

    assert [word.text for word in with_currency_signs([above, left, right])][1:] == ["₩0", "₩0"]


def test_wo_elsewhere_stays() -> None:
    amount, beside = Word("₩1,250,000", Box(400, 0, 520, 20), 0.9), Word("WO", Box(100, 40, 140, 60), 0.9)

    assert with_currency_signs([amount, beside])[1] == beside
