"""Pages with their truth and the tag probabilities of a tagger that was not trained on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from prelabel.kie.extract import tag
from prelabel.kie.link.candidates import KINDS
from prelabel.kie.tag.tagger import Probabilities, Tagger
from prelabel.page import Page


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """A page with tag probabilities, (words, tags). `kinds`: kinds of links that are annotated in its source."""

    page: Page
    probabilities: Probabilities
    tags: Sequence[str]
    kinds: Set[str]


def tag_pages(pages: Iterable[Page], tagger: Tagger, kinds: Set[str] = frozenset(KINDS)) -> Iterator[TaggedPage]:
    """Yield every page with the tag probabilities of its words."""
    for page in pages:
        yield TaggedPage(page, tag(page, tagger), tagger.tags, kinds)
