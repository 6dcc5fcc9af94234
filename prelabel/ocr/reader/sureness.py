"""Probabilities of read words over all alignments of their characters with the frames (CTC's forward algorithm).

The probabilities of single characters say nothing about a character that was lost: there the blank won by a little.
The probability that the frames of a word hold these characters, and no others, counts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from prelabel.ocr.reader import alphabet

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """The logits of a word's frames, (frames, classes), and the classes read there, without blanks and spaces.

    The frames reach from the space before the word to the space behind it.
    """

    logits: Floats
    classes: tuple[int, ...]


def probabilities(passages: Sequence[Passage]) -> list[float]:
    """Return the probability 0..1 that each passage holds exactly its classes, at any of its frames.

    Spaces beside the word do not count. 0.0 for a passage with fewer frames than classes.
    """
    if not passages:
        return []
    order = sorted(range(len(passages)), key=lambda index: -len(passages[index].logits))
    rows = [_emissions(passages[index]) for index in order]
    frames, places = len(rows[0]), max(row.shape[1] for row in rows)
    emitted = np.zeros((frames, len(rows), places), np.float32)
    skips = np.zeros((len(rows), places), np.float32)
    for number, (row, index) in enumerate(zip(rows, order, strict=True)):
        emitted[: len(row), number, : row.shape[1]] = row
        classes = passages[index].classes
        # A blank between two characters may be left out, unless they are the same.
        skips[number, 3 : 2 * len(classes) : 2] = [one != other for one, other in pairwise(classes)]
    at_work = [sum(len(row) > frame for row in rows) for frame in range(frames)]
    forward = np.zeros((len(rows), places), np.float32)
    forward[:, :2] = emitted[0, :, :2]
    for frame in range(1, frames):
        count = at_work[frame]
        before = forward[:count]
        after = before.copy()
        after[:, 1:] += before[:, :-1]
        after[:, 2:] += before[:, :-2] * skips[:count, 2:]
        forward[:count] = after * emitted[frame, :count]
    found = [0.0] * len(passages)
    for number, index in enumerate(order):
        last = 2 * len(passages[index].classes)
        found[index] = min(float(forward[number, max(last - 1, 0) : last + 1].sum()), 1.0)
    return found


def _emissions(passage: Passage) -> Floats:
    """Return the probabilities of blank, first class, blank, second class, ..., blank at each frame."""
    highest = passage.logits.max(1, keepdims=True)
    powers = np.exp(passage.logits - highest)
    places = np.full(2 * len(passage.classes) + 1, alphabet.BLANK)
    places[1::2] = passage.classes
    emitted: Floats = powers[:, places]
    emitted[:, 0] += powers[:, alphabet.SPACE]
    if len(places) > 1:
        emitted[:, -1] += powers[:, alphabet.SPACE]
    emitted /= powers.sum(1, keepdims=True)
    return emitted
