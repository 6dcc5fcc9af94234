"""Numbers on pages that OCR read: how many came out wrong, and how many of those that were given as sure.

A wrong amount is worse than a wrong word: it looks right. So words with digits are counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from prelabel.evaluation.matching import Overlaps
from prelabel.page import Word

#: Confidence from which a person will not look at a number again.
SURE = 0.95

#: A number within a word: a sign, and digits and masks with the marks between them.
_FIGURES = re.compile(r"[-+−]?\d(?:[\d.,:/*-]*[\d*])?")


@dataclass(frozen=True, slots=True)
class NumberScores:
    """Counts; their sum over pages is a micro average. A number is a word with at least one digit.

    `truth`: true numbers; `right`: of them, those with the same figures in the word at their place (IoU of at least
    0.5); `misread`: those with other figures there. `given`: numbers among the words read; `given_wrong`: those whose
    figures are not those of the true word that they cover most, or that lie on no true word. `sure`, `sure_wrong`: the
    same of the numbers with a confidence of at least 0.95.
    """

    truth: int = 0
    right: int = 0
    misread: int = 0
    given: int = 0
    given_wrong: int = 0
    sure: int = 0
    sure_wrong: int = 0

    def __add__(self, other: NumberScores) -> NumberScores:
        return NumberScores(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def to_json(self) -> dict[str, float | int]:
        """Return shares in percent, 0 where nothing is counted, and counts."""
        return {
            "numbers_right": _percent(self.right, self.truth),
            "numbers_misread": _percent(self.misread, self.truth),
            "numbers_wrong": _percent(self.given_wrong, self.given),
            "sure_numbers_wrong": _percent(self.sure_wrong, self.sure),
            "numbers": self.truth,
            "numbers_found": self.given,
            "sure_numbers": self.sure,
        }


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers within a text: digits with the signs and marks that make their value, without words around.

    >>> figures("₩1,250.00원"), figures("(2024-03-05)"), figures("A4"), figures("Total")
    (('1,250.00',), ('2024-03-05',), ('4',), ())
    """
    return tuple(_FIGURES.findall(text))


def score_numbers(
    truth: Sequence[Word], found: Sequence[Word], pairs: Sequence[tuple[int, int]], overlaps: Overlaps
) -> NumberScores:
    """Count the numbers of one page. `pairs`: matched words as indices; `overlaps`: all pairs of boxes that touch."""
    wanted = [figures(word.text) for word in truth]
    read = [figures(word.text) for word in found]
    matched = [read[f] == wanted[t] for t, f in pairs if wanted[t]]
    below = _covered(overlaps)
    given = [(f, f in below and numbers == wanted[below[f]]) for f, numbers in enumerate(read) if numbers]
    sure = [right for f, right in given if found[f].confidence >= SURE]
    return NumberScores(
        truth=sum(map(bool, wanted)),
        right=sum(matched),
        misread=len(matched) - sum(matched),
        given=len(given),
        given_wrong=sum(not right for _, right in given),
        sure=len(sure),
        sure_wrong=sum(not right for right in sure),
    )


def _covered(overlaps: Overlaps) -> dict[int, int]:
    """Return the true word on which each found word lies most, by indices."""
    best: dict[int, tuple[float, int]] = {}
    for t, f, area in zip(overlaps.truth.tolist(), overlaps.found.tolist(), overlaps.area.tolist(), strict=True):
        if area > best.get(f, (0.0, 0))[0]:
            best[f] = area, t
    return {f: t for f, (_, t) in best.items()}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
