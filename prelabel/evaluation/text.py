"""Texts as the evaluation of OCR compares them: NFC, without white space at their ends; errors are edits."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits (insertions, deletions, substitutions) that turn what was read into the truth, of `length` units."""

    edits: int = 0
    length: int = 0

    @property
    def rate(self) -> float:
        """Edits by unit of truth: over 1.0 where more is read than is there; 1.0 where something is read of nothing."""
        return self.edits / self.length if self.length else float(self.edits > 0)

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.length + other.length)


def plain(text: str) -> str:
    """NFC, without white space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def errors(truth: Sequence[str], read: Sequence[str]) -> Errors:
    """Of two texts in characters, of two lists of words in words.

    >>> errors("total", "tota1")
    Errors(edits=1, length=5)
    """
    return Errors(Levenshtein.distance(truth, read), len(truth))
