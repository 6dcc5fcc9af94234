"""Precision, recall and F1 from counts, 0..1; all are 1.0 if there is nothing to find and nothing was found."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


def precision(right: float, truth: float, found: float) -> float:
    """Return the correct part of the found items."""
    return right / found if found else float(not truth)


def recall(right: float, truth: float, found: float) -> float:
    """Return the part of the true items that was found."""
    return precision(right, found, truth)


def f1(right: float, truth: float, found: float) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * right / (truth + found) if truth + found else 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of items; the sum over pages gives a micro average. The properties are 0..1."""

    matched: int
    predicted: int
    truth: int

    @property
    def precision(self) -> float:
        """The correct part of the predicted items."""
        return precision(self.matched, self.truth, self.predicted)

    @property
    def recall(self) -> float:
        """The part of the true items that was predicted."""
        return recall(self.matched, self.truth, self.predicted)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return f1(self.matched, self.truth, self.predicted)

    def __add__(self, other: Scores) -> Scores:
        return Scores(self.matched + other.matched, self.predicted + other.predicted, self.truth + other.truth)


def set_scores(found: AbstractSet[Hashable], truth: AbstractSet[Hashable]) -> Scores:
    """Score a set of found items: the items of both sets are correct."""
    return Scores(len(found & truth), len(found), len(truth))
