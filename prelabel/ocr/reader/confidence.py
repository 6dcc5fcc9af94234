"""Confidence of a word: the chance that it is right, from the probabilities of its characters and the spaces beside it.

The curves are measured on printed pages that no training saw (`prelabel.training.reader.calibration`), one for words
with digits and one for others. Without curves, as in a model that is being trained, the raw figure stands for the
chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Names of the curves in a model's configuration.
CONFIDENCE, WORDS, NUMBERS = "confidence", "words", "numbers"


@dataclass(frozen=True, slots=True)
class Curve:
    """A monotone curve through points: `raw` grows, `right` does not fall; both are 0..1."""

    raw: tuple[float, ...]
    right: tuple[float, ...]

    def at(self, raw: float) -> float:
        return float(np.interp(raw, self.raw, self.right))


@dataclass(frozen=True, slots=True)
class Confidences:
    """Curves of a model."""

    words: Curve
    numbers: Curve

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Confidences:
        """Read the curves of a model's configuration. Raises ValueError where they are damaged."""
        curves = config.get(CONFIDENCE)
        if curves is None:
            straight = Curve((0.0, 1.0), (0.0, 1.0))
            return cls(straight, straight)
        try:
            return cls(_curve(curves[WORDS]), _curve(curves[NUMBERS]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no curves of confidence ({type(error).__name__})") from None

    def of_word(self, text: str, probabilities: Sequence[float], spaces: Sequence[float] = ()) -> float:
        """Return the confidence 0..1 of a word with these probabilities of characters and of the spaces beside it."""
        curve = self.numbers if any(char.isdigit() for char in text) else self.words
        return curve.at(raw_share(probabilities, spaces))


def raw_share(probabilities: Sequence[float], spaces: Sequence[float] = ()) -> float:
    """Return one figure 0..1 for a word, on which its curve is measured: the product of all its probabilities."""
    return math.prod((*probabilities, *spaces)) if probabilities else 0.0


def _curve(points: Sequence[Sequence[float]]) -> Curve:
    raw, right = (tuple(float(value) for value in values) for values in points)
    rising = all(np.diff(raw) > 0) and all(np.diff(right) >= 0)
    if len(raw) != len(right) or len(raw) < 2 or not rising or not 0 <= right[0] <= right[-1] <= 1:
        raise ValueError("curves of confidence that do not rise")
    return Curve(raw, right)
