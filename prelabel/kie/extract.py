"""Stage extract, the order of its steps: tag, group, link, check boxes, key-values, confidence.

A gpu worker tags the pages of many tasks in one forward pass, so `extract` begins with the tag probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prelabel.geometry import laid_flat
from prelabel.kie.check_boxes.binding import bind_check_boxes
from prelabel.kie.confidence.pair_confidence import with_confidence
from prelabel.kie.group.currency import with_signs_like_amounts
from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.linker import Linker
from prelabel.kie.link.roles import role_probabilities
from prelabel.kie.link.stacked_lines import with_stacked_lines
from prelabel.kie.tag.tagger import Probabilities, Tagger, TagInput
from prelabel.page import Page


def extract(
    page: Page, probabilities: Probabilities, tags: Sequence[str], *, linker: Linker, link_threshold: float
) -> Page:
    """Return the page with labels, entities, links and key-values; all are empty on a page without words.

    `probabilities`: (words, tags), as `tag` or a gpu worker gives them. Links below the threshold are dropped.
    """
    page = group_words(page, probabilities, tags, linker)
    roles = role_probabilities(page.entities or (), probabilities, tags)
    page = link_entities(page, roles, linker, link_threshold=link_threshold)
    return add_key_values(bind_check_boxes(with_stacked_lines(page), tags))


def tag_input(page: Page) -> TagInput:
    """Return the words and boxes of a page as a tagger takes them."""
    page = laid_flat(page)
    words = tuple(word.text for word in page.words)
    return TagInput(words, tuple(word.box for word in page.words), page.width_px, page.height_px)


def tag(page: Page, tagger: Tagger) -> Probabilities:
    """Return the tag probabilities of the page's words, (words, tags), from a forward pass for this page alone."""
    [probabilities] = tagger.forward([tagger.encode(tag_input(page))])
    return probabilities


def group_words(page: Page, probabilities: Probabilities, tags: Sequence[str], linker: Linker) -> Page:
    """Return the page with labels and entities. `probabilities`: (words, tags)."""
    words = laid_flat(page).words
    probabilities = with_signs_like_amounts(words, probabilities, tags)
    return page.with_labels(*linker.group(words, probabilities, tags))


def link_entities(page: Page, roles: Probabilities, linker: Linker, *, link_threshold: float = 0.0) -> Page:
    """Return the page with the links between its entities whose confidence reaches the threshold.

    `roles`: (entities, 4), see `prelabel.kie.link.roles`.
    """
    links = linker.link(laid_flat(page).words, page.entities or (), roles)
    return replace(page, links=tuple(link for link in links if link.confidence >= link_threshold))


def add_key_values(page: Page) -> Page:
    """Return the page with the text pairs that its links make, and how sure each is."""
    links = page.links or ()
    pairs = key_values(page.words, page.entities or (), links)
    return page.with_links(links, with_confidence(page, pairs))
