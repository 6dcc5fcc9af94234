"""Scores of the key-values of a page as pairs of texts, exact or with tolerance for OCR errors.

Texts are compared in NFC, case-folded, without white space and without the colons at the end of a key. Two pairs match
if the similarity of their keys, and of their values, is at least `SIMILAR` (1 - edit distance / longer length; 1.0:
exact). Every pair matches at most once; the best matches are taken first. A pair is right if its value is exact and
its key similar: `right_pairs`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from prelabel.evaluation.scores import Scores
from prelabel.page import KeyValue

#: Least similarity of two texts that count as equal in spite of OCR errors.
SIMILAR = 0.8
#: Forms of quotes and dashes -> the plain ones.
_FORMS = str.maketrans("‘’“”–—", "''\"\"--")
#: Marks at the end of a key that are no part of its name.
_KEY_ENDS = " :;：.·"


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


def right_pairs(predicted: Sequence[tuple[str, str]], truth: Sequence[tuple[str | Sequence[str], str]]) -> list[bool]:
    """Return whether each pair of a page is right: a true pair has exactly its value, and a key at least `SIMILAR`.

    A true pair makes one pair right; the most similar keys are taken first. A true key may have several spellings.
    Forms of quotes and dashes, and marks at the end of a key, count as the same.
    """
    found = [(_bare(key), _plain(value.translate(_FORMS))) for key, value in predicted]
    wanted = [
        ([_bare(each) for each in ([key] if isinstance(key, str) else key)], _plain(value.translate(_FORMS)))
        for key, value in truth
    ]
    by_value: dict[str, list[int]] = {}
    for j, (_, value) in enumerate(wanted):
        by_value.setdefault(value, []).append(j)
    close = (
        (score, i, j)
        for i, (key, value) in enumerate(found)
        for j in by_value.get(value, ())
        if (score := max(similarity(key, spelling) for spelling in wanted[j][0])) >= SIMILAR
    )
    right: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(close, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in right and j not in used:
            right[i] = j
            used.add(j)
    return [i in right for i in range(len(found))]


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


def _bare(key: str) -> str:
    plain = _plain(key.translate(_FORMS))
    return plain.rstrip(_KEY_ENDS) or plain


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(folded.split()).rstrip(":：")
