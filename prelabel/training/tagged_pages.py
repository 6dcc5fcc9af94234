"""Pages with their truth, and what a tagger that has not learned from them says of their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from prelabel.kie.extract import tag
from prelabel.kie.link.candidates import KINDS
from prelabel.kie.tag.tagger import Probabilities, Tagger
from prelabel.page import Page


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """`probabilities`: (words, tags). `kinds`: the kinds of links that its people have drawn, if there were any."""

    page: Page
    probabilities: Probabilities
    tags: Sequence[str]
    kinds: Set[str]


def tag_pages(pages: Iterable[Page], tagger: Tagger, kinds: Set[str] = frozenset(KINDS)) -> Iterator[TaggedPage]:
    """Every page in the tagger's eyes."""
    for page in pages:
        yield TaggedPage(page, tag(page, tagger), tagger.tags, kinds)
