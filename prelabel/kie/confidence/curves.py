"""Curves of the confidence: each feature adds to the log odds what its curve says; straight between the knots."""

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
    """Curves by feature: knots (x, y), x rising. `offset`: log odds where all curves are at 0."""

    offset: float
    curves: Mapping[str, tuple[tuple[float, float], ...]]

    def chances(self, features: Mapping[str, npt.NDArray[np.floating]]) -> Floats:
        """Return the probability of each row, within 0..1. Features without a curve count nothing."""
        odds = np.full(len(next(iter(features.values()))), self.offset)
        for name, knots in self.curves.items():
            x, y = np.array(knots).T
            odds += np.interp(features[name], x, y)
        chances: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return chances


@lru_cache(maxsize=1)
def shipped() -> Curves:
    """Return the curves that ship, read once a process."""
    made = json.loads(SHIPPED.read_text("utf-8"))
    curves = {name: tuple((x, y) for x, y in knots) for name, knots in made["curves"].items()}
    return Curves(made["offset"], curves)
