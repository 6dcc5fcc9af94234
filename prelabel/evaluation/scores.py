"""Precision, recall and F1 from counts, 0..1, and what they are where there is nothing."""

from __future__ import annotations


def precision(right: float, truth: float, found: float) -> float:
    """The right ones of what was found; nothing found is right where nothing is to be found."""
    return right / found if found else float(not truth)


def recall(right: float, truth: float, found: float) -> float:
    """The right ones of the truth."""
    return precision(right, found, truth)


def f1(right: float, truth: float, found: float) -> float:
    """Harmonic mean of both."""
    return 2 * right / (truth + found) if truth + found else 1.0
