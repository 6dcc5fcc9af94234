"""Grouping by rule: the words of each entity, for any order of the words."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from prelabel.kie.group.rule import group
from prelabel.kie.tag.tagger import Probabilities
from prelabel.lines import lines, raster_order
from prelabel.page import Box, Word

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")


def word(text: str, x: float, y: float) -> Word:
    """Return a word of 10 px height and 6 px a letter."""
    return Word(text, Box(x, y, x + 6 * len(text), y + 10))


def sure(*tags: str, share: float = 0.9) -> Probabilities:
    rows: Probabilities = np.full((len(tags), len(TAGS)), (1 - share) / (len(TAGS) - 1), np.float32)
    for row, tag in zip(rows, tags, strict=True):
        row[TAGS.index(tag)] = share
    return rows


def texts(words: list[Word], rows: Probabilities, tags: tuple[str, ...] = TAGS) -> list[tuple[str, str]]:
    _, entities = group(words, rows, tags)
    return [(entity.label, " ".join(words[i].text for i in entity.words)) for entity in entities]


def test_no_words_give_nothing() -> None:
    assert group([], np.zeros((0, 7), np.float32), TAGS) == ((), ())


def test_a_begin_splits_and_a_continuation_joins() -> None:
    words = [word("Invoice", 0, 0), word("No:", 46, 0), word("INV", 80, 0), word("7", 102, 0)]

    assert texts(words, sure("B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")) == [
        ("QUESTION", "Invoice No:"),
        ("ANSWER", "INV 7"),
    ]


def test_two_entities_of_one_label_side_by_side_stay_two() -> None:
    words = [word("Price", 0, 0), word("Amount", 60, 0)]

    assert texts(words, sure("B-QUESTION", "B-QUESTION")) == [("QUESTION", "Price"), ("QUESTION", "Amount")]


def test_a_column_apart_a_continuation_is_none() -> None:
    words = [word("Price", 0, 0), word("Amount", 200, 0)]

    assert len(texts(words, sure("B-QUESTION", "I-QUESTION", share=0.6))) == 2


def test_one_doubtful_word_inside_a_value_follows_its_neighbours() -> None:
    words = [word(text, x, 0) for text, x in (("Larkspur", 0), ("Garden", 52), ("Centres", 92), ("Ltd", 138))]
    rows = sure("B-ANSWER", "I-ANSWER", "I-ANSWER", "I-ANSWER")
    rows[2] = sure("B-QUESTION", share=0.5)[0]

    assert texts(words, rows) == [("ANSWER", "Larkspur Garden Centres Ltd")]


def test_a_colon_ends_a_question_even_where_the_next_word_is_near() -> None:
    words = [word("Date:", 0, 0), word("2024", 33, 0)]

    assert texts(words, sure("B-QUESTION", "B-ANSWER", share=0.5)) == [("QUESTION", "Date:"), ("ANSWER", "2024")]


def test_an_address_goes_on_below() -> None:
    words = [word("22", 0, 0), word("Orchard", 16, 0), word("Westering", 0, 14), word("WE2", 58, 14)]

    assert texts(words, sure("B-ANSWER", "I-ANSWER", "I-ANSWER", "I-ANSWER")) == [
        ("ANSWER", "22 Orchard Westering WE2")
    ]


def test_cells_below_each_other_stay_apart() -> None:
    words = [word("48.50", 0, 0), word("0.85", 6, 14), word("42.00", 0, 28)]

    assert len(texts(words, sure("B-ANSWER", "B-ANSWER", "B-ANSWER"))) == 3


def test_a_stray_mark_does_not_cut_a_value() -> None:
    words = [word("Blue", 0, 0), word("|", 27, 0), word("Pen", 36, 0)]

    assert texts(words, sure("B-ANSWER", "O", "I-ANSWER")) == [("ANSWER", "Blue Pen")]


def test_other_words_are_in_no_entity_but_have_a_label() -> None:
    labels, entities = group([word("Thank", 0, 0), word("you", 34, 0)], sure("O", "O"), TAGS)

    assert [label.label for label in labels] == ["OTHER", "OTHER"]
    assert entities == ()


def test_two_columns_read_line_by_line_give_two_blocks() -> None:
    words = [
        word(t, x, y)
        for y, row in ((0, ("North", "South")), (13, ("Road", "Lane")))
        for t, x in zip(row, (0, 200), strict=True)
    ]

    assert texts(words, sure("B-ANSWER", "B-ANSWER", "I-ANSWER", "I-ANSWER")) == [
        ("ANSWER", "North Road"),
        ("ANSWER", "South Lane"),
    ]


def test_the_order_of_the_words_does_not_matter() -> None:
    words = [
        word("Ship", 0, 0),
        word("to", 28, 0),
        word("Dock", 0, 14),
        word("B", 28, 14),
        word("No.", 150, 0),
        word("7", 180, 0),
    ]
    tags = ("B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER", "B-QUESTION", "B-ANSWER")
    expected = set(texts(words, sure(*tags)))

    for order in itertools.islice(itertools.permutations(range(len(words))), 0, 720, 37):
        assert set(texts([words[i] for i in order], sure(*(tags[i] for i in order)))) == expected


def test_bioes_and_plain_label_sets() -> None:
    words = [word("Total", 0, 0), word("due", 34, 0), word("9", 80, 0)]
    bioes = ("O", "B-Q", "I-Q", "E-Q", "S-A")
    rows: Probabilities = np.full((3, 5), 0.02, np.float32)
    rows[0, 1] = rows[1, 3] = rows[2, 4] = 0.92
    assert texts(words, rows, bioes) == [("Q", "Total due"), ("A", "9")]

    plain = ("other", "question", "answer")
    rows = np.array([[0.05, 0.9, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9]], np.float32)
    assert texts(words, rows, plain) == [("question", "Total due"), ("answer", "9")]


@pytest.mark.parametrize("seed", range(3))
def test_every_word_has_one_label_and_at_most_one_entity(seed: int) -> None:
    rng = random.Random(seed)
    words = [word("w" * rng.randint(1, 8), rng.uniform(0, 500), rng.uniform(0, 500)) for _ in range(200)]
    rows = np.random.default_rng(seed).dirichlet(np.ones(len(TAGS)), 200).astype(np.float32)

    labels, entities = group(words, rows, TAGS)

    grouped = [i for entity in entities for i in entity.words]
    assert len(labels) == 200
    assert len(grouped) == len(set(grouped))
    assert {i for i, label in enumerate(labels) if label.label != "OTHER"} == set(grouped)
    assert all({labels[i].label for i in entity.words} == {entity.label} for entity in entities)


def test_a_skewed_line_stays_one_line() -> None:
    boxes = [Box(40 * i, 3 * i, 40 * i + 30, 3 * i + 10) for i in range(12)]

    assert lines(boxes) == [list(range(12))]
    assert raster_order(list(reversed(boxes))) == list(reversed(range(12)))
