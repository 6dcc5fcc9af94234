"""Scores of sets: of anything that is right or not, and of key-value pairs as two sets of words each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from prelabel.evaluation.matching import Overlaps, match
from prelabel.evaluation.text_pairs import Scores

#: The words of a key and of its value, by their numbers on the page.
WordPair = tuple[frozenset[int], frozenset[int]]

#: Share of words (intersection over union) from which two sets are about the same.
HALF = 0.5


def set_scores(found: AbstractSet[Hashable], truth: AbstractSet[Hashable]) -> Scores:
    """What is in both is right."""
    return Scores(len(found & truth), len(found), len(truth))


def word_pair_scores(found: Sequence[WordPair], truth: Sequence[WordPair], least: float = 1.0) -> Scores:
    """Of one page's pairs, as `matched_word_pairs` finds them."""
    return Scores(len(matched_word_pairs(found, truth, least)), len(found), len(truth))


def matched_word_pairs(
    found: Sequence[WordPair], truth: Sequence[WordPair], least: float = 1.0
) -> list[tuple[int, int]]:
    """(index of the truth, index of what was found) of one page's pairs, one to one, the most alike first.

    Two pairs match when the intersection over union of the words of both keys, and of both values, is at least `least`;
    1.0: the very same words.
    """
    alike = [(t, f, _alike(a, b)) for t, a in enumerate(truth) for f, b in enumerate(found)]
    near = [row for row in alike if row[2] > 0]
    rows, columns = (np.array([row[i] for row in near], dtype=np.intp) for i in (0, 1))
    shares = np.array([row[2] for row in near], dtype=np.float64)
    return match(Overlaps(rows, columns, shares, shares), least)


def _alike(a: WordPair, b: WordPair) -> float:
    return min(len(x & y) / len(x | y) for x, y in zip(a, b, strict=True))
