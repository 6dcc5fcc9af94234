"""Stage extract on a page: each step adds to the page, alone and in the whole order."""

from __future__ import annotations

import numpy as np

from prelabel.kie.extract import add_key_values, extract, group_words, link_entities, tag_input
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.link.roles import role_probabilities
from prelabel.page import Box, Page, Word

TAGS = ("O", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
WORDS = (Word("Name:", Box(0, 0, 30, 10)), Word("Kim", Box(40, 0, 60, 10)), Word("Far:", Box(0, 40, 25, 50)))
PAGE = Page(500, 500, 500, 500, words=(*WORDS, Word("x", Box(450, 40, 456, 50))))
ROWS = np.array([[0.02] * 5] * 4, np.float32)
ROWS[[0, 1, 2, 3], [1, 3, 1, 3]] = 0.92


def test_a_page_without_words_passes_through() -> None:
    empty = extract(
        Page(10, 10, 10, 10), np.zeros((0, 5), np.float32), TAGS, linker=AlignmentRule(), link_threshold=0.5
    )

    assert (empty.labels, empty.entities, empty.links, empty.key_values) == ((), (), (), ())


def test_both_parts_together_are_the_two_one_after_the_other() -> None:
    grown = extract(PAGE, ROWS, TAGS, linker=AlignmentRule(), link_threshold=0.0)

    grouped = group_words(PAGE, ROWS, TAGS, AlignmentRule())
    roles = role_probabilities(grouped.entities or (), ROWS, TAGS)
    assert grown == add_key_values(link_entities(grouped, roles, AlignmentRule()))
    assert [(pair.key, pair.value) for pair in grown.key_values or ()] == [("Name", "Kim"), ("Far", "x")]
    assert grown.words == PAGE.words


def test_links_less_sure_than_the_threshold_are_dropped() -> None:
    grown = extract(PAGE, ROWS, TAGS, linker=AlignmentRule(), link_threshold=0.8)

    assert [pair.key for pair in grown.key_values or ()] == ["Name"]


def test_a_grown_page_survives_json() -> None:
    grown = extract(PAGE, ROWS, TAGS, linker=AlignmentRule(), link_threshold=0.0)

    assert Page.from_json(grown.to_json()).to_json() == grown.to_json()


def test_the_taggers_input_runs_parallel_to_the_words() -> None:
    given = tag_input(PAGE)

    assert given.words == ("Name:", "Kim", "Far:", "x")
    assert (given.width_px, len(given.boxes)) == (500, 4)
