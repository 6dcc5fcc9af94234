"""Words of a text with one box: the box of each word."""

from __future__ import annotations

import pytest

from prelabel.datasets.text_boxes import split_line, split_lines
from prelabel.page import Box


def test_words_of_a_line_have_room_by_their_letters() -> None:
    assert split_line("a bc", Box(0, 0, 8, 2)) == [("a", Box(0, 0, 2, 2)), ("bc", Box(4, 0, 8, 2))]


def test_a_high_box_holds_several_lines() -> None:
    found = split_lines("one two three four five six", Box(0, 0, 100, 40))
    assert [text for text, _ in found] == ["one", "two", "three", "four", "five", "six"]
    assert sorted({box.y0 for _, box in found}) == [0, 20]
    assert all(0 <= box.x0 < box.x1 <= 100 for _, box in found)


@pytest.mark.parametrize("text", ["", " ", "x"])
def test_no_word_and_no_room_are_no_problem(text: str) -> None:
    assert [word for word, _ in split_lines(text, Box(5, 5, 5, 5))] == text.split()
