"""Candidate links: the few nearest heads of each tail by several distances, which bounds the work on a crowded page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prelabel.kie.link.layout import Floats, Indices, Layout
from prelabel.kie.link.roles import ANSWER, HEADER, QUESTION

#: Kinds of links: name -> roles of head and tail.
KINDS = {"answers": (QUESTION, ANSWER), "headers": (HEADER, QUESTION)}
#: Kinds of which a tail may have several links: a table cell has the name of its row and of its column.
SEVERAL = {"answers"}

#: Distance that means "not in this direction", in line heights.
FAR = 200.0
#: Probability of a candidate that does not exist.
NONE = -1.0
#: Candidate heads of a tail: the nearest in any direction, to its left on the line, and up its column. Of 3,049 links
#: to answers on FUNSD's pages, 8 are missed by these numbers, and 58 of 3,497 on training pages; 6, 3, 4 miss 9, 105.
_AROUND, _BESIDE, _OVER = 9, 4, 5
#: Tails that are compared with all heads at once.
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate links ordered by tail, then by head: positions in a layout."""

    heads: Indices
    tails: Indices


def pairs(layout: Layout, kind: str) -> Pairs:
    """Return the candidates of a kind, at most `_AROUND + _BESIDE + _OVER` heads for each tail."""
    head_role, tail_role = KINDS[kind]
    heads, tails = layout.of(head_role), layout.of(tail_role)
    found_heads: list[Indices] = [np.zeros(0, np.int64)]
    found_tails: list[Indices] = [np.zeros(0, np.int64)]
    for start in range(0, len(tails) if len(heads) else 0, _CHUNK):
        part = tails[start : start + _CHUNK]
        near = distances(layout, heads[None], part[:, None])
        kept = np.zeros((len(part), len(heads)), dtype=bool)
        for name, count in (("around", _AROUND), ("beside", _BESIDE), ("over", _OVER)):
            order = near[name].argsort(axis=1, kind="stable")[:, :count]
            chosen = np.zeros_like(kept)
            np.put_along_axis(chosen, order, True, axis=1)
            kept |= chosen & (near[name] < FAR)
        row, column = np.nonzero(kept)
        found_tails.append(part[row])
        found_heads.append(heads[column])
    return Pairs(np.concatenate(found_heads), np.concatenate(found_tails))


def distances(layout: Layout, heads: Indices, tails: Indices) -> dict[str, Floats]:
    """Return name -> distances in line heights, at most `FAR`, in the shape to which both arguments broadcast."""
    h, t, first = layout.boxes[heads], layout.boxes[tails], layout.firsts[tails]
    last = layout.lasts[heads]
    across = np.maximum(np.maximum(first[..., 0] - h[..., 2], h[..., 0] - first[..., 2]), 0)
    down = np.maximum(np.maximum(t[..., 1] - h[..., 3], h[..., 1] - t[..., 3]), 0)
    lower = np.minimum(h[..., 3] - h[..., 1], first[..., 3] - first[..., 1])
    beside = np.minimum(h[..., 3], first[..., 3]) - np.maximum(h[..., 1], first[..., 1]) > 0.3 * lower
    right = (first[..., 0] + first[..., 2]) > (h[..., 0] + h[..., 2])
    shared = np.minimum(h[..., 2], t[..., 2]) - np.maximum(h[..., 0], t[..., 0])
    shift = np.minimum(
        np.minimum(np.abs(h[..., 0] - t[..., 0]), np.abs(h[..., 2] - t[..., 2])),
        np.abs(h[..., 0] + h[..., 2] - t[..., 0] - t[..., 2]) / 2,
    )
    under = (first[..., 1] + first[..., 3]) > (last[..., 1] + last[..., 3])
    column = ((shared > 0) | (shift < 1)) & under
    drop = np.maximum(first[..., 1] - last[..., 3], 0)
    backwards = np.where(first[..., 2] < h[..., 0], 10, 0) + np.where(t[..., 3] < h[..., 1], 40, 0)
    found = {
        "around": across + 3 * down + backwards,
        "beside": np.where(beside & right, across, FAR),
        "over": np.where(column, drop + 0.1 * shift, FAR),
        "behind": np.where(beside & ~right, across, FAR),
        "straight": np.hypot(across, down),
        "column": np.where(column, shift + 0.1 * drop, FAR),
    }
    return {name: np.minimum(values, FAR).astype(np.float32) for name, values in found.items()}


def rank_and_margin(distance: Floats, group: Indices) -> tuple[Floats, Floats]:
    """Return rank and margin of each candidate in its group: how many are nearer; its distance minus the best other's.

    Equal distances get equal ranks. The margin is `-FAR` if the group has no other candidate.
    """
    order = np.lexsort((distance, group))
    groups, sizes = group[order], distance[order]
    place = np.arange(len(order))
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = groups[1:] != groups[:-1]
    fresh = opens.copy()
    fresh[1:] |= sizes[1:] != sizes[:-1]
    start = np.maximum.accumulate(np.where(opens, place, 0))
    rank = np.maximum.accumulate(np.where(fresh, place, 0)) - start
    has_second = np.append(~opens[1:], False)
    second = np.where(has_second, np.append(sizes[1:], 0), 2 * FAR)
    margin = sizes - np.where(opens, second, sizes[start])
    back = np.argsort(order)
    return rank[back].astype(np.float32), np.maximum(margin, -FAR)[back].astype(np.float32)
