"""Links between regions: the relations that people drew, each from its question to its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prelabel.datasets.funsd import RANK
from prelabel.labelstudio.regions.region import score
from prelabel.labelstudio.regions.shapes import Item
from prelabel.labelstudio.regions.told import NotUsed, Told
from prelabel.page import Entity, Link


def read_links(
    relations: Iterable[Item], places: Mapping[str, int], entities: Sequence[Entity]
) -> tuple[tuple[Link, ...], Told]:
    """Return the links between entities, ordered. `places`: region id -> index of its entity.

    The labels of the two ends say which is the source; where they don't, the direction of the arrow does.
    """
    found: dict[tuple[int, int], float] = {}
    told = Told()
    for item in relations:
        a, b = places.get(str(item.get("from_id"))), places.get(str(item.get("to_id")))
        if a is None or b is None:
            told[NotUsed.LINK] += 1
        elif a != b:
            ranks = [RANK.get(entities[end].label, len(RANK)) for end in (a, b)]
            backwards = ranks[0] > ranks[1] if ranks[0] != ranks[1] else item.get("direction") == "left"
            weaker = min(entities[end].confidence for end in (a, b))
            found[(b, a) if backwards else (a, b)] = score([item], weaker)
    return tuple(Link(*ends, confidence) for ends, confidence in sorted(found.items())), told
