"""Features of candidate links: independence of order and scale, odd pages, bounded work on crowded pages."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from prelabel.kie.link.candidates import FAR, KINDS, pairs, rank_and_margin
from prelabel.kie.link.context_features import context_features
from prelabel.kie.link.features import pair_features
from prelabel.kie.link.layout import layout
from prelabel.kie.link.roles import ANSWER, OTHER, QUESTION, certain_roles
from prelabel.kie.text_features import NAMES, text_features
from prelabel.kie.trees import stack_columns
from prelabel.page import Box, Entity, Page, Word
from synthetic import generate


def form(*, scale: float = 1.0) -> Page:
    """Return a page: Name: Ann Lee / Date: May; then a heading over two columns with two rows."""
    texts = ["Name:", "Ann", "Lee", "Date:", "May", "ITEMS", "Paper", "Price", "12.00", "Ink", "7.50"]
    places = [(0, 0), (60, 0), (90, 0), (0, 20), (60, 20), (0, 50), (0, 70), (100, 70), (100, 90), (0, 90), (100, 110)]
    words = tuple(
        Word(text, Box(x * scale, y * scale, (x + 9 * len(text)) * scale, (y + 10) * scale))
        for text, (x, y) in zip(texts, places, strict=True)
    )
    labels = "QAAQAHQQAAA"
    names = {"Q": "QUESTION", "A": "ANSWER", "H": "HEADER"}
    entities = [Entity(names[label], (i,)) for i, label in enumerate(labels)]
    entities[1:3] = [Entity("ANSWER", (1, 2))]
    return Page(300, 300, 300, 300, words=words, entities=tuple(entities))


def pair_numbers(page: Page, kind: str) -> dict[tuple[int, int], list[float]]:
    """Return (source, target) -> the features of the pair, both stages."""
    entities = page.entities or ()
    here = layout(page.words, entities, certain_roles(entities))
    found = pairs(here, kind)
    chances = np.linspace(0, 1, len(found.heads), dtype=np.float32)
    rows = np.concatenate(
        [stack_columns(pair_features(here, found)), stack_columns(context_features(here, found, chances))], axis=1
    )
    ends = zip(here.entities[found.heads].tolist(), here.entities[found.tails].tolist(), strict=True)
    return {pair: row.round(3).tolist() for pair, row in zip(ends, rows, strict=True)}


def shuffled(page: Page, rng: Random) -> tuple[Page, list[int]]:
    """Return the page with its entities in another order, and the old index of each."""
    order = list(range(len(page.entities or ())))
    rng.shuffle(order)
    return replace(page, entities=tuple((page.entities or ())[i] for i in order)), order


@pytest.mark.parametrize("page", [form(), generate(7).page, generate(12, "ko").page])
@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_the_entities_changes_nothing(page: Page, kind: str) -> None:
    moved, order = shuffled(page, Random(1))
    found = {(order[a], order[b]): row for (a, b), row in pair_numbers(moved, kind).items()}
    assert found == pair_numbers(page, kind)


@pytest.mark.parametrize("scale", [0.5, 3.0, 12.5])
def test_a_page_drawn_larger_gives_the_same_numbers(scale: float) -> None:
    for kind in KINDS:
        there, here = pair_numbers(form(scale=scale), kind), pair_numbers(form(), kind)
        assert list(there) == list(here)
        np.testing.assert_allclose(list(there.values()), list(here.values()), atol=2e-3)


@pytest.mark.parametrize(
    ("words", "entities"),
    [
        ((), ()),
        ((Word("Name", Box(0, 0, 9, 9)),), ()),
        ((Word("Name", Box(0, 0, 9, 9)),), (Entity("QUESTION", (0,)),)),
        ((Word("Ann", Box(0, 0, 9, 9)),), (Entity("ANSWER", (0,)),)),
        ((Word("Ann", Box(0, 0, 9, 9)),), (Entity("ANSWER", ()), Entity("INVOICE_NUMBER", (0,)))),
    ],
)
def test_a_page_on_which_nothing_can_be_linked_has_no_candidates(
    words: tuple[Word, ...], entities: tuple[Entity, ...]
) -> None:
    page = Page(10, 10, 10, 10, words=words, entities=entities)
    assert [pair_numbers(page, kind) for kind in KINDS] == [{}, {}]


def test_boxes_that_are_reversed_empty_or_outside_the_page_give_finite_numbers() -> None:
    boxes = [Box(50, 20, 10, 5), Box(-40, -5, -20, 8), Box(70, 7, 70, 7), Box(1e6, 1e6, 1e6 + 9, 1e6 + 4)]
    words = tuple(Word(f"w{i}:", box) for i, box in enumerate(boxes))
    entities = tuple(Entity("QUESTION" if i % 2 else "ANSWER", (i,)) for i in range(len(boxes)))
    rows = pair_numbers(Page(100, 100, 100, 100, words=words, entities=entities), "answers")
    assert rows
    assert np.isfinite(list(rows.values())).all()


def test_words_of_other_labels_stand_in_the_way() -> None:
    page = form()
    free = (Entity("QUESTION", (0,)), Entity("ANSWER", (2,)))
    here = layout(page.words, free, certain_roles(free))
    found = pair_features(here, pairs(here, "answers"))
    assert [here.roles.tolist(), len(here.others)] == [[QUESTION, ANSWER], len(page.words) - 2]
    assert found["others_in_row"].tolist() == [1.0], "the first name is none of these entities"


def test_shares_of_labels_reach_the_features() -> None:
    page = form()
    entities = page.entities or ()
    shares = certain_roles(entities) * 0.7
    shares[:, OTHER] = 0.3
    here = layout(page.words, entities, shares)
    found = pair_features(here, pairs(here, "answers"))
    assert found["head_is_question"].tolist() == pytest.approx([0.7] * len(found["head_is_question"]))
    assert found["tail_is_other"].tolist() == pytest.approx([0.3] * len(found["tail_is_other"]))


def test_equal_distances_have_equal_ranks_and_no_margin() -> None:
    ranks, margins = rank_and_margin(np.array([2, 1, 1, 5], np.float32), np.array([0, 0, 0, 1]))
    assert ranks.tolist() == [2, 0, 0, 0]
    assert margins.tolist() == [1, 0, 0, -FAR]


def crowded(count: int) -> Page:
    """Return a table of `count` words, each an entity: questions and answers in turn."""
    words = tuple(
        Word(f"{i}", Box(60 * (i % 50), 14 * (i // 50), 60 * (i % 50) + 40, 14 * (i // 50) + 10)) for i in range(count)
    )
    entities = tuple(Entity("QUESTION" if i % 2 else "ANSWER", (i,)) for i in range(count))
    return Page(3000, 1400, 3000, 1400, words=words, entities=entities)


def test_a_crowded_page_stays_bounded() -> None:
    page = crowded(5000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    entities = page.entities or ()
    here = layout(page.words, entities, certain_roles(entities))
    found = pairs(here, "answers")
    rows = stack_columns(pair_features(here, found))
    assert len(rows) <= 18 * 2500
    assert time.process_time() - began < 6
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000, "kilobytes"


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("2024-03-05", ["is_date", "has_digit", "number"]),
        ("3월 5일", ["is_date", "has_digit"]),
        ("02-123-4567", ["is_phone", "has_digit", "number"]),
        ("₩1,200", ["is_money", "has_digit"]),
        ("Date:", ["colon_ends", "asks_date"]),
        ("전화번호", ["asks_phone", "asks_number"]),
        ("금액(원)", ["asks_money"]),
        ("X", ["tick"]),
    ],
)
def test_texts_tell_what_they_are_and_what_they_ask_for(text: str, tells: Sequence[str]) -> None:
    told = dict(zip(NAMES, text_features(text), strict=True))
    assert {name for name in tells if not told[name]} == set()
