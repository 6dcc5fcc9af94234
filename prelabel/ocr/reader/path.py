"""Characters of a line from the network's probabilities: the best class of each frame, repeats and blanks left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prelabel.ocr.reader import alphabet

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Character:
    """A read character (NFC, or a space): its place along the crop in pixels, and its probability.

    `start_px`, `stop_px`: middles of the first and the last frame of its classes; the ink reaches further on both
    sides. `probability`: product of its classes' probabilities, each in its surest frame.
    """

    text: str
    start_px: float
    stop_px: float
    probability: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring frames, `start` to before `stop`, with one best class."""

    number: int
    start: int
    stop: int
    probability: float


def characters(logits: Floats, frame_px: float, offset_px: float = 0.0) -> list[Character]:
    """Read the logits of a line, (frames, classes).

    `frame_px`: pixels of the crop to a frame; `offset_px`: place of the first frame's edge along the crop.
    """
    found = runs(logits)
    read = []
    for indexes in alphabet.grouped(run.number for run in found):
        parts = [found[index] for index in indexes]
        read.append(
            Character(
                alphabet.character(run.number for run in parts),
                offset_px + (parts[0].start + 0.5) * frame_px,
                offset_px + (parts[-1].stop - 0.5) * frame_px,
                float(np.prod([run.probability for run in parts])),
            )
        )
    return read


def runs(logits: Floats) -> list[_Run]:
    """Return the runs of frames with one best class that is not blank."""
    if not len(logits):
        return []
    best = logits.argmax(1)
    edges = np.flatnonzero(np.diff(best)) + 1
    starts, stops = np.concatenate(([0], edges)), np.concatenate((edges, [len(best)]))
    inked = np.flatnonzero(best[starts] != alphabet.BLANK)
    frames = np.flatnonzero(best != alphabet.BLANK)
    high = logits[frames]
    sure = np.zeros(len(best), np.float32)
    sure[frames] = 1 / np.exp(high - high.max(1, keepdims=True)).sum(1)
    return [
        _Run(int(best[start]), int(start), int(stop), float(sure[start:stop].max()))
        for start, stop in zip(starts[inked], stops[inked], strict=True)
    ]


def text(read: list[Character]) -> str:
    """Return the text of a line, without spaces at its ends and with single ones inside."""
    return " ".join("".join(character.text for character in read).split())
