"""Scores of the key-values of a page as pairs of word sets: the words of the key and those of the value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.evaluation.matching import Overlaps, match
from prelabel.evaluation.scores import Scores

#: The words of a key and of its value, by their indices on the page.
WordPair = tuple[frozenset[int], frozenset[int]]

#: Least overlap (intersection over union) of two word sets in the relaxed comparison.
HALF = 0.5


def word_pair_scores(found: Sequence[WordPair], truth: Sequence[WordPair], least: float = 1.0) -> Scores:
    """Score the pairs of one page, matched as in `matched_word_pairs`."""
    return Scores(len(matched_word_pairs(found, truth, least)), len(found), len(truth))


def matched_word_pairs(
    found: Sequence[WordPair], truth: Sequence[WordPair], least: float = 1.0
) -> list[tuple[int, int]]:
    """Return (index of the true pair, index of the found pair), one to one, the largest overlaps first.

    Two pairs match if the intersection over union of the words of both keys, and of both values, is at least `least`;
    1.0: the same words.
    """
    overlaps = [(t, f, _overlap(a, b)) for t, a in enumerate(truth) for f, b in enumerate(found)]
    near = [row for row in overlaps if row[2] > 0]
    rows, columns = (np.array([row[i] for row in near], dtype=np.intp) for i in (0, 1))
    shares = np.array([row[2] for row in near], dtype=np.float64)
    return match(Overlaps(rows, columns, shares, shares), least)


def _overlap(a: WordPair, b: WordPair) -> float:
    return min(len(x & y) / len(x | y) for x, y in zip(a, b, strict=True))
