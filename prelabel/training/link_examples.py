"""Candidate links with their truth, as the linker will meet them: right labels, predicted labels, predicted groups."""

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

#: Words that a found entity and a true one share, as a part of all words of both, so that links may pass over.
_SAME = 0.5

Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class View:
    """A page's entities as one part of the pipeline sees them. `links`: the true ones between these entities;
    `lost`: kind -> true links that have no place here.
    """

    page: Page
    roles: Floats
    links: frozenset[Ends]
    lost: dict[str, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A page's candidates of a kind. `wanted`: all its links, candidates or not; `predicted`: labels are not gold.

    `origin`: the same number for variants of one page.
    """

    origin: int
    layout: Layout
    pairs: Pairs
    features: Floats
    truth: Floats
    wanted: int
    predicted: bool


def gold(page: Page) -> View:
    """Entities and labels as people made them."""
    entities = page.entities or ()
    return View(page, certain_roles(entities), frozenset(_ends(page.links or (), entities)), dict.fromkeys(KINDS, 0))


def relabelled(page: Page, probabilities: Probabilities, tags: Sequence[str], rng: Random, chance: float) -> View:
    """Right entities with predicted labels; with `chance`, each label is drawn from its probabilities instead."""
    roles = role_probabilities(page.entities or (), probabilities, tags)
    drawn = [
        rng.choices(range(len(ROLES)), row)[0] if rng.random() < chance else int(row.argmax())
        for row in roles.astype(float)
    ]
    entities = tuple(replace(e, label=ROLES[label]) for e, label in zip(page.entities or (), drawn, strict=True))
    return _view(page, replace(page, entities=entities), roles, {i: i for i in range(len(entities))})


def regrouped(page: Page, grouper: Grouper, probabilities: Probabilities, tags: Sequence[str]) -> View:
    """Entities as grouping makes them of the tagger's probabilities."""
    _, entities = grouper.group(page.words, probabilities, tags)
    roles = role_probabilities(entities, probabilities, tags)
    return _view(page, replace(page, entities=entities), roles, _matched(page.entities or (), entities))


def linked_kinds(pages: Sequence[Page]) -> set[str]:
    """The kinds of links that anybody has annotated on these pages."""
    return {_kind(x.source, x.target, page.entities or ()) for page in pages for x in page.links or ()} & set(KINDS)


def examples(view: View, *, predicted: bool) -> dict[str, Example]:
    """Kind -> its candidates on this page."""
    entities = view.page.entities or ()
    here = layout(view.page.words, entities, view.roles)
    found = {}
    # of a page's words a variant keeps nearly all, so most likely the one with the lowest checksum, too
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
    """`places`: true entity -> the found one. A link passes over where both ends have the labels of its kind."""
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
    """The links of the kinds that the linker knows."""
    return [(x.source, x.target) for x in links if _kind(x.source, x.target, entities)]


def _kind(source: int, target: int, entities: Sequence[Entity]) -> str:
    labels = entities[source].label.upper(), entities[target].label.upper()
    return next((kind for kind, (head, tail) in KINDS.items() if labels == (ROLES[head], ROLES[tail])), "")


def _matched(wanted: Sequence[Entity], found: Sequence[Entity]) -> dict[int, int]:
    """True entity -> the found one that shares most words with it, where the two are much the same."""
    owner = {word: number for number, entity in enumerate(found) for word in entity.words}
    places = {}
    for number, entity in enumerate(wanted):
        shared = Counter(owner[word] for word in entity.words if word in owner)
        for other, count in shared.most_common(1):
            if count / (len(entity.words) + len(found[other].words) - count) >= _SAME:
                places[number] = other
    return places
