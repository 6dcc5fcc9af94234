"""Printed lines as examples: strips with their classes, sorted into batches of one width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from prelabel.ocr.reader.alphabet import classes
from prelabel.ocr.reader.strips import LEAST_PX, PAD_PX, Gray, frames, padded, strip
from synthetic.printing.lines import PrintedLine, printed_line

#: Widest strip of a training, in pixels.
_WIDEST_PX = 1000
#: Classes of a short line, with which a training begins.
_SHORT = 20
#: Variation of the width in the order of lines, so that a line meets other neighbours in each training.
_JITTER_PX = 16.0


@dataclass(frozen=True, slots=True)
class Example:
    """A strip, (32, width), and the classes of its text."""

    strip: Gray
    labels: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Strips as input of the network, the frames of each, the classes of all in one row, and the classes of each."""

    strips: Tensor
    frames: Tensor
    labels: Tensor
    lengths: Tensor

    def __len__(self) -> int:
        return len(self.lengths)


def example(line: PrintedLine | None) -> Example | None:
    """Return a line as an example; None if it does not fit the network or the alphabet. Dirt has no classes."""
    if line is None or min(line.gray.shape) < LEAST_PX or (labels := classes(line.text)) is None:
        return None
    image = strip(line.gray)
    # CTC needs a blank between two of the same class.
    least = len(labels) + sum(a == b for a, b in pairwise(labels))
    if image.shape[1] > _WIDEST_PX or least > frames(image):
        return None
    return Example(image, np.array(labels, np.int32))


def examples(seeds: range) -> list[Example]:
    """Print the lines of these seeds."""
    return [found for seed in seeds if (found := example(printed_line(seed))) is not None]


def short(lines: Sequence[Example]) -> list[Example]:
    """Return the lines with few letters."""
    return [line for line in lines if len(line.labels) <= _SHORT]


def batches(lines: Sequence[Example], columns: int, rng: Random) -> list[list[Example]]:
    """Sort lines into batches of about one width with at least `columns` pixels of width together; in random order."""
    found: list[list[Example]] = []
    current: list[Example] = []
    for line in sorted(lines, key=lambda line: line.strip.shape[1] + rng.uniform(0, _JITTER_PX)):
        current.append(line)
        if len(current) * (line.strip.shape[1] + PAD_PX) >= columns:
            found.append(current)
            current = []
    if current:
        found.append(current)
    rng.shuffle(found)
    return found


def batch(lines: Sequence[Example]) -> Batch:
    """Return lines as tensors."""
    return Batch(
        torch.from_numpy(padded([line.strip for line in lines])).contiguous(memory_format=torch.channels_last),
        torch.tensor([frames(line.strip) for line in lines]),
        torch.from_numpy(np.concatenate([line.labels for line in lines]).astype(np.int64)),
        torch.tensor([len(line.labels) for line in lines]),
    )


def packed(lines: Sequence[Example]) -> bytes:
    """Return lines as bytes, for a pipe between processes."""
    sizes = np.array([(line.strip.shape[1], len(line.labels)) for line in lines], np.int32).reshape(-1, 2)
    head = [np.array([len(lines)], np.int32), sizes, *(line.labels for line in lines)]
    return b"".join((*(part.tobytes() for part in head), *(line.strip.tobytes() for line in lines)))


def unpacked(data: bytes) -> list[Example]:
    """Return the lines of `packed`."""
    return list(_unpacked(data))


def _unpacked(data: bytes) -> Iterator[Example]:
    (count,) = np.frombuffer(data, np.int32, 1).tolist()
    sizes = np.frombuffer(data, np.int32, 2 * count, 4).reshape(count, 2).tolist()
    at = 4 + 8 * count
    pixels = at + 4 * sum(length for _, length in sizes)
    for width, length in sizes:
        labels = np.frombuffer(data, np.int32, length, at)
        image = np.frombuffer(data, np.uint8, 32 * width, pixels).reshape(32, width)
        at, pixels = at + 4 * length, pixels + 32 * width
        yield Example(image, labels)
