"""The interface of every word tagger: words, boxes and perhaps an image in, tag probabilities by word out.

Nothing here is LayoutLM's. `encode` runs in the caller's thread and may be slow in Python; `forward` runs in the one
forward thread of a device and takes the pages of many tasks at once (`workers.batcher`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from prelabel.page import Box

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


def plain_label(tag: str) -> str:
    """The label of a tag: "B-QUESTION" -> "QUESTION", "O" and any case of "other" -> "OTHER"."""
    label = tag[2:] if tag[:2] in {"B-", "I-", "E-", "S-"} else tag
    return "OTHER" if label.upper() in {"O", "OTHER"} else label
