"""Comparison of texts in the evaluation of OCR: NFC, without white space at the ends; errors are edits."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits (insertions, deletions, substitutions) from the read text to the true one of `length` units."""

    edits: int = 0
    length: int = 0

    @property
    def rate(self) -> float:
        """Edits per unit of the truth; above 1.0 for many surplus units; 1.0 for any text instead of none."""
        return self.edits / self.length if self.length else float(self.edits > 0)

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.length + other.length)


def plain(text: str) -> str:
    """Return a text in NFC, without white space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def errors(truth: Sequence[str], read: Sequence[str]) -> Errors:
    """Count the errors of a text in characters, or of a list of words in words.

    >>> errors("total", "tota1")
    Errors(edits=1, length=5)
    """
    return Errors(Levenshtein.distance(truth, read), len(truth))
