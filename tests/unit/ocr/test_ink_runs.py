"""Ink runs along rows or columns."""

from __future__ import annotations

import numpy as np
import pytest

from prelabel.images.ink_runs import InkRun, close_gaps, ink_runs


@pytest.mark.parametrize(
    ("row", "found"),
    [("", []), ("...", []), ("###", [(0, 3)]), (".##.#", [(1, 3), (4, 5)]), ("#..##.", [(0, 1), (3, 5)])],
)
def test_ink_runs_begin_and_end_with_the_ink(row: str, found: list[InkRun]) -> None:
    assert ink_runs(np.array([char == "#" for char in row], dtype=bool)) == found


@pytest.mark.parametrize(
    ("gap", "found"),
    [(0, [(0, 2), (3, 5), (8, 9)]), (1, [(0, 5), (8, 9)]), (2.9, [(0, 5), (8, 9)]), (3, [(0, 9)])],
)
def test_gaps_up_to_a_width_are_closed(gap: float, found: list[InkRun]) -> None:
    assert close_gaps([(0, 2), (3, 5), (8, 9)], gap) == found


def test_nothing_to_close() -> None:
    assert close_gaps([], 5) == []
