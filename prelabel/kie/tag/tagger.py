"""The interface of every word tagger: words, boxes and perhaps an image in, tag probabilities by word out.

Nothing here is LayoutLM's. `encode` runs in the caller's thread and may be slow in Python; `forward` runs in the one
forward thread of a device and takes the pages of many tasks at once (`workers.batcher`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from prelabel.geometry import straight
from prelabel.page import Box

#: Letters of a word that a tagger sees: whoever reads 10,000 letters as one word shall not fill the memory with them.
MAX_LETTERS = 128

#: The plain label of words that are in no entity.
OTHER = "OTHER"

#: Tag probabilities of one page: float32, shape (words, tags), rows sum to 1.
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TagInput:
    """Words and boxes (pixels of the upright frame) of one page, parallel; the image where a model wants one."""

    words: tuple[str, ...]
    boxes: tuple[Box, ...]
    width_px: int
    height_px: int
    image: Any | None = None

    def cleaned(self) -> TagInput:
        """The same page for any model: words cut and without half characters, boxes straight, a size of 1 at least."""
        return replace(
            self,
            words=tuple(word[:MAX_LETTERS].encode("utf-8", "replace").decode() for word in self.words),
            boxes=tuple(straight(box) for box in self.boxes),
            width_px=max(self.width_px, 1),
            height_px=max(self.height_px, 1),
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """One page ready for the device. `cost` is its size in tokens after windowing: what a batch adds up."""

    cost: int
    words: int
    payload: Any


class Tagger(Protocol):
    """`tags` are BIO(ES) or plain: "O", "B-QUESTION", ...; `name` is readable, `digest` identifies weights + config."""

    name: str
    digest: str
    tags: tuple[str, ...]

    def encode(self, page: TagInput) -> Encoded:
        """Make one page ready: windows, ids, features. An empty page costs 0."""
        ...

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """One forward pass over all pages of the batch; result i has shape (batch[i].words, len(tags))."""
        ...

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        """`forward` in two: what a GPU computes has begun, the function waits for it, perhaps in another thread."""
        ...


def plain_label(tag: str) -> str:
    """The label of a tag: "B-QUESTION" -> "QUESTION", "O" and any case of "other" -> "OTHER"."""
    label = tag[2:] if tag[:2] in {"B-", "I-", "E-", "S-"} else tag
    return OTHER if label.upper() in {"O", OTHER} else label
