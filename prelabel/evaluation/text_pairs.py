"""Scores of the key-values of a page as pairs of texts, exact or with tolerance for OCR errors.

Texts are compared in NFC, case-folded, without white space and without the colons at the end of a key. Two pairs match
if the similarity of their keys, and of their values, is at least `SIMILAR` (1 - edit distance / longer length; 1.0:
exact). Every pair matches at most once; the best matches are taken first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from prelabel.evaluation.scores import Scores
from prelabel.page import KeyValue

#: Least similarity of two texts that count as equal in spite of OCR errors.
SIMILAR = 0.8


def pair_scores(predicted: Sequence[KeyValue], truth: Sequence[tuple[str, str]], similar: float = SIMILAR) -> Scores:
    """Score the pairs of one page, matched one to one. `similar`: least similarity; 1.0: exact."""
    return Scores(len(matched_pairs(predicted, truth, similar)), len(predicted), len(truth))


def matched_pairs(
    predicted: Sequence[KeyValue], truth: Sequence[tuple[str, str]], similar: float = SIMILAR
) -> list[tuple[int, int]]:
    """Return (index of the true pair, index of the predicted pair) for the matches of one page."""
    found = [(_plain(pair.key), _plain(pair.value)) for pair in predicted]
    wanted = [(_plain(key), _plain(value)) for key, value in truth]
    return _matches(found, wanted, similar)


def similarity(a: str, b: str) -> float:
    """Return 1 - edit distance / longer length; 1.0 for two empty texts.

    >>> similarity("total", "tota1")
    0.8
    """
    return Levenshtein.normalized_similarity(a, b)


def _matches(
    found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]], similar: float
) -> list[tuple[int, int]]:
    pairs: Iterable[tuple[float, int, int]] = (
        (min(similarity(a[0], b[0]), similarity(a[1], b[1])), i, j)
        for i, a in enumerate(found)
        for j, b in enumerate(wanted)
    )
    matched: dict[int, int] = {}
    used: set[int] = set()
    for score, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= similar and i not in used and j not in matched:
            used.add(i)
            matched[j] = i
    return sorted(matched.items())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(folded.split()).rstrip(":：")
