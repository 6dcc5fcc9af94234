"""Options of a training of the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from prelabel.training.reader.network import Shape

Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True, slots=True)
class ReaderTraining:
    """Options of a training; its folder keeps them. Line i of a training is printed from the seed `first + i`.

    The rate warms up, stays, and falls to 0 over the last part; so a training can be prolonged from before the fall.
    """

    #: Seeds of printed lines, which is somewhat more than the lines: a few are left out.
    lines: int = 3_000_000
    seed: int = 0
    shape: Shape = field(default_factory=Shape)
    #: Columns of strips in one batch, padding included.
    batch_px: int = 12_000
    #: Lines that are sorted by width together.
    pool: int = 2048
    rate: float = 2.5e-3
    decay: float = 0.02
    clip: float = 2.0
    #: Lines of the warm-up of the rate, and at the start, of which only short ones are used.
    warm_up: int = 4_000
    short: int = 8_192
    #: Part of the training, at its end, over which the rate falls.
    fall: float = 0.35
    #: "auto" stands for the faster one of the machine on which the training begins.
    precision: Precision = "auto"
    #: Steps between two checkpoints.
    steps: int = 150

    @property
    def first(self) -> int:
        """Seed of the first line."""
        return self.seed * 1_000_000_000

    @property
    def steady(self) -> int:
        """Lines before the rate begins to fall."""
        return round(self.lines * (1 - self.fall))

    def rate_after(self, lines: int) -> float:
        """Return the learning rate of a step after so many lines."""
        warm = min(1.0, (lines + 1) / self.warm_up)
        falling = (self.lines - lines) / max(self.lines - self.steady, 1)
        return self.rate * min(warm, max(min(falling, 1.0), 0.0))
