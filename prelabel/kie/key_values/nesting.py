"""Nesting of entities by their links: valid question -> answer links, and the headers above each entity."""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.page import Entity, Link, is_field

#: Most headers above an entity. Longer chains of links do not occur on pages, and would nest without end.
_DEEPEST = 8


def pair_links(entities: Sequence[Entity], links: Sequence[Link]) -> list[Link]:
    """Return every question -> answer link once, in reading order of the questions, then of the answers."""
    found = _between(entities, links, {"QUESTION"}, {"ANSWER"})
    return sorted(found, key=lambda x: (min(entities[x.source].words), min(entities[x.target].words)))


def field_entities(entities: Sequence[Entity]) -> list[int]:
    """Return the entities that are fields, and so key-values by themselves, in reading order."""
    fields = [i for i, entity in enumerate(entities) if entity.words and is_field(entity.label)]
    return sorted(fields, key=lambda i: min(entities[i].words))


def header_paths(entities: Sequence[Entity], links: Sequence[Link]) -> dict[int, tuple[int, ...]]:
    """Return entity -> the headers above it, outermost first, by the most confident links; a cycle is cut."""
    below = {"HEADER", "QUESTION"} | {entity.label.upper() for entity in entities if is_field(entity.label)}
    found = _between(entities, links, {"HEADER"}, below)
    over = {link.target: link.source for link in sorted(found, key=lambda x: x.confidence)}
    return {target: _path(target, over) for target in over}


def _path(index: int, over: dict[int, int]) -> tuple[int, ...]:
    path: list[int] = []
    seen = {index}
    while len(path) < _DEEPEST and (index := over.get(index, index)) not in seen:
        seen.add(index)
        path.append(index)
    return tuple(reversed(path))


def _between(entities: Sequence[Entity], links: Sequence[Link], sources: set[str], targets: set[str]) -> list[Link]:
    """Return the most confident link of each pair of these labels.

    Links to missing entities, from an entity to itself, and of entities without words are left out.
    """
    labels = [entity.label.upper() if entity.words else "" for entity in entities]
    found: dict[tuple[int, int], Link] = {}
    for link in links:
        ends = link.source, link.target
        if link.source == link.target or not all(0 <= end < len(labels) for end in ends):
            continue
        known = found.get(ends)
        if labels[link.source] in sources and labels[link.target] in targets:
            found[ends] = link if known is None or link.confidence > known.confidence else known
    return list(found.values())
