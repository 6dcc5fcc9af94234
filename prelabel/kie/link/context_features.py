"""Features of a candidate link for the second stage: first-stage probabilities of the link and of those around it."""

from __future__ import annotations

import numpy as np

from prelabel.kie.link.candidates import NONE, Pairs, rank_and_margin
from prelabel.kie.link.features import neighbours
from prelabel.kie.link.layout import Floats, Layout
from prelabel.kie.link.row_features import row_context

_TINY = 1e-4


def context_features(layout: Layout, pairs: Pairs, chances: Floats) -> dict[str, Floats]:
    """Return name -> one number a candidate link. `chances`: its probability by the first stage."""
    found = {"chance": chances, "odds": np.log((chances + _TINY) / (1 - chances + _TINY))}
    size = len(layout.roles)
    for side, group in (("heads", pairs.tails), ("tails", pairs.heads)):
        found[f"chance_rank_{side}"], found[f"chance_margin_{side}"] = rank_and_margin(-chances, group)
        found[f"chance_sum_{side}"] = np.bincount(group, chances, size)[group]
        found[f"likely_{side}"] = np.bincount(group, chances > 0.5, size)[group]
        found[f"best_{side}"] = _best(group, chances, size)[group]
    heads, head_of = np.unique(pairs.heads, return_inverse=True)
    tails, tail_of = np.unique(pairs.tails, return_inverse=True)
    # The last row and column mean "none": a missing neighbour has the index -1.
    table = np.full((len(heads) + 1, len(tails) + 1), NONE, np.float32)
    table[head_of, tail_of] = chances
    next_tails, next_heads = neighbours(layout, tails, tails), neighbours(layout, heads, heads)
    for way, (tail, gap) in next_tails.items():
        beside, over = tail[tail_of], next_heads[way][0][head_of]
        found[f"{way}_tail"] = table[head_of, beside]
        found[f"{way}_tail_best"] = table.max(0)[beside]
        found[f"{way}_tail_gap"] = gap[tail_of]
        found[f"{way}_head"] = table[over, tail_of]
        found[f"{way}_head_best"] = table.max(1)[over]
        found[f"{way}_both"] = table[over, beside]
    return found | row_context(layout, pairs, chances)


def _best(group: np.typing.NDArray[np.int64], chances: Floats, size: int) -> Floats:
    best = np.zeros(size, np.float32)
    np.maximum.at(best, group, chances)
    return best
