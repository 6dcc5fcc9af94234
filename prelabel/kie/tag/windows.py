"""Overlapping windows over long pages: their begins and ends, and the context of each position."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def spans(count: int, window: int, overlap: int) -> list[tuple[int, int]]:
    """Return ranges of at most `window` that cover 0..count and share at least `overlap`.

    >>> spans(10, 6, 2)
    [(0, 6), (4, 10)]
    """
    if count <= window:
        return [(0, count)] if count else []
    starts = range(0, count - overlap, window - overlap)
    return [(min(start, count - window), min(start, count - window) + window) for start in starts]


def margins(start: int, stop: int, count: int) -> npt.NDArray[np.int64]:
    """Return the distance of each position of a range from the nearer cut; the ends of the page are no cuts."""
    places = np.arange(start, stop)
    left = places - start if start else np.full(len(places), count)
    right = stop - 1 - places if stop < count else np.full(len(places), count)
    nearest: npt.NDArray[np.int64] = np.minimum(left, right).astype(np.int64)
    return nearest
