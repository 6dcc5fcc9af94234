"""Runs of ink along rows or columns, as (start, stop)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.images.ink import Dark

Span = tuple[int, int]


def spans(on: Dark) -> list[Span]:
    """(start, stop) of each run of True in a row of them."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def closed(parts: Sequence[Span], gap: float) -> list[Span]:
    """The spans with gaps of up to `gap` closed."""
    joined: list[Span] = []
    for start, stop in parts:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined
