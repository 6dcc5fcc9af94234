"""Scores of OCR on cases computed by hand."""

from __future__ import annotations

import math
import time
import unicodedata

import pytest

from prelabel.evaluation.matching import match, overlaps
from prelabel.evaluation.ocr import OcrScores, evaluate_page, match_words
from prelabel.lines import lines
from prelabel.page import Box, Word


def word(text: str, x0: float, y0: float = 0, width: float = 10, height: float = 10) -> Word:
    return Word(text, Box(x0, y0, x0 + width, y0 + height))


def row(*texts: str, y: float = 0) -> list[Word]:
    """Return words side by side, 20 pixels apart."""
    return [word(text, 20 * i, y) for i, text in enumerate(texts)]


def test_a_page_read_without_an_error_is_100_everywhere() -> None:
    made = evaluate_page(row("Total", "12.50"), row("Total", "12.50")).to_json()
    rates = {name: made[name] for name in made if name.endswith(("recall", "precision", "f1", "_80"))}
    assert set(rates.values()) == {100.0}
    assert {made[name] for name in ("cer", "cer_no_spaces", "wer", "cer_matched")} == {0.0}


def test_a_page_by_hand() -> None:
    # Given five words, of which the first is right, the second has one wrong letter of 5 and a box that is 6 of 10
    # pixels wide (IoU 0.6), the third lies 4 of 10 pixels off (IoU 6/14 = 0.43), the last two are read as one
    truth = row("Name", "Paris", "Date", "May", "2")
    found = [word("Name", 0), word("Pari5", 20, width=6), word("Date", 44), word("May2", 60, width=30)]

    scores = evaluate_page(truth, found)

    # IoU of the last box and "May": 10 / 30; so two pairs of 0.5 among 5 and 4 words, one of them of 0.8
    assert (scores.truth, scores.found, scores.matched, scores.tight) == (5, 4, 2, 1)
    assert scores.detection_f1 == pytest.approx(2 * 2 / 9)
    assert scores.detection_f1_80 == pytest.approx(2 * 1 / 9)
    # only "Name" is found and right
    assert scores.word_recall == pytest.approx(1 / 5)
    # credit: 1 for Name, 1 - 1/5 for Paris
    assert scores.end_to_end_f1 == pytest.approx(2 * 1.8 / 9)
    # "Name Paris Date May 2" (21) against "Name Pari5 Date May2": a letter and a space; without spaces (17) a letter
    assert (scores.characters.edits, scores.characters.length) == (2, 21)
    assert (scores.characters_no_spaces.edits, scores.characters_no_spaces.length) == (1, 17)
    # words: Paris -> Pari5, May -> May2, 2 deleted
    assert scores.words.rate == pytest.approx(3 / 5)
    # of the matched words: 1 of "Name" + "Paris" = 9 letters
    assert scores.matched_characters.rate == pytest.approx(1 / 9)


def test_a_match_with_more_errors_than_letters_counts_nothing() -> None:
    scores = evaluate_page([word("I", 0)], [word("|...", 0)])
    assert (scores.matched, scores.credit, scores.end_to_end_f1) == (1, 0.0, 0.0)
    assert scores.characters.rate == 4.0


@pytest.mark.parametrize(
    ("truth", "found", "recall", "f1", "cer"),
    [([], [], 1.0, 1.0, 0.0), (row("a"), [], 0.0, 0.0, 1.0), ([], row("a"), 0.0, 0.0, 1.0)],
)
def test_nothing_on_either_side(truth: list[Word], found: list[Word], recall: float, f1: float, cer: float) -> None:
    scores = evaluate_page(truth, found)
    assert (scores.word_recall, scores.detection_f1, scores.end_to_end_f1) == (recall, f1, f1)
    assert (scores.characters.rate, scores.words.rate) == (cer, cer)
    assert all(math.isfinite(value) for value in scores.to_json().values())


def test_pages_add_up_by_their_counts() -> None:
    # one letter wrong in 4 on the first page, none in 16 on the second: 1 of 20, not the mean of 25 % and 0 %
    pages = evaluate_page(row("Dote"), row("Date")) + evaluate_page(row("abcdefghijklmnop"), row("abcdefghijklmnop"))
    assert pages.characters.rate == pytest.approx(1 / 20)
    assert pages.word_recall == 0.5
    assert pages + OcrScores() == pages


def test_composition_and_outer_white_space_do_not_count() -> None:
    decomposed = unicodedata.normalize("NFD", "거래처")
    scores = evaluate_page(row("거래처"), [word(f" {decomposed}\n", 0)])
    assert (scores.word_recall, scores.characters.edits) == (1.0, 0)


def test_words_without_text_count_on_neither_side() -> None:
    scores = evaluate_page([*row("a"), word(" ", 50)], [*row("a"), word("", 70)])
    assert (scores.truth, scores.found) == (1, 1)


def test_the_order_of_both_lists_does_not_matter() -> None:
    truth = row("one", "two", "three") + row("four", "five", "six", y=30)
    as_read = [Word(w.text, Box(w.box.x0, w.box.y0 + 2, w.box.x1, w.box.y1)) for w in truth]
    by_column = [as_read[i] for i in (0, 3, 1, 4, 2, 5)]

    scores = evaluate_page(truth[::-1], by_column)

    assert (scores.characters.edits, scores.words.edits) == (0, 0)
    assert scores.characters.length == len("one two three four five six")


def test_two_words_on_one_line_are_not_swapped_by_a_box_that_sits_higher() -> None:
    # Centres of the found words: 9, 1 and 9, of lines 10 high: alone two lines; with those of the truth, at 5, one.
    truth = row("2024", "-", "2025")
    found = [word("2024", 0, 4), word("-", 20, -1, height=4), word("2025", 40, 4)]
    assert len(lines([each.box for each in found])) == 2
    assert evaluate_page(truth, found).characters.edits == 0


def test_best_overlaps_go_first_and_one_to_one() -> None:
    # The wide box overlaps both (IoU 10/15 with each half of 10); the exact one takes the first.
    truth = [Box(0, 0, 10, 10), Box(5, 0, 15, 10)]
    found = [Box(0, 0, 15, 10), Box(0, 0, 10, 10)]
    assert match(overlaps(truth, found), 0.5) == [(0, 1), (1, 0)]


def test_of_equal_overlaps_the_first_words_match() -> None:
    same = [Box(0, 0, 10, 10)] * 3
    assert match(overlaps(same, same[:2]), 0.5) == [(0, 0), (1, 1)]


def test_an_overlap_of_exactly_the_threshold_is_a_match() -> None:
    assert evaluate_page([word("a", 0)], [word("a", 0, width=5)]).matched == 1  # 50 / 100
    assert evaluate_page([word("a", 0)], [word("a", 0, width=4.9)]).matched == 0


def test_boxes_without_area_match_nothing() -> None:
    line = [Word("a", Box(3, 3, 3, 9))]
    assert match_words(line, line).pairs == ()


def test_a_page_of_5000_words_takes_seconds() -> None:
    words = [word(str(i), 20 * (i % 50), 15 * (i // 50)) for i in range(5000)]
    started = time.process_time()
    scores = evaluate_page(words, words)
    assert scores.word_recall == 1.0
    assert time.process_time() - started < 15
