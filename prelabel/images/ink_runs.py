"""Runs of ink along rows or columns, as (start, stop)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.images.ink import Dark

InkRun = tuple[int, int]


def ink_runs(on: Dark) -> list[InkRun]:
    """(start, stop) of each run of True in a row of them."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def close_gaps(parts: Sequence[InkRun], gap: float) -> list[InkRun]:
    """The spans with gaps of up to `gap` closed."""
    joined: list[InkRun] = []
    for start, stop in parts:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined
