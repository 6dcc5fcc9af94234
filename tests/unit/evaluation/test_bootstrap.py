"""Confidence intervals of a micro F1 over pages."""

from __future__ import annotations

import pytest

from prelabel.evaluation.bootstrap import f1_interval
from prelabel.evaluation.scores import Scores


def test_pages_that_are_all_alike_leave_no_room() -> None:
    assert f1_interval([Scores(1, 2, 2)] * 9, seed=0) == (0.5, 0.5)


def test_one_page_and_none() -> None:
    assert f1_interval([Scores(3, 4, 4)], seed=0) == (0.75, 0.75)
    assert f1_interval([], seed=0) == (1.0, 1.0)


def test_half_right_pages_spread_as_a_binomial() -> None:
    # Each of 100 pages is right with a probability of one half: 0.5 +- 1.96 * sqrt(0.25 / 100)
    low, high = f1_interval([Scores(1, 1, 1), Scores(0, 1, 1)] * 50, seed=0)
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


def test_a_large_page_counts_by_its_size() -> None:
    # Draws: only the large page 0.9, only the small page 0.0, both 9 / 11
    low, high = f1_interval([Scores(9, 10, 10), Scores(0, 1, 1)], seed=0)
    assert (low, high) == (0.0, 0.9)


def test_a_page_without_anything_is_no_error() -> None:
    assert f1_interval([Scores(0, 0, 0)] * 3, seed=0) == (1.0, 1.0)


def test_the_seed_decides() -> None:
    pages = [Scores(i % 4, 4, 4) for i in range(30)]
    assert f1_interval(pages, seed=1) == f1_interval(pages, seed=1) != f1_interval(pages, seed=2)
