"""Traces of ruled lines in words, and words that are dirt."""

from __future__ import annotations

import pytest

from prelabel.ocr.tesseract.tidying import is_dirt, tidy_line
from prelabel.page import Box, Word


def tidied(text: str) -> list[str]:
    return [word.text for word in tidy_line([Word(text, Box(0, 0, 10 * len(text), 20))])]


@pytest.mark.parametrize(
    ("read", "left"),
    [
        ("|병원|", ["병원"]),
        ("_Name:", ["Name:"]),
        ("AMOUNT____200", ["AMOUNT", "200"]),
        ("Total.......12", ["Total", "12"]),
        ("[수량", ["수량"]),
        ("수량]", ["수량"]),
        ("[원본]", ["[원본]"]),
        ("(주)나래", ["(주)나래"]),
        ("합계)", ["합계)"]),
        ("a_b", ["a_b"]),
        ("etc..", ["etc.."]),
        ("2024-05-01", ["2024-05-01"]),
        ("||", []),
        ("_____", []),
        ("|", []),
    ],
)
def test_traces_of_ruled_lines_go(read: str, left: list[str]) -> None:
    assert tidied(read) == left


def test_parts_share_the_box_by_their_letters() -> None:
    amount, number = tidy_line([Word("AMOUNT____200", Box(100, 5, 230, 25), 0.8, "t")])

    assert amount == Word("AMOUNT", Box(100, 5, 160, 25), 0.8, "t")
    assert number == Word("200", Box(200, 5, 230, 25), 0.8, "t")


def test_a_word_without_traces_is_the_same_object() -> None:
    word = Word("Total", Box(0, 0, 50, 20))

    assert tidy_line([word])[0] is word
    assert tidy_line([]) == []


@pytest.mark.parametrize(
    ("text", "confidence", "dirt"),
    [
        ("~", 0.3, True),
        ("~", 0.9, False),
        ("i", 0.3, True),
        ("5", 0.9, False),
        ("Total", 0.3, False),
        ("상", 0.2, True),
    ],
)
def test_unsure_specks_are_dirt(text: str, confidence: float, dirt: bool) -> None:
    assert is_dirt(Word(text, Box(0, 0, 10, 10), confidence)) == dirt
