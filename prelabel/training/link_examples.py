"""Examples for the linker: candidate links with their truth, on gold, relabelled or regrouped entities."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from prelabel.kie.group.grouper import Grouper
from prelabel.kie.link.candidates import KINDS, Pairs, pairs
from prelabel.kie.link.features import pair_features
from prelabel.kie.link.layout import Floats, Layout, layout
from prelabel.kie.link.roles import ROLES, certain_roles, role_probabilities
from prelabel.kie.tag.tagger import Probabilities
from prelabel.kie.trees import stack_columns
from prelabel.page import Entity, Link, Page

#: Least overlap (intersection over union of words) of a found entity and the true one whose links it takes over.
_SAME = 0.5

Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class View:
    """One variant of the entities of a page.

    `roles`: (entities, 4) role probabilities. `links`: the true links between these entities. `lost`: kind -> number of
    true links that cannot be expressed with these entities.
    """

    page: Page
    roles: Floats
    links: frozenset[Ends]
    lost: dict[str, int]


@dataclass(frozen=True, slots=True)
class Example:
    """Candidates of one kind on a page.

    `origin`: the same number for all variants of one page. `wanted`: number of all true links, candidates or not.
    `predicted`: the labels are not gold.
    """

    origin: int
    layout: Layout
    pairs: Pairs
    features: Floats
    truth: Floats
    wanted: int
    predicted: bool


def gold(page: Page) -> View:
    """Return the view with gold entities and gold labels."""
    entities = page.entities or ()
    return View(page, certain_roles(entities), frozenset(_ends(page.links or (), entities)), dict.fromkeys(KINDS, 0))


def relabelled(page: Page, probabilities: Probabilities, tags: Sequence[str], rng: Random, chance: float) -> View:
    """Return the view with gold entities and predicted labels.

    With probability `chance`, a label is drawn from its probabilities; otherwise the most probable one is taken.
    """
    roles = role_probabilities(page.entities or (), probabilities, tags)
    drawn = [
        rng.choices(range(len(ROLES)), row)[0] if rng.random() < chance else int(row.argmax())
        for row in roles.astype(float)
    ]
    entities = tuple(replace(e, label=ROLES[label]) for e, label in zip(page.entities or (), drawn, strict=True))
    return _view(page, replace(page, entities=entities), roles, {i: i for i in range(len(entities))})


def regrouped(page: Page, grouper: Grouper, probabilities: Probabilities, tags: Sequence[str]) -> View:
    """Return the view with the entities that the grouper makes from the tag probabilities."""
    _, entities = grouper.group(page.words, probabilities, tags)
    roles = role_probabilities(entities, probabilities, tags)
    return _view(page, replace(page, entities=entities), roles, _matched(page.entities or (), entities))


def linked_kinds(pages: Sequence[Page]) -> set[str]:
    """Return the kinds of links that are annotated on these pages."""
    return {_kind(x.source, x.target, page.entities or ()) for page in pages for x in page.links or ()} & set(KINDS)


def examples(view: View, *, predicted: bool) -> dict[str, Example]:
    """Return kind -> the candidates of that kind on this page."""
    entities = view.page.entities or ()
    here = layout(view.page.words, entities, view.roles)
    found = {}
    # A variant keeps nearly all words of a page, so most likely also the word with the lowest checksum.
    origin = min((zlib.crc32(word.text.encode()) for word in view.page.words), default=0)
    for kind in KINDS:
        candidates = pairs(here, kind)
        ends = zip(here.entities[candidates.heads].tolist(), here.entities[candidates.tails].tolist(), strict=True)
        truth = np.array([pair in view.links for pair in ends], np.float32)
        there = sum(_kind(a, b, entities) == kind for a, b in view.links)
        features = stack_columns(pair_features(here, candidates))
        found[kind] = Example(origin, here, candidates, features, truth, there + view.lost[kind], predicted)
    return found


def _view(truth: Page, found: Page, roles: Floats, places: dict[int, int]) -> View:
    """Map the true links to found entities. `places`: true entity -> found entity.

    A link is lost if one of its ends has no found entity, or another label than its kind needs.
    """
    wanted, entities = truth.entities or (), found.entities or ()
    links, lost = set(), Counter(dict.fromkeys(KINDS, 0))
    for a, b in _ends(truth.links or (), wanted):
        kind, ends = _kind(a, b, wanted), (places.get(a, -1), places.get(b, -1))
        if min(ends) >= 0 and _kind(*ends, entities) == kind:
            links.add(ends)
        else:
            lost[kind] += 1
    return View(found, roles, frozenset(links), dict(lost))


def _ends(links: Sequence[Link], entities: Sequence[Entity]) -> list[Ends]:
    """Return the links of the kinds that the linker knows."""
    return [(x.source, x.target) for x in links if _kind(x.source, x.target, entities)]


def _kind(source: int, target: int, entities: Sequence[Entity]) -> str:
    labels = entities[source].label.upper(), entities[target].label.upper()
    return next((kind for kind, (head, tail) in KINDS.items() if labels == (ROLES[head], ROLES[tail])), "")


def _matched(wanted: Sequence[Entity], found: Sequence[Entity]) -> dict[int, int]:
    """Return true entity -> the found one that shares most words with it, if the overlap is at least `_SAME`."""
    owner = {word: number for number, entity in enumerate(found) for word in entity.words}
    places = {}
    for number, entity in enumerate(wanted):
        shared = Counter(owner[word] for word in entity.words if word in owner)
        for other, count in shared.most_common(1):
            if count / (len(entity.words) + len(found[other].words) - count) >= _SAME:
                places[number] = other
    return places
