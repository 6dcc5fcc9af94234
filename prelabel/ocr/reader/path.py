"""Characters of a line from the network's probabilities: the best class of each frame, repeats and blanks left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from prelabel.ocr.reader import alphabet
from prelabel.ocr.reader.sureness import Passage, probabilities

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Character:
    """A read character (NFC, or a space): its place along the crop in pixels, and its probability.

    `start_px`, `stop_px`: middles of the first and the last frame of its classes; the ink reaches further on both
    sides. `probability`: product of its classes' probabilities, each in its surest frame; see `weighed`.
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


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The characters of a line, and its words: the range of their characters, and their frames and classes."""

    characters: list[Character]
    words: list[tuple[int, int]]
    passages: list[Passage]


def characters(logits: Floats, frame_px: float, offset_px: float = 0.0) -> list[Character]:
    """Read the logits of a line, (frames, classes).

    `frame_px`: pixels of the crop to a frame; `offset_px`: place of the first frame's edge along the crop.
    """
    return read_line(logits, frame_px, offset_px).characters


def read_line(logits: Floats, frame_px: float, offset_px: float = 0.0) -> ReadLine:
    """Read the logits of a line as `characters` does, with its words."""
    found = runs(logits)
    groups = [[found[index] for index in indexes] for indexes in alphabet.grouped(run.number for run in found)]
    read = [
        Character(
            alphabet.character(run.number for run in parts),
            offset_px + (parts[0].start + 0.5) * frame_px,
            offset_px + (parts[-1].stop - 0.5) * frame_px,
            prod(run.probability for run in parts),
        )
        for parts in groups
    ]
    spaces = [-1, *(index for index, parts in enumerate(groups) if parts[0].number == alphabet.SPACE), len(groups)]
    words, passages = [], []
    for before, after in pairwise(spaces):
        if after - before > 1:
            start = groups[before][0].stop if before >= 0 else 0
            stop = groups[after][0].start if after < len(groups) else len(logits)
            classes = tuple(run.number for parts in groups[before + 1 : after] for run in parts)
            words.append((before + 1, after))
            passages.append(Passage(logits[start:stop], classes))
    return ReadLine(read, words, passages)


def weighed(lines: Sequence[ReadLine]) -> list[list[Character]]:
    """Return the characters of lines with probabilities whose product over a word is the word's own.

    That is the probability of the word over all alignments (`sureness`): a character that was perhaps lost lowers all
    characters of its word.
    """
    sure = iter(probabilities([passage for line in lines for passage in line.passages]))
    return [_weighed(line, sure) for line in lines]


def _weighed(line: ReadLine, sure: Iterator[float]) -> list[Character]:
    read = list(line.characters)
    for start, stop in line.words:
        probability = next(sure)
        product = prod(each.probability for each in read[start:stop])
        factor = (probability / product) ** (1 / (stop - start)) if product else 0.0
        read[start:stop] = [replace(each, probability=min(each.probability * factor, 1.0)) for each in read[start:stop]]
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
