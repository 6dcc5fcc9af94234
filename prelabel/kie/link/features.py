"""Features of a candidate link for the first stage: geometry, rivals, entities between, texts and roles of both ends.

Distances are in line heights; no feature depends on the order of the entities. Second stage: `context_features`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from prelabel.kie.link.candidates import FAR, Pairs, distances, rank_and_margin
from prelabel.kie.link.layout import Floats, Indices, Layout, Mask
from prelabel.kie.link.roles import ANSWER, HEADER, OTHER, QUESTION, ROLES
from prelabel.kie.link.row_features import row_features
from prelabel.kie.text_features import ASKED, NAMES, VALUES

#: Cells of the largest array that is built at once.
_CELLS = 2_000_000
#: Entities that are compared with their surroundings at once.
_PART = 256
_WAYS = ("left", "right", "up", "down")


def pair_features(layout: Layout, pairs: Pairs) -> dict[str, Floats]:
    """Return name -> one number a candidate link."""
    found = _geometry(layout, pairs)
    near = distances(layout, pairs.heads, pairs.tails)
    for name, distance in near.items():
        found[name] = distance
        for side, group in (("heads", pairs.tails), ("tails", pairs.heads)):
            found[f"{name}_rank_{side}"], found[f"{name}_margin_{side}"] = rank_and_margin(distance, group)
    found |= row_features(layout, pairs, near["column"]) | _between(layout, pairs) | _counts(layout, pairs, near)
    around = _surroundings(layout)
    for end, places in (("head", pairs.heads), ("tail", pairs.tails)):
        found |= {f"{end}_{name}": values[places] for name, values in around.items()}
        found |= {f"{end}_{name}": layout.texts[places, i] for i, name in enumerate(NAMES)}
        found |= {f"{end}_is_{name.lower()}": layout.role_probabilities[places, i] for i, name in enumerate(ROLES)}
    found["asked"] = (layout.texts[pairs.heads, ASKED] * layout.texts[pairs.tails, VALUES]).sum(1)
    found["roles"] = _role_probability(layout, pairs.heads) * _role_probability(layout, pairs.tails)
    return found


def neighbours(layout: Layout, of: Indices, among: Indices) -> dict[str, tuple[Indices, Floats]]:
    """Return direction -> for each of `of` the nearest of `among` (its position in `among`, or -1) and its distance."""
    found: dict[str, tuple[Indices, Floats]] = {
        way: (np.full(len(of), -1, np.int64), np.full(len(of), FAR, np.float32)) for way in _WAYS
    }
    for axis, ways in ((1, _WAYS[:2]), (0, _WAYS[2:])):
        for part, near in _parts(layout.boxes[of], layout.boxes[among], axis):
            a, b = layout.boxes[of[part]][:, None], layout.boxes[among[near]][None]
            middle = (b[..., :2] + b[..., 2:] - a[..., :2] - a[..., 2:]) / 2
            gap = np.maximum(b[..., :2] - a[..., 2:], a[..., :2] - b[..., 2:])
            lower = np.minimum(a[..., 3] - a[..., 1], b[..., 3] - b[..., 1])
            beside, column = -gap[..., 1] > 0.4 * lower, (gap[..., 0] < 0) & (gap[..., 1] > -0.6 * lower)
            distance = np.maximum(gap[..., 1 - axis], 0) + 1e-3 * np.abs(middle[..., axis])
            for way, there in zip(ways, (middle[..., 1 - axis] < 0, middle[..., 1 - axis] > 0), strict=True):
                away = np.where((beside if axis else column) & there, distance, FAR)
                best = away.argmin(1)
                least = away[np.arange(len(away)), best]
                found[way][0][part] = np.where(least < FAR, near[best], -1)
                found[way][1][part] = least
    return found


def _parts(of: Floats, among: Floats, axis: int) -> Iterator[tuple[Indices, Indices]]:
    """Yield some boxes of `of` that are adjacent along an axis, with all boxes of `among` in the same stretch."""
    order = of[:, axis].argsort(kind="stable")
    for start in range(0, len(order), _PART):
        part = order[start : start + _PART]
        low, high = of[part, axis].min() - 1, of[part, axis + 2].max() + 1
        near = np.flatnonzero((among[:, axis + 2] > low) & (among[:, axis] < high))
        if len(near):
            yield part, near


def _role_probability(layout: Layout, places: Indices) -> Floats:
    share: Floats = layout.role_probabilities[places, layout.roles[places]]
    return share


def _geometry(layout: Layout, pairs: Pairs) -> dict[str, Floats]:
    h, t = layout.boxes[pairs.heads], layout.boxes[pairs.tails]
    first, top, last = layout.firsts[pairs.tails], layout.firsts[pairs.heads], layout.lasts[pairs.heads]
    shared = np.minimum(h[:, 2:], t[:, 2:]) - np.maximum(h[:, :2], t[:, :2])
    on_line = np.minimum(h[:, 3], first[:, 3]) - np.maximum(h[:, 1], first[:, 1])
    size_h, size_t = h[:, 2:] - h[:, :2], t[:, 2:] - t[:, :2]
    lower = np.maximum(np.minimum(size_h, size_t), 0.1)
    middle = (h[:, :2] + h[:, 2:] - t[:, :2] - t[:, 2:]) / 2
    width, height = layout.size
    edges = np.abs(np.stack([h[:, 0] - t[:, 0], h[:, 2] - t[:, 2], middle[:, 0]], 1))
    return {
        "gap_across": t[:, 0] - h[:, 2],
        "gap_first": first[:, 0] - last[:, 2],
        "gap_down": t[:, 1] - h[:, 3],
        "left_edges": t[:, 0] - h[:, 0],
        "right_edges": t[:, 2] - h[:, 2],
        "top_edges": t[:, 1] - h[:, 1],
        "bottom_edges": t[:, 3] - h[:, 3],
        "centres_across": -middle[:, 0],
        "centres_down": -middle[:, 1],
        "first_lines": (first[:, 1] + first[:, 3] - top[:, 1] - top[:, 3]) / 2,
        "last_to_first": (first[:, 1] + first[:, 3] - last[:, 1] - last[:, 3]) / 2,
        "shared_across": shared[:, 0],
        "shared_down": shared[:, 1],
        "share_across": shared[:, 0] / lower[:, 0],
        "share_down": shared[:, 1] / lower[:, 1],
        "share_of_line": on_line / np.maximum(np.minimum(size_h[:, 1], first[:, 3] - first[:, 1]), 0.1),
        "aligned": edges.min(1),
        "flush_left": edges[:, 0],
        "head_line": top[:, 3] - top[:, 1],
        "tail_line": first[:, 3] - first[:, 1],
        "head_width": size_h[:, 0],
        "head_height": size_h[:, 1],
        "tail_width": size_t[:, 0],
        "tail_height": size_t[:, 1],
        "head_x": h[:, 0] / width,
        "head_y": h[:, 1] / height,
        "tail_x": t[:, 0] / width,
        "tail_y": t[:, 1] / height,
        "page_width": np.full(len(h), width),
    }


def _between(layout: Layout, pairs: Pairs) -> dict[str, Floats]:
    """Count the entities of each role with their centre between the ends: on the line, in the column, in the hull."""
    every = np.concatenate([layout.boxes, layout.others])
    roles = np.concatenate([layout.roles, np.full(len(layout.others), OTHER)])
    counted = np.eye(len(ROLES), dtype=np.float32)[roles]
    x, y = ((every[:, :2] + every[:, 2:]) / 2).T
    parts = []
    step = max(_CELLS // max(len(every), 1), 1)
    for start in range(0, len(pairs.heads), step):
        part = slice(start, start + step)
        h, t = layout.boxes[pairs.heads[part], :, None], layout.boxes[pairs.tails[part], :, None]
        first = layout.firsts[pairs.tails[part], :, None]
        # Pairs are ordered from top to bottom: on a crowded page few entities are level with those of one part.
        near = (y > min(h[:, 1].min(), t[:, 1].min()) - 1) & (y < max(h[:, 3].max(), t[:, 3].max()) + 1)
        boxes, x_near, y_near = every[near], x[near], y[near]
        row = _inside(x_near, h[:, 2], first[:, 0]) & _inside(y_near, _inner(h, first, 1), _outer(h, first, 1), 0.2)
        left, right = _inner(h, t, 0), _outer(h, t, 0)
        wide = (boxes[:, 0] < np.maximum(left, right)) & (boxes[:, 2] > np.minimum(left, right))
        column = wide & _inside(y_near, h[:, 3], t[:, 1])
        hull = _inside(x_near, h[:, 0] + h[:, 2], t[:, 0] + t[:, 2], scale=0.5) & _inside(
            y_near, h[:, 1] + h[:, 3], t[:, 1] + t[:, 3], scale=0.5
        )
        parts.append(np.concatenate([mask.astype(np.float32) @ counted[near] for mask in (row, column, hull)], 1))
    table = np.concatenate([np.zeros((0, 3 * len(ROLES)), np.float32), *parts])
    names = [f"{name.lower()}s_{place}" for place in ("in_row", "in_column", "in_hull") for name in ROLES]
    return {name: table[:, i] for i, name in enumerate(names)}


def _inner(a: Floats, b: Floats, axis: int) -> Floats:
    return np.maximum(a[:, axis], b[:, axis])


def _outer(a: Floats, b: Floats, axis: int) -> Floats:
    return np.minimum(a[:, axis + 2], b[:, axis + 2])


def _inside(value: Floats, one: Floats, other: Floats, margin: float = 0.0, scale: float = 1.0) -> Mask:
    low, high = scale * np.minimum(one, other) - margin, scale * np.maximum(one, other) + margin
    inside: Mask = (value > low) & (value < high)
    return inside


def _counts(layout: Layout, pairs: Pairs, near: dict[str, Floats]) -> dict[str, Floats]:
    """Count the entities of each role on the page, and the candidates of both ends."""
    count = len(pairs.heads)
    found: dict[str, Floats] = {
        f"page_{name.lower()}s": np.full(count, len(layout.of(i)), np.float32) for i, name in enumerate(ROLES[:OTHER])
    }
    found["page_others"] = np.full(count, len(layout.others), np.float32)
    size = len(layout.roles)
    for name in ("beside", "over"):
        there = (near[name] < FAR).astype(np.float32)
        found[f"heads_{name}"] = np.bincount(pairs.tails, there, size)[pairs.tails].astype(np.float32)
        found[f"tails_{name}"] = np.bincount(pairs.heads, there, size)[pairs.heads].astype(np.float32)
    return found


def _surroundings(layout: Layout) -> dict[str, Floats]:
    """Describe the surroundings of every entity: its neighbours, and counts of each role in its row and its column."""
    everyone = np.arange(len(layout.roles))
    found: dict[str, Floats] = {}
    for way, (places, distance) in neighbours(layout, everyone, everyone).items():
        found[f"{way}_role"] = np.where(places < 0, -1, layout.roles[places]).astype(np.float32)
        found[f"{way}_gap"] = distance
    return found | _peers(layout)


def _peers(layout: Layout) -> dict[str, Floats]:
    boxes = layout.boxes
    counted = np.eye(len(ROLES), dtype=np.float32)[layout.roles]
    rows, columns = np.zeros((2, len(boxes), len(ROLES)), np.float32)
    for part, near in _parts(boxes, boxes, 1):
        middle = (boxes[part, 1] + boxes[part, 3])[:, None] - boxes[near, 1] - boxes[near, 3]
        rows[part] = (np.abs(middle) / 2 < 0.6).astype(np.float32) @ counted[near]
    for part, near in _parts(boxes, boxes, 0):
        apart = boxes[part][:, None] - boxes[near]
        edges = np.minimum(np.abs(apart[..., 0]), np.abs(apart[..., 2]))
        flush = np.minimum(edges, np.abs(apart[..., 0] + apart[..., 2]) / 2) < 0.8
        columns[part] = flush.astype(np.float32) @ counted[near]
    return {
        f"{ROLES[i].lower()}s_in_its_{name}": table[:, i]
        for name, table in (("row", rows), ("column", columns))
        for i in (HEADER, QUESTION, ANSWER)
    }
