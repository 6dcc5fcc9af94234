"""Twin in memory of the reader's network: it says of each line what it was told, with places along the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prelabel.ocr.reader.lines import Gray
from prelabel.ocr.reader.path import Character


@dataclass(slots=True)
class ToldNetwork:
    """Reads the texts in their turn, spread evenly over each crop; `probability`: of every character."""

    texts: Sequence[str]
    probability: float = 0.99
    config: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = Path("nowhere")
    error: Exception | None = None
    crops: list[Gray] = field(default_factory=list)

    def read(self, crops: Sequence[Gray]) -> list[list[Character]]:
        if self.error:
            raise self.error
        self.crops += crops
        texts = [self.texts[number % len(self.texts)] if self.texts else "" for number in range(len(crops))]
        return [spread(text, crop.shape[1], self.probability) for text, crop in zip(texts, crops, strict=True)]


def spread(text: str, width_px: float, probability: float = 0.99) -> list[Character]:
    """Return the characters of a text, evenly along a line."""
    step = width_px / max(1, len(text))
    return [Character(char, (n + 0.4) * step, (n + 0.6) * step, probability) for n, char in enumerate(text)]
