"""Features of a candidate link in the rows and columns of its page: tables, lists, questions below a header.

A tail run: the candidate tails of one head, all above it or all below it, in reading order.
"""

from __future__ import annotations

import numpy as np

from prelabel.kie.link.candidates import FAR, NONE, Pairs, rank_and_margin
from prelabel.kie.link.layout import Floats, Indices, Layout, Mask

#: Largest distance of positions in one row or column, in line heights; lines of print are at least 1 apart.
_STRIP = 0.7


def row_features(layout: Layout, pairs: Pairs, shift: Floats) -> dict[str, Floats]:
    """Return first-stage features: ranks among the heads of a row and of a column, and gaps in the tail run.

    `shift`: distance of head and tail from one column.
    """
    rows, columns = _rows(layout), _columns(layout)
    h, t = layout.boxes[pairs.heads], layout.boxes[pairs.tails]
    size = len(layout.roles)
    in_row, in_column = rows[pairs.heads] * size + pairs.tails, columns[pairs.heads] * size + pairs.tails
    across = np.abs(h[:, 0] + h[:, 2] - t[:, 0] - t[:, 2]) / 2
    down = np.abs(layout.firsts[pairs.heads][:, 1::2].sum(1) - layout.firsts[pairs.tails][:, 1::2].sum(1)) / 2
    found = {}
    for name, distance, group in (
        ("centre_in_row", across, in_row),
        ("shift_in_row", shift, in_row),
        ("line_in_column", down, in_column),
    ):
        found[f"{name}_rank"], found[f"{name}_margin"] = rank_and_margin(distance, group)
    return found | _flow(layout, pairs, rows)


def row_context(layout: Layout, pairs: Pairs, chances: Floats) -> dict[str, Floats]:
    """Return second-stage features: probabilities of candidates in the same rows or columns and in the tail run."""
    rows, columns = _rows(layout), _columns(layout)
    size = len(layout.roles)
    found = {}
    for name, head, tail in (
        ("head_row", pairs.heads, rows[pairs.tails]),
        ("head_column", pairs.heads, columns[pairs.tails]),
        ("row_row", rows[pairs.heads], rows[pairs.tails]),
        ("row_column", rows[pairs.heads], columns[pairs.tails]),
        ("column_column", columns[pairs.heads], columns[pairs.tails]),
        ("row_tail", rows[pairs.heads], pairs.tails),
    ):
        _, group = np.unique(head * size + tail, return_inverse=True)
        total, others = np.bincount(group, chances)[group] - chances, np.bincount(group)[group] - 1
        found[f"{name}_sum"] = total
        found[f"{name}_mean"] = np.where(others > 0, total / np.maximum(others, 1), NONE)
    return found | _along(layout, pairs, chances, rows)


def _flow(layout: Layout, pairs: Pairs, rows: Indices) -> dict[str, Floats]:
    """Return the distances of a tail from the one before it in its tail run, and from the first one."""
    order, opens, start = _tail_runs(pairs, layout, rows)
    h, t = layout.boxes[pairs.heads[order]], layout.boxes[pairs.tails[order]]
    before = t[np.maximum(np.arange(len(order)) - 1, start)]
    drop = np.where(opens, t[:, 1] - h[:, 3], t[:, 1] - before[:, 3])
    # Each tail run is lifted above all drops of the run before it, so that the maximum is taken within the run.
    lift = 2.0 * FAR * np.cumsum(opens)
    largest = np.maximum.accumulate(np.clip(drop, -FAR / 2, FAR / 2) + lift) - lift
    found = {
        "place_in_run": np.arange(len(order)) - start,
        "drop_in_run": drop,
        "largest_drop": largest,
        "left_of_first": t[:, 0] - t[start, 0],
        "left_of_before": t[:, 0] - before[:, 0],
    }
    back = np.argsort(order)
    return {name: values[back].astype(np.float32) for name, values in found.items()}


def _along(layout: Layout, pairs: Pairs, chances: Floats, rows: Indices) -> dict[str, Floats]:
    """Return probabilities in the tail run: two before, two after, the first, the lowest so far and the sum so far."""
    order, opens, start = _tail_runs(pairs, layout, rows)
    sure, heads = chances[order].astype(np.float64), pairs.heads[order]
    found = {}
    for steps in (-2, -1, 1, 2):
        shifted = np.arange(len(order)) + steps
        there = (shifted >= 0) & (shifted < len(order))
        other = np.where(there, shifted, 0)
        name = f"chance_{abs(steps)}_{'before' if steps < 0 else 'after'}"
        found[name] = np.where(there & (heads[other] == heads), sure[other], NONE)
    found["chance_of_first"] = np.where(opens, NONE, sure[start])
    # Each tail run is lowered below all probabilities of the run before it: the minimum is taken within the run.
    lowered = 2.0 * np.cumsum(opens)
    least = np.minimum.accumulate(sure - lowered) + lowered
    found["chance_least"] = np.where(opens, NONE, np.roll(least, 1))
    past = np.cumsum(sure) - sure
    found["chance_so_far"] = past - past[start]
    back = np.argsort(order)
    return {name: values[back].astype(np.float32) for name, values in found.items()}


def _tail_runs(pairs: Pairs, layout: Layout, rows: Indices) -> tuple[Indices, Mask, Indices]:
    """Return the order of the pairs by tail run, whether each pair opens a tail run, and where its tail run opened."""
    order = np.lexsort((layout.boxes[pairs.tails, 0], rows[pairs.tails], pairs.heads))
    heads, below = pairs.heads[order], (rows[pairs.tails] > rows[pairs.heads])[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (heads[1:] != heads[:-1]) | (below[1:] & ~below[:-1])
    start: Indices = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    return order, opens, start


def _rows(layout: Layout) -> Indices:
    """Assign a row number to each entity by its first line."""
    return _strips(layout.firsts[:, 1::2].mean(1))


def _columns(layout: Layout) -> Indices:
    """Assign a column number to each entity by its left edge."""
    return _strips(layout.boxes[:, 0])


def _strips(places: Floats) -> Indices:
    """Assign strip numbers: all positions within `_STRIP` of the first position of a strip belong to the strip."""
    numbers = np.zeros(len(places), np.int64)
    number, first = -1, -np.inf
    for i in places.argsort(kind="stable"):
        if places[i] - first > _STRIP:
            number, first = number + 1, places[i]
        numbers[i] = number
    return numbers
