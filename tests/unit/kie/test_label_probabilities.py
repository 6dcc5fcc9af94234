"""Label probabilities from tag probabilities, for every kind of label set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from prelabel.kie.group.label_probabilities import LabelProbabilities, label_probabilities
from tests.support.tagged_pages import TAGS


def rows(*chances: Sequence[float]) -> LabelProbabilities:
    return label_probabilities(np.array(chances, np.float32), TAGS)


def test_the_tags_of_a_label_are_added_and_b_is_its_chance_to_begin() -> None:
    known = rows([0.1, 0, 0, 0.6, 0.2, 0.1, 0])

    assert known.names == ("OTHER", "HEADER", "QUESTION", "ANSWER")
    assert known.by_label[0] == pytest.approx([0.1, 0, 0.8, 0.1])
    assert known.begins_by_label[0] == pytest.approx([0, 0, 0.75, 1])
    assert known.begins == pytest.approx([0.7 / 0.9])
    assert known.other == 0


def test_a_word_that_is_surely_other_begins_nothing() -> None:
    assert rows([1, 0, 0, 0, 0, 0, 0]).begins == pytest.approx([0])


@pytest.mark.parametrize(
    ("tags", "names", "other", "begins"),
    [
        (("O", "B-INVOICE_NUMBER", "I-INVOICE_NUMBER"), ("OTHER", "INVOICE_NUMBER"), 0, 0.5),
        (("I-Q", "E-Q", "S-Q", "B-Q", "O"), ("Q", "OTHER"), 1, 0.5),
        (("other", "question", "answer"), ("OTHER", "question", "answer"), 0, 0.5),
        (("B-Q", "I-Q", "B-A", "I-A"), ("Q", "A"), -1, 0.5),
        (("question", "answer"), ("question", "answer"), -1, 0.5),
        (("I-Q", "I-A", "O"), ("Q", "A", "OTHER"), 2, 0.5),
        (("O",), ("OTHER",), 0, 0.0),
    ],
)
def test_every_way_to_write_a_label_set(
    tags: tuple[str, ...], names: tuple[str, ...], other: int, begins: float
) -> None:
    even = np.full((3, len(tags)), 1 / len(tags), np.float32)

    known = label_probabilities(even, tags)

    assert (known.names, known.other) == (names, other)
    assert known.by_label.sum(1) == pytest.approx(even.sum(1))
    assert known.begins == pytest.approx([begins] * 3)


def test_some_words_keep_their_shares() -> None:
    known = rows(*np.random.default_rng(0).dirichlet(np.ones(len(TAGS)), 5).tolist())
    some = known.of(np.array([3, 1]))

    assert (some.by_label == known.by_label[[3, 1]]).all()
    assert (some.begins == known.begins[[3, 1]]).all()
    assert (some.names, some.other) == (known.names, known.other)


def test_no_words_have_no_shares() -> None:
    known = label_probabilities(np.zeros((0, len(TAGS)), np.float32), TAGS)

    assert known.by_label.shape == known.begins_by_label.shape == (0, 4)
    assert known.begins.shape == (0,)
