"""How many of a page's key-value pairs were found: micro F1 of text pairs, exact or with room for OCR errors.

Texts are compared NFC, case-folded, without any white space and without the colons at a key's end. Two pairs match
when both their keys and both their values are at least `SIMILAR` alike (1 - edit distance / longer length; 1.0: exact).
Every pair matches at most once: best matches first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from prelabel.page import KeyValue

#: Likeness from which two texts count as the same in spite of OCR errors.
SIMILAR = 0.8


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of pairs; add them over pages for a micro average. The properties are 0..1."""

    matched: int
    predicted: int
    truth: int

    @property
    def precision(self) -> float:
        return self.matched / self.predicted if self.predicted else float(not self.truth)

    @property
    def recall(self) -> float:
        return self.matched / self.truth if self.truth else float(not self.predicted)

    @property
    def f1(self) -> float:
        """Harmonic mean; 1.0 where nothing was to be found and nothing was."""
        total = self.predicted + self.truth
        return 2 * self.matched / total if total else 1.0

    def __add__(self, other: Scores) -> Scores:
        return Scores(self.matched + other.matched, self.predicted + other.predicted, self.truth + other.truth)


def pair_scores(predicted: Sequence[KeyValue], truth: Sequence[tuple[str, str]], similar: float = SIMILAR) -> Scores:
    """Match one page's pairs one to one. `similar=1.0`: exact."""
    return Scores(len(matched_pairs(predicted, truth, similar)), len(predicted), len(truth))


def matched_pairs(
    predicted: Sequence[KeyValue], truth: Sequence[tuple[str, str]], similar: float = SIMILAR
) -> list[tuple[int, int]]:
    """(index of the truth, index of the prediction) of one page's pairs that match. `similar=1.0`: exact."""
    found = [(_plain(pair.key), _plain(pair.value)) for pair in predicted]
    wanted = [(_plain(key), _plain(value)) for key, value in truth]
    return _matches(found, wanted, similar)


def likeness(a: str, b: str) -> float:
    """1 - edit distance / longer length; 1.0 for two empty texts.

    >>> likeness("total", "tota1")
    0.8
    """
    return Levenshtein.normalized_similarity(a, b)


def _matches(
    found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]], similar: float
) -> list[tuple[int, int]]:
    pairs: Iterable[tuple[float, int, int]] = (
        (min(likeness(a[0], b[0]), likeness(a[1], b[1])), i, j)
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
