"""Scores of key-values as pairs of word sets, and scores of sets."""

from __future__ import annotations

import pytest

from prelabel.evaluation.scores import Scores, set_scores
from prelabel.evaluation.word_pairs import HALF, WordPair, word_pair_scores


def pair(key: set[int], value: set[int]) -> WordPair:
    return frozenset(key), frozenset(value)


def test_what_is_in_both_sets_is_right() -> None:
    assert set_scores({1, 2, 3}, {2, 3, 4, 5}) == Scores(matched=2, predicted=3, truth=4)
    assert set_scores(set(), set()).f1 == 1.0


@pytest.mark.parametrize(
    ("key", "value", "exact", "half"),
    [
        ({1, 2}, {3, 4}, 1, 1),
        ({1, 2}, {3}, 0, 1),  # 1 of 2 words
        ({1, 2}, {3, 4, 5, 6}, 0, 1),  # 2 of 4
        ({1, 2}, {3, 4, 5, 6, 7}, 0, 0),  # 2 of 5
        ({1, 2}, {4, 5}, 0, 0),  # 1 of 3
        ({8}, {3, 4}, 0, 0),
        ({3, 4}, {1, 2}, 0, 0),  # the wrong way round
    ],
)
def test_both_sides_must_overlap(key: set[int], value: set[int], exact: int, half: int) -> None:
    truth, found = [pair({1, 2}, {3, 4})], [pair(key, value)]
    assert word_pair_scores(found, truth) == Scores(exact, 1, 1)
    assert word_pair_scores(found, truth, HALF) == Scores(half, 1, 1)


def test_one_truth_is_matched_once_and_the_best_goes_first() -> None:
    truth = [pair({1}, {2, 3}), pair({1}, {2, 3, 4, 5})]
    # The first found pair is half of each truth, the second equals the first truth; so the first gets the second truth.
    found = [pair({1}, {2, 3, 4}), pair({1}, {2, 3})]
    assert word_pair_scores(found, truth, HALF) == Scores(2, 2, 2)
    assert word_pair_scores([found[1]] * 2, truth[:1], HALF) == Scores(1, 2, 1)


def test_nothing_on_either_side() -> None:
    assert word_pair_scores([], []) == Scores(0, 0, 0)
    assert word_pair_scores([pair({1}, {2})], []) == Scores(0, 1, 0)
