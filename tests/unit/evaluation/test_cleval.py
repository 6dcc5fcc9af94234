"""CLEval on cases computed by hand: a character is 10 pixels wide, its centre is 5 pixels from its left edge."""

from __future__ import annotations

import pytest

from prelabel.evaluation.cleval import Characters, ClevalScores
from prelabel.evaluation.ocr import evaluate_page
from prelabel.page import Box, Word


def at(text: str, x0: float, x1: float, y0: float = 0, y1: float = 10) -> Word:
    return Word(text, Box(x0, y0, x1, y1))


def scores(truth: list[Word], found: list[Word]) -> ClevalScores:
    return evaluate_page(truth, found).cleval


HELLO = [at("hello", 0, 50)]
AB_CD = [at("ab", 0, 20), at("cd", 30, 50)]


def test_all_right() -> None:
    made = scores(AB_CD, AB_CD)
    assert made.detection == made.end_to_end == Characters(correct=4, truth=4, found=4)
    assert (made.detection.hmean, made.end_to_end.hmean) == (1.0, 1.0)


def test_a_split_costs_one_character_of_recall() -> None:
    # 5 centres in boxes, 1 break: recall (5 - 1) / 5, precision 5 / 5
    made = scores(HELLO, [at("hel", 0, 30), at("lo", 30, 50)])
    assert made.detection == made.end_to_end == Characters(correct=5, truth=5, found=5, splits=1)
    assert (made.detection.recall, made.detection.precision) == (0.8, 1.0)
    assert made.detection.hmean == pytest.approx(2 * 0.8 / 1.8)


def test_a_merge_costs_one_character_of_precision() -> None:
    # 4 centres in one box of two words: recall 4 / 4, precision (4 - 1) / 4
    made = scores(AB_CD, [at("abcd", 0, 50)])
    assert made.detection == made.end_to_end == Characters(correct=4, truth=4, found=4, merges=1)
    assert (made.detection.recall, made.detection.precision) == (1.0, 0.75)


def test_what_is_missed_and_what_is_misread() -> None:
    # The box contains the centres 5, 15 and 25 of 5; "hex" has "he" in common with "hello"
    made = scores(HELLO, [at("hex", 0, 30)])
    assert made.detection == Characters(correct=3, truth=5, found=3)
    assert made.end_to_end == Characters(correct=2, truth=5, found=3)
    assert (made.end_to_end.recall, made.end_to_end.precision) == (2 / 5, 2 / 3)


def test_a_second_box_on_the_same_word_gives_nothing_and_counts_as_found() -> None:
    # Each character is in two boxes: 10 found, 5 right; two boxes on a word are a split
    made = scores(HELLO, HELLO * 2)
    assert made.overlapped == 5
    assert made.detection == made.end_to_end == Characters(correct=5, truth=5, found=10, splits=1)
    assert (made.detection.recall, made.detection.precision) == (0.8, 0.5)


def test_characters_are_given_once() -> None:
    # The text "lo" of the box is used for the first word, and not again for the second
    made = scores([at("lo", 0, 20), at("lo", 20, 40)], [at("lo", 0, 40)])
    assert made.end_to_end == Characters(correct=2, truth=4, found=2, merges=1)


def test_pieces_are_read_in_the_order_of_the_word() -> None:
    made = scores(HELLO, [at("lo", 30, 50), at("hel", 0, 30)])
    assert made.end_to_end.correct == 5


def test_a_box_on_nothing_counts_the_characters_that_it_could_hold() -> None:
    # 34 x 10 pixels: 4 characters; as text, the 6 characters read
    made = scores(HELLO, [*HELLO, at("______", 0, 34, 100, 110)])
    assert made.unmatched == 4
    assert made.detection == Characters(correct=5, truth=5, found=9)
    assert made.end_to_end == Characters(correct=5, truth=5, found=11)


@pytest.mark.parametrize(("width", "characters"), [(10, 1), (20, 2), (95, 10), (500, 10), (2, 5)])
def test_no_box_counts_more_than_ten_characters(width: float, characters: int) -> None:
    assert scores([], [at("x", 0, width)]).unmatched == characters


def test_a_box_much_larger_than_the_word_does_not_match() -> None:
    # the word is 500 of 1650 (0.303), then of 1680 (0.298) square pixels
    assert scores(HELLO, [at("hello", 0, 50, 0, 33)]).detection.correct == 5
    assert scores(HELLO, [at("hello", 0, 50, 0, 33.6)]).detection.correct == 0


def test_a_box_on_several_words_matches_by_the_share_of_all() -> None:
    # Two words of 10 x 10 in a box of 60 x 10 fill a third of it, in one of 70 x 10 less than 0.3
    words = [at("a", 0, 10), at("b", 50, 60)]
    assert scores(words, [at("ab", 0, 60)]).detection == Characters(correct=2, truth=2, found=2, merges=1)
    assert scores(words, [at("ab", 0, 70)]).detection == Characters(correct=0, truth=2, found=7)


def test_a_centre_on_the_border_of_two_boxes_belongs_to_the_second() -> None:
    # "abc": the centre of b is 15
    made = scores([at("abc", 0, 30)], [at("a", 0, 15), at("bc", 15, 30)])
    assert made.overlapped == 0
    assert made.detection == Characters(correct=3, truth=3, found=3, splits=1)


def test_a_high_word_is_read_downwards() -> None:
    # centres at y 5, 15 and 25
    made = scores([at("가나다", 0, 10, 0, 30)], [at("가나", 0, 10, 0, 20)])
    assert made.end_to_end == Characters(correct=2, truth=3, found=2)


def test_a_box_beside_the_middle_line_holds_nothing() -> None:
    made = scores(HELLO, [at("hello", 0, 50, 6, 12)])
    assert (made.detection.correct, made.unmatched) == (0, 9)  # 50 / 6


def test_nothing_on_either_side() -> None:
    assert scores([], []).detection.hmean == 1.0
    assert scores(HELLO, []).detection == Characters(truth=5)
    assert scores(HELLO, []).end_to_end.hmean == 0.0
    assert scores([], HELLO).end_to_end == Characters(found=5)
    assert scores([], HELLO).end_to_end.hmean == 0.0


def test_penalties_never_lead_below_nothing() -> None:
    # one character, three boxes: 1 right, 2 breaks
    made = scores([at("I", 0, 10)], [at("I", 0, 10), at("l", 1, 9), at("1", 2, 8)])
    assert made.detection.recall == 0.0
    assert made.detection.precision == 1 / 3


def test_pages_add_up_by_their_counts() -> None:
    both = scores(HELLO, HELLO) + scores(HELLO, [])
    assert both.end_to_end == Characters(correct=5, truth=10, found=5)
