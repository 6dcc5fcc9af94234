"""Features of candidate links by rows and columns."""

from __future__ import annotations

import numpy as np
import pytest

from prelabel.kie.link.candidates import NONE, Pairs, pairs
from prelabel.kie.link.features import pair_features
from prelabel.kie.link.layout import Floats, Layout, layout
from prelabel.kie.link.roles import certain_roles
from prelabel.kie.link.row_features import row_context
from prelabel.page import Box, Entity, Word


def page(*entities: tuple[str, float, float]) -> Layout:
    """Return the layout of words of 10 px height, given as (label, left, top)."""
    words = tuple(Word("word", Box(x, y, x + 40, y + 10)) for _, x, y in entities)
    owners = tuple(Entity(label, (i,)) for i, (label, *_) in enumerate(entities))
    return layout(words, owners, certain_roles(owners))


def of_tails(here: Layout, found: Pairs, values: Floats, head: int) -> dict[int, float]:
    """Return tail -> value for the candidates of a head; entities are numbered as on the page."""
    mine = here.entities[found.heads] == head
    return dict(zip(here.entities[found.tails[mine]].tolist(), values[mine].round(2).tolist(), strict=True))


def test_of_the_heads_in_one_row_a_cell_has_the_one_in_its_column() -> None:
    # Given two column names over a cell each, the second far below and aside
    here = page(("QUESTION", 0, 0), ("QUESTION", 100, 0), ("ANSWER", 5, 20), ("ANSWER", 75, 90))
    found = pairs(here, "answers")
    # When
    ranks = pair_features(here, found)["centre_in_row_rank"]
    # Then
    assert of_tails(here, found, ranks, head=1)[3] == 0
    assert of_tails(here, found, ranks, head=0) == {2: 0, 3: 1}


def test_what_follows_a_wide_gap_is_told_from_what_stands_under_the_header() -> None:
    # Given a header, a question above it, two close below it, and one after a gap of 8 lines
    tops = (0, 20, 35, 50, 140)
    here = page(*(("HEADER" if top == 20 else "QUESTION", 0, top) for top in tops))
    found = pairs(here, "headers")
    # When
    seen = pair_features(here, found)
    # Then
    assert of_tails(here, found, seen["largest_drop"], head=1) == pytest.approx({0: -3, 2: 0.5, 3: 0.5, 4: 8})
    assert of_tails(here, found, seen["place_in_run"], head=1) == {0: 0, 2: 0, 3: 1, 4: 2}


def test_a_candidate_is_seen_among_the_chances_of_the_others_in_its_run_and_column() -> None:
    here = page(("HEADER", 0, 0), ("QUESTION", 0, 15), ("QUESTION", 0, 30), ("QUESTION", 200, 45))
    found = pairs(here, "headers")
    seen = row_context(here, found, np.array([0.9, 0.4, 0.8], np.float32))
    values = {name: of_tails(here, found, seen[name], head=0) for name in seen}
    assert values["chance_least"] == pytest.approx({1: NONE, 2: 0.9, 3: 0.4})
    assert values["chance_so_far"] == pytest.approx({1: 0, 2: 0.9, 3: 1.3})
    assert values["chance_1_after"] == pytest.approx({1: 0.4, 2: 0.8, 3: NONE})
    assert values["head_column_mean"] == pytest.approx({1: 0.4, 2: 0.9, 3: NONE})


def test_runs_of_several_heads_stay_apart() -> None:
    # Given two headers one above the other, each with a close and a far candidate
    here = page(("HEADER", 0, 0), ("HEADER", 0, 20), ("QUESTION", 0, 35), ("QUESTION", 0, 300))
    found = pairs(here, "headers")
    # When
    seen = pair_features(here, found)["largest_drop"]
    # Then
    assert of_tails(here, found, seen, head=0) == {2: 2.5, 3: 25.5}
    assert of_tails(here, found, seen, head=1) == {2: 0.5, 3: 25.5}
