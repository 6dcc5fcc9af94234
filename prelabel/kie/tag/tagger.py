"""Interface of every word tagger: words, boxes and possibly an image in, tag probabilities by word out.

`encode` runs in the caller's thread and may be slow in Python. `forward` runs in the one forward thread of a device and
takes the pages of many tasks at once (`workers.batcher`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from prelabel.geometry import straight
from prelabel.page import Box

#: Longest word in letters; the rest is cut, so that an OCR error of 10,000 letters cannot exhaust the memory.
MAX_LETTERS = 128

#: The plain label of words that are in no entity.
OTHER = "OTHER"

#: Tag probabilities of one page: float32, shape (words, tags), rows sum to 1.
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TagInput:
    """Words and boxes (pixels of the upright frame) of one page, parallel; `image` for models that need it."""

    words: tuple[str, ...]
    boxes: tuple[Box, ...]
    width_px: int
    height_px: int
    image: Any | None = None

    def cleaned(self) -> TagInput:
        """Return the page in a form that every model can take.

        Words are cut to `MAX_LETTERS` and have no unpaired surrogates, boxes have no reversed corners, the size is at
        least 1.
        """
        return replace(
            self,
            words=tuple(word[:MAX_LETTERS].encode("utf-8", "replace").decode() for word in self.words),
            boxes=tuple(straight(box) for box in self.boxes),
            width_px=max(self.width_px, 1),
            height_px=max(self.height_px, 1),
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """One page ready for the device. `cost`: its tokens in all windows, which count towards the size of a batch."""

    cost: int
    words: int
    payload: Any


class Tagger(Protocol):
    """A model that gives tag probabilities of words.

    `tags`: BIO(ES) or plain: "O", "B-QUESTION", ... `name` is readable, `digest` identifies weights and config.
    """

    name: str
    digest: str
    tags: tuple[str, ...]

    def encode(self, page: TagInput) -> Encoded:
        """Prepare one page: windows, ids, features. A page without words costs 0."""
        ...

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Run one forward pass over all pages of the batch; result i has the shape (batch[i].words, len(tags))."""
        ...

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        """Begin `forward`, and return a function that waits for the result; any thread may call it."""
        ...


def plain_label(tag: str) -> str:
    """Return the label of a tag: "B-QUESTION" -> "QUESTION", "O" and "other" in any case -> "OTHER"."""
    label = tag[2:] if tag[:2] in {"B-", "I-", "E-", "S-"} else tag
    return OTHER if label.upper() in {"O", OTHER} else label
