"""Matching of found words and true words: pairs of boxes by their overlap, one to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.page import Box

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

#: True boxes that are compared with all found ones at once: a page of 5,000 words then needs MB, not GB.
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Overlaps:
    """All pairs of boxes that share area, as parallel arrays: indices, shared area, IoU (0..1)."""

    truth: Indices
    found: Indices
    area: Floats
    iou: Floats


def overlaps(truth: Sequence[Box], found: Sequence[Box]) -> Overlaps:
    """Return every pair with shared area, ordered by the index of the true box, then of the found box."""
    blocks = list(_blocks(corners(truth), corners(found)))
    rows, columns, area, iou = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return Overlaps(rows, columns, area, iou)


def match(pairs: Overlaps, least_iou: float) -> list[tuple[int, int]]:
    """Return (index of the true box, index of the found box), one to one, ordered by the true box.

    Greedy: the pair with the highest IoU is taken first; of equal pairs, the first true box, then the first found box.
    """
    enough = np.flatnonzero(pairs.iou >= least_iou)
    best_first = enough[np.argsort(-pairs.iou[enough], kind="stable")]
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for t, f in zip(pairs.truth[best_first].tolist(), pairs.found[best_first].tolist(), strict=True):
        if t not in matched and f not in taken:
            matched[t] = f
            taken.add(f)
    return sorted(matched.items())


def corners(boxes: Sequence[Box]) -> Floats:
    """Return N x 4 numbers: x0, y0, x1, y1 in pixels."""
    return np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], dtype=np.float64).reshape(-1, 4)


def areas(boxes: Floats) -> Floats:
    """Return the N areas of N x 4 corners, in square pixels."""
    area: Floats = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return area


def _blocks(truth: Floats, found: Floats) -> Iterator[tuple[Indices, Indices, Floats, Floats]]:
    found_area = areas(found)
    for start in range(0, max(len(truth), 1), _BLOCK):
        block = truth[start : start + _BLOCK]
        x0, y0 = (np.maximum(block[:, None, i], found[None, :, i]) for i in (0, 1))
        x1, y1 = (np.minimum(block[:, None, i], found[None, :, i]) for i in (2, 3))
        shared = np.maximum(x1 - x0, 0) * np.maximum(y1 - y0, 0)
        rows, columns = np.nonzero(shared)
        area = shared[rows, columns]
        yield rows + start, columns, area, area / (areas(block)[rows] + found_area[columns] - area)
