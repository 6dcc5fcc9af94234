"""Stage extract without the tagger's forward pass: tag probabilities -> labels, entities, links, key-values.

SER (`apply_tags`) and RE (`relate`) are apart so that their times can be kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.page import Page
from prelabel.relations.alignment import link
from prelabel.relations.keyvalues import key_values
from prelabel.ser.entities import group
from prelabel.ser.tagger import Probabilities, TagInput


def tag_input(page: Page) -> TagInput:
    """What a tagger is given of a page."""
    words = tuple(word.text for word in page.words)
    return TagInput(words, tuple(word.box for word in page.words), page.width_px, page.height_px)


def apply_tags(page: Page, probabilities: Probabilities, tags: Sequence[str]) -> Page:
    """SER's end: the page grown by labels and entities. `probabilities`: (words, tags)."""
    return page.with_labels(*group(page.words, probabilities, tags))


def relate(page: Page, link_threshold: float = 0.0) -> Page:
    """RE: the page grown by links at least as sure as the threshold, and by key-values. Needs entities."""
    entities = page.entities or ()
    links = tuple(x for x in link(page.words, entities) if x.confidence >= link_threshold)
    return page.with_links(links, key_values(page.words, entities, links))


def extract(page: Page, probabilities: Probabilities, tags: Sequence[str], *, link_threshold: float) -> Page:
    """Both: a page without words gets empty labels, entities, links and key-values."""
    return relate(apply_tags(page, probabilities, tags), link_threshold)
