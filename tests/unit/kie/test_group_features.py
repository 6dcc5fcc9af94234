"""Features of the grouper: neighbours on a line, word runs below each other, independence of order and scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from prelabel.kie.group.features import Columns, Indices, WordLayout, pairs_across, pairs_down, word_layout, word_runs
from prelabel.kie.group.label_probabilities import label_probabilities
from prelabel.page import Box, Word
from synthetic import generate
from tests.support.tagged_pages import TAGS, noisy_probabilities

#: Two columns of two lines, and a line below both.
WORDS = (("North", 0, 0), ("Road", 36, 0), ("South", 200, 0), ("Lane", 0, 14), ("9", 200, 14), ("Total", 0, 60))


def words(rows: Sequence[tuple[str, float, float]] = WORDS) -> list[Word]:
    """Return words of 10 px height and 6 px a letter."""
    return [Word(text, Box(x, y, x + 6 * len(text), y + 10)) for text, x, y in rows]


def answers(found: Sequence[Word]) -> WordLayout:
    """Return the layout of words that are certainly answers, and may begin an entity or not."""
    rows = np.full((len(found), len(TAGS)), 0.01, np.float32)
    rows[:, -2:] = 0.475
    return word_layout(found, label_probabilities(rows, TAGS))


def pair_texts(pairs: Indices, texts: Sequence[str]) -> set[tuple[str, str]]:
    return {(texts[a], texts[b]) for a, b in pairs.tolist()}


def test_neighbours_stand_on_one_line() -> None:
    pairs, columns = pairs_across(answers(words()))

    assert pair_texts(pairs, [word.text for word in words()]) == {("North", "Road"), ("Road", "South"), ("Lane", "9")}
    assert columns["gap"] == pytest.approx([0.6, 14, 17.6])


def test_runs_are_lines_cut_where_nothing_joins() -> None:
    found = word_runs(answers(words()), np.array([[0, 1]]))

    assert found.words == ((0, 1), (2,), (3,), (4,), (5,))
    assert found.boxes[0].tolist() == pytest.approx([0, 0, 6, 1])
    assert found.firsts.tolist() == [0, 2, 3, 4, 5]
    assert found.lasts.tolist() == [1, 2, 3, 4, 5]
    assert found.labels.sum(1) == pytest.approx(1)


def test_a_run_may_go_on_with_those_above_in_its_column_alone() -> None:
    here = answers(words())
    found = word_runs(here, np.array([[0, 1]]))
    texts = [" ".join(WORDS[i][0] for i in run) for run in found.words]

    pairs, columns = pairs_down(here, found)

    assert pair_texts(pairs, texts) == {("North Road", "Lane"), ("South", "9")}
    assert columns["drop"] == pytest.approx([0.4, 0.4])
    assert columns["room_right_upper"] == pytest.approx([14, 30])
    assert columns["room_left_lower"] == pytest.approx([30, 17.6])


def test_what_is_surely_other_is_nobodys_upper_run() -> None:
    rows = noisy_probabilities(["B-ANSWER"] * len(WORDS), np.random.default_rng(0))
    rows[:3] = [0.98, *[0.02 / 6] * 6]
    here = word_layout(words(), label_probabilities(rows, TAGS))

    pairs, _ = pairs_down(here, word_runs(here, np.zeros((0, 2), np.int64)))

    assert not len(pairs)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_neither_the_order_nor_the_scale_changes_a_number(language: str) -> None:
    page = generate(3, language).page
    rows = noisy_probabilities(
        [f"B-{x.label}" if x.label != "OTHER" else "O" for x in page.labels or ()], np.random.default_rng(0)
    )
    order = list(range(len(page.words)))
    Random(0).shuffle(order)
    larger = [replace(word, box=Box(*(2.5 * side for side in sides(word.box)))) for word in page.words]

    seen = numbers(word_layout(page.words, label_probabilities(rows, TAGS)), list(range(len(order))))
    moved = numbers(word_layout([page.words[i] for i in order], label_probabilities(rows[order], TAGS)), order)
    grown = numbers(word_layout(larger, label_probabilities(rows, TAGS)), list(range(len(order))))

    assert len(seen) > 50
    assert seen.keys() == moved.keys() == grown.keys()
    for pair, row in seen.items():
        assert moved[pair] == row
        assert grown[pair] == pytest.approx(row, abs=0.02)


def sides(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def numbers(here: WordLayout, order: Sequence[int]) -> dict[tuple[int, ...], list[float]]:
    """Return (first word, other word, kind of pair) -> numbers of the pair; words are numbered by `order`."""
    pairs, columns = pairs_across(here)
    found = word_runs(here, pairs[columns["gap"] < 1])
    below, lower = pairs_down(here, found)
    rows = {(order[a], order[b], 0): row for (a, b), row in zip(pairs.tolist(), listed(columns), strict=True)}
    firsts = found.firsts[below].tolist()
    return rows | {(order[a], order[b], 1): row for (a, b), row in zip(firsts, listed(lower), strict=True)}


def listed(columns: Columns) -> list[list[float]]:
    rows: list[list[float]] = np.stack(list(columns.values()), 1).astype(np.float64).tolist()
    return rows
