"""Curves of the confidence: each feature adds to the log odds what its curve says; a last curve calibrates the sum."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from prelabel.kie.confidence.word_signs import Floats

#: The curves that ship. `python -m prelabel.training.confidence` makes them.
SHIPPED = Path(__file__).parents[2] / "models" / "confidence" / "config.json"


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves by feature: knots (x, y), x rising, straight between them. `offset`: log odds where all curves are at 0.

    `last`: knots from the sum, as log odds, to what is right at such a sum; () where the sum holds as it is.
    """

    offset: float
    curves: Mapping[str, tuple[tuple[float, float], ...]]
    last: tuple[tuple[float, float], ...] = ()

    def chances(self, features: Mapping[str, npt.NDArray[np.floating]]) -> Floats:
        """Return the probability of each row, within 0..1. Features without a curve count nothing."""
        odds = self.odds(features)
        if self.last:
            odds = np.interp(odds, *np.array(self.last).T)
        chances: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return chances

    def odds(self, features: Mapping[str, npt.NDArray[np.floating]]) -> npt.NDArray[np.float64]:
        """Return the sum of the curves, as log odds, before the last curve."""
        odds = np.full(len(next(iter(features.values()))), self.offset)
        for name, knots in self.curves.items():
            x, y = np.array(knots).T
            odds += np.interp(features[name], x, y)
        return odds


@lru_cache(maxsize=1)
def shipped() -> Curves:
    """Return the curves that ship, read once a process."""
    made = json.loads(SHIPPED.read_text("utf-8"))
    curves = {name: tuple((x, y) for x, y in knots) for name, knots in made["curves"].items()}
    return Curves(made["offset"], curves, tuple((x, y) for x, y in made["last"]))
