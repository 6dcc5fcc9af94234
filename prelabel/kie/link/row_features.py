"""A candidate link in the rows and columns of its page: of a table, a list, or the questions under a header."""

from __future__ import annotations

import numpy as np

from prelabel.kie.link.candidates import FAR, NONE, Pairs, standing
from prelabel.kie.link.layout import Floats, Indices, Layout, Mask

#: Furthest that places in one row or column are apart, in line heights; lines of print are at least 1 apart.
_STRIP = 0.7


def row_features(layout: Layout, pairs: Pairs, shift: Floats) -> dict[str, Floats]:
    """Which head of a row has the tail in its column, and which of a column in its row; where the head's tails break.

    `shift`: how far the two are from being in one column.
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
        found[f"{name}_rank"], found[f"{name}_margin"] = standing(distance, group)
    return found | _flow(layout, pairs, rows)


def row_context(layout: Layout, pairs: Pairs, chances: Floats) -> dict[str, Floats]:
    """Chances of the other candidates between the same rows or columns, and of those before and after it in a run."""
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
    """How far down a tail stands from the one before it in its run, and how far aside from that one and the first."""
    order, opens, start = _runs(pairs, layout, rows)
    h, t = layout.boxes[pairs.heads[order]], layout.boxes[pairs.tails[order]]
    before = t[np.maximum(np.arange(len(order)) - 1, start)]
    drop = np.where(opens, t[:, 1] - h[:, 3], t[:, 1] - before[:, 3])
    # each run is lifted above all drops of the one before it, so that its own alone count
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
    """Of a tail's run: the chances of the two before and after it, of the first, the least and the sum so far."""
    order, opens, start = _runs(pairs, layout, rows)
    sure, heads = chances[order].astype(np.float64), pairs.heads[order]
    found = {}
    for steps in (-2, -1, 1, 2):
        shifted = np.arange(len(order)) + steps
        there = (shifted >= 0) & (shifted < len(order))
        other = np.where(there, shifted, 0)
        name = f"chance_{abs(steps)}_{'before' if steps < 0 else 'after'}"
        found[name] = np.where(there & (heads[other] == heads), sure[other], NONE)
    found["chance_of_first"] = np.where(opens, NONE, sure[start])
    # each run is lowered below all chances of the one before it, so that its own alone count
    lowered = 2.0 * np.cumsum(opens)
    least = np.minimum.accumulate(sure - lowered) + lowered
    found["chance_least"] = np.where(opens, NONE, np.roll(least, 1))
    past = np.cumsum(sure) - sure
    found["chance_so_far"] = past - past[start]
    back = np.argsort(order)
    return {name: values[back].astype(np.float32) for name, values in found.items()}


def _runs(pairs: Pairs, layout: Layout, rows: Indices) -> tuple[Indices, Mask, Indices]:
    """The pairs head by head, in reading order of their tails; where runs open: tails above a head are one, those
    below another; and where the run of each opened.
    """
    order = np.lexsort((layout.boxes[pairs.tails, 0], rows[pairs.tails], pairs.heads))
    heads, below = pairs.heads[order], (rows[pairs.tails] > rows[pairs.heads])[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (heads[1:] != heads[:-1]) | (below[1:] & ~below[:-1])
    start: Indices = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    return order, opens, start


def _rows(layout: Layout) -> Indices:
    """The number of the row in which each entity's first line stands."""
    return _strips(layout.firsts[:, 1::2].mean(1))


def _columns(layout: Layout) -> Indices:
    """The number of the column in which each entity begins."""
    return _strips(layout.boxes[:, 0])


def _strips(places: Floats) -> Indices:
    """Places no further than `_STRIP` from the first of a strip share its number."""
    numbers = np.zeros(len(places), np.int64)
    number, first = -1, -np.inf
    for i in places.argsort(kind="stable"):
        if places[i] - first > _STRIP:
            number, first = number + 1, places[i]
        numbers[i] = number
    return numbers
