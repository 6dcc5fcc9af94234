"""Ink runs: neighbouring pixels of ink along a row or a column, as (start, stop)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.images.ink import Dark

InkRun = tuple[int, int]


def ink_runs(on: Dark) -> list[InkRun]:
    """Return (start, stop) of each run of True in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def close_gaps(parts: Sequence[InkRun], gap: float) -> list[InkRun]:
    """Join ink runs that are at most `gap` apart."""
    joined: list[InkRun] = []
    for start, stop in parts:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined
