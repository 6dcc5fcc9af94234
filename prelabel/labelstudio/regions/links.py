"""Links between regions: relations that people drew, and links of table cells that are kept with the regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.datasets.funsd import RANK
from prelabel.geometry import intersection_area, union
from prelabel.labelstudio.regions.cell_links import Placed, cell_links
from prelabel.labelstudio.regions.frame import Frame
from prelabel.labelstudio.regions.region import Region, metas, score
from prelabel.labelstudio.regions.shapes import Item
from prelabel.labelstudio.regions.told import NotUsed, Told
from prelabel.page import Entity, Link


@dataclass(frozen=True, slots=True)
class End:
    """A region that has words, as an end of links. `index`: of its entity in `Page.entities`."""

    index: int
    region: Region
    entity: Entity


def read_links(relations: Iterable[Item], ends: Mapping[str, End], frame: Frame) -> tuple[tuple[Link, ...], Told]:
    """Return the links between entities, ordered; relations without one of their ends are counted. `ends`: by id."""
    found: dict[tuple[str, str], float] = {}
    told = Told()
    for item in relations:
        a, b = str(item.get("from_id")), str(item.get("to_id"))
        if a not in ends or b not in ends:
            told[NotUsed.LINK] += 1
        elif a != b:
            weaker = min(ends[id_].entity.confidence for id_ in (a, b))
            found[_from_source(a, b, item, ends)] = score([item], weaker)
    if kept := [row for end in ends.values() for row in _kept(end.region)]:
        placed = {id_: _placed(end, frame) for id_, end in ends.items()}
        found = {(x.source, x.target): x.confidence for x in cell_links(placed, kept, found)} | found
    links = ((ends[a].index, ends[b].index, confidence) for (a, b), confidence in found.items())
    return tuple(Link(*link) for link in sorted(links)), told


def _from_source(a: str, b: str, item: Item, ends: Mapping[str, End]) -> tuple[str, str]:
    """Return source and target: the labels of the two ends tell, and the arrow where these have one rank."""
    ranks = [RANK.get(ends[id_].entity.label, len(RANK)) for id_ in (a, b)]
    backwards = ranks[0] > ranks[1] if ranks[0] != ranks[1] else item.get("direction") == "left"
    return (b, a) if backwards else (a, b)


def _kept(region: Region) -> list[Sequence[Any]]:
    """Return the rows of `meta.links`: from id, to id, confidence."""
    rows: object = next((meta["links"] for meta in metas(region.items) if meta.get("links")), [])
    return [row for row in rows if _is_link(row)] if isinstance(rows, list) else []


def _is_link(row: object) -> bool:
    return isinstance(row, list) and len(row) == 3 and isinstance(row[2], int | float)


def _placed(end: End, frame: Frame) -> Placed:
    box = frame.box(end.region.shape.outline)
    stored = [frame.box(word.shape.outline) for word in end.region.stored]
    moved = bool(stored) and not intersection_area(union(stored), box)
    return Placed(end.entity.label, box, moved or not end.region.is_ours)
