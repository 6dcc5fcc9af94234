"""Words of an annotated page: those that people drew together with all others, and a selection of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prelabel.geometry import compose, grow, invert, scaling, transform
from prelabel.kie.tag.tagger import OTHER
from prelabel.lines import raster_order
from prelabel.page import Entity, Link, Page, WordLabel

#: A word counts as drawn when its centre lies in a drawn word, or this near: regions are drawn by hand.
_NEAR_PX = 2.0


def with_other_words(drawn: Page, words: Page) -> Page:
    """Return an annotated page together with the words of the same page that nobody drew, line by line.

    These are labelled OTHER. `words`: in a frame of its own, and with a shown image of its own size.
    """
    factor = drawn.shown_width_px / words.shown_width_px
    frame = compose(invert(drawn.to_shown), compose(scaling(factor), words.to_shown))
    there = [grow(word.box, _NEAR_PX) for word in drawn.words]
    moved = (replace(word, box=transform(frame, word.box)) for word in words.words)
    others = [
        word
        for word in moved
        if not any(box.x0 <= word.box.center[0] <= box.x1 and box.y0 <= word.box.center[1] <= box.y1 for box in there)
    ]
    labels = (*(drawn.labels or ()), *(WordLabel(OTHER, 1.0) for _ in others))
    made = replace(drawn, words=(*drawn.words, *others), labels=labels)
    return selected(made, raster_order([word.box for word in made.words]))


def selected(page: Page, kept: Sequence[int]) -> Page:
    """Return the page with these words only, in this order; entities without words are dropped with their links."""
    places = {old: new for new, old in enumerate(kept)}
    entities: dict[int, Entity] = {}
    for number, entity in enumerate(page.entities or ()):
        if words := tuple(sorted(places[i] for i in entity.words if i in places)):
            entities[number] = replace(entity, words=words)
    numbers = {old: new for new, old in enumerate(entities)}
    links = (x for x in page.links or () if x.source in numbers and x.target in numbers)
    return replace(
        page,
        words=tuple(page.words[i] for i in kept),
        labels=tuple(page.labels[i] for i in kept) if page.labels else None,
        entities=tuple(entities.values()),
        links=tuple(Link(numbers[x.source], numbers[x.target], x.confidence) for x in links),
    )
