"""Scores of key-values as pairs of texts."""

from __future__ import annotations

import pytest

from prelabel.evaluation.scores import Scores
from prelabel.evaluation.text_pairs import pair_scores, similarity
from prelabel.page import Box, KeyValue

BOX = Box(0, 0, 1, 1)


def found(*pairs: tuple[str, str]) -> list[KeyValue]:
    return [KeyValue(key, value, BOX, BOX) for key, value in pairs]


def test_nothing_to_find_and_nothing_found_is_right() -> None:
    assert pair_scores([], []).f1 == 1.0


def test_nothing_found_is_nothing() -> None:
    scores = pair_scores([], [("a", "b")])
    assert (scores.precision, scores.recall, scores.f1) == (0.0, 0.0, 0.0)


def test_case_space_colons_and_composition_do_not_count() -> None:
    assert (
        pair_scores(found(("INVOICE NO", "가방 1")), [("Invoice No. :".replace(".", ""), "가방1")], similar=1.0).f1
        == 1.0
    )


@pytest.mark.parametrize(
    ("value", "similar", "matched"),
    [("1,234.5O", 0.8, 1), ("1,234.50", 1.0, 1), ("1,234.5O", 1.0, 0), ("9,876.00", 0.8, 0)],
)
def test_room_for_ocr_errors(value: str, similar: float, matched: int) -> None:
    assert pair_scores(found(("Total", value)), [("Total:", "1,234.50")], similar).matched == matched


def test_a_right_value_under_a_wrong_key_does_not_count() -> None:
    assert pair_scores(found(("Date", "7")), [("Quantity", "7")]).matched == 0


def test_one_truth_matches_once() -> None:
    scores = pair_scores(found(("Qty", "1"), ("Qty", "1")), [("Qty", "1")])

    assert (scores.matched, scores.precision, scores.recall) == (1, 0.5, 1.0)


def test_best_matches_go_first() -> None:
    assert (
        pair_scores(found(("Code", "AB-10001"), ("Code", "AB-10002")), [("Code", "AB-10002"), ("Code", "AB-10001")]).f1
        == 1.0
    )


def test_scores_add_up_to_a_micro_average() -> None:
    assert (Scores(1, 2, 1) + Scores(3, 3, 4)).f1 == pytest.approx(8 / 10)


def test_similarity() -> None:
    assert similarity("", "") == 1.0
    assert similarity("abc", "") == 0.0
    assert similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)
