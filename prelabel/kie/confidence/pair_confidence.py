"""Confidences of the key-values of a page: the probability that key and value are right, 0..1.

A question -> answer link: the curves judge link, labels, grouping and words together. A field: the confidence of its
label times that of its least sure word, as the labels are those of a person's own tagger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prelabel.geometry import laid_flat
from prelabel.kie.confidence.curves import shipped
from prelabel.kie.confidence.features import pair_features
from prelabel.kie.confidence.word_signs import doubt, least_read
from prelabel.kie.key_values.nesting import field_entities, pair_links
from prelabel.page import KeyValue, Link, Page


def with_confidence(page: Page, pairs: Sequence[KeyValue]) -> tuple[KeyValue, ...]:
    """Return the key-values of a page with their confidences. `pairs`: as `key_values` makes them.

    The page has labels, entities and links.
    """
    links, entities = pair_links(page.entities or (), page.links or ()), page.entities or ()
    sure = [*_links_sure(page, links), *(_field_sure(page, index) for index in field_entities(entities))]
    return tuple(replace(pair, confidence=each) for pair, each in zip(pairs, sure, strict=True))


def with_pair_confidence(page: Page) -> Page:
    """Return the page with the confidences of its key-values in their links, and in the entities that are fields.

    So do predictions carry them, and tables. A page that was not extracted is returned as it is: what a prediction or
    a person has written says how sure it is by itself.
    """
    if page.key_values is None or page.entities is None:
        return page
    sure = [pair.confidence for pair in page.key_values]
    links, fields = pair_links(page.entities, page.links or ()), field_entities(page.entities)
    if len(sure) != len(links) + len(fields):
        return page
    of_link = dict(zip(((x.source, x.target) for x in links), sure, strict=False))
    of_field = dict(zip(fields, sure[len(links) :], strict=True))
    return replace(
        page,
        entities=tuple(replace(e, confidence=of_field.get(i, e.confidence)) for i, e in enumerate(page.entities)),
        links=tuple(replace(x, confidence=of_link.get((x.source, x.target), x.confidence)) for x in page.links or ()),
    )


def _links_sure(page: Page, links: Sequence[Link]) -> list[float]:
    if not links:
        return []
    chances = shipped().chances(pair_features(laid_flat(page), links)).tolist()
    entities, words = page.entities or (), page.words
    ends = ((*entities[link.source].words, *entities[link.target].words) for link in links)
    return [round(chance * doubt([words[i] for i in both]), 4) for chance, both in zip(chances, ends, strict=True)]


def _field_sure(page: Page, index: int) -> float:
    field = (page.entities or ())[index]
    return round(field.confidence * least_read([page.words[i] for i in field.words]), 4)
