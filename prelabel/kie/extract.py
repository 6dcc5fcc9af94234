"""Stage extract without the tagger's forward pass: tag probabilities -> labels, entities, links, key-values.

SER (`apply_tags`) and RE (`relate`) are apart so that their times can be kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.layout import ROLES, one_hot, role
from prelabel.kie.tag.tagger import Probabilities, TagInput, plain_label
from prelabel.page import Entity, Page

if TYPE_CHECKING:  # it reads settings, which a machine that only computes lacks
    from prelabel.kie.link.loading import LinkModel


def tag_input(page: Page) -> TagInput:
    """What a tagger is given of a page."""
    words = tuple(word.text for word in page.words)
    return TagInput(words, tuple(word.box for word in page.words), page.width_px, page.height_px)


def apply_tags(page: Page, linker: LinkModel, probabilities: Probabilities, tags: Sequence[str]) -> Page:
    """SER's end: the page grown by labels and entities. `probabilities`: (words, tags)."""
    return page.with_labels(*linker.group(page.words, probabilities, tags))


def word_shares(probabilities: Probabilities, tags: Sequence[str]) -> Probabilities:
    """Chances of `ROLES` by word, (words, 4): those of a label's tags added; labels that are none count as OTHER."""
    roles = [role(plain_label(tag)) for tag in tags]
    shares: Probabilities = probabilities @ np.eye(len(ROLES), dtype=np.float32)[roles]
    return shares


def entity_shares(entities: Sequence[Entity], shares: Probabilities) -> Probabilities:
    """Chances of `ROLES` by entity: the mean over its words."""
    rows = [shares[list(entity.words)].mean(0) for entity in entities]
    return np.array(rows, dtype=np.float32).reshape(-1, len(ROLES))


def relate(page: Page, linker: LinkModel, shares: Probabilities | None = None, *, link_threshold: float = 0.0) -> Page:
    """RE: the page grown by links at least as sure as the threshold, and by key-values. Needs entities.

    `shares`: chances of `ROLES` by entity; None where the labels are certain.
    """
    entities = page.entities or ()
    found = linker.link(page.words, entities, one_hot(entities) if shares is None else shares)
    links = tuple(link for link in found if link.confidence >= link_threshold)
    return page.with_links(links, key_values(page.words, entities, links))


def extract(
    page: Page, probabilities: Probabilities, tags: Sequence[str], *, linker: LinkModel, link_threshold: float
) -> Page:
    """Both: a page without words gets empty labels, entities, links and key-values."""
    tagged = apply_tags(page, linker, probabilities, tags)
    shares = entity_shares(tagged.entities or (), word_shares(probabilities, tags))
    return relate(tagged, linker, shares, link_threshold=link_threshold)
