"""Changes of a page's entities and links: words move to new entities, and what is left of the old ones stays linked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from prelabel.kie.tag.tagger import OTHER
from prelabel.page import Entity, Link, Page, WordLabel

#: Confidence of what the rule decides: about the share of right pairs on synthetic pages of check boxes.
RULE_CONFIDENCE = 0.9


class Changes:
    """Entities and links in the making. `question`, `answer` return the number of an entity, new ones behind the old.

    Only what these methods are called for changes.
    """

    def __init__(self, page: Page, question: str, answer: str) -> None:
        self._page, self._names = page, (question, answer)
        self._words = [list(entity.words) for entity in page.entities or ()]
        self._labels = [entity.label for entity in page.entities or ()]
        self._sure = [entity.confidence for entity in page.entities or ()]
        self._links = list(page.links or ())
        self._of_word = list(page.labels or ())
        self._owner = {word: number for number, words in enumerate(self._words) for word in words}
        self._given: set[int] = set()
        self._linked: set[tuple[int, int]] = set()

    def question(self, words: Sequence[int]) -> int:
        """Return the question with exactly these words; an entity that is this question already stays as it is."""
        return self._entity(words, self._names[0])

    def answer(self, words: Sequence[int]) -> int:
        """Return the answer with exactly these words, without links to other questions."""
        known = self._owner.get(words[0])
        number = self._entity(words, self._names[1])
        if number == known and self._labels[number] == self._names[1]:
            own = self._linked
            self._links = [x for x in self._links if x.target != number or (x.source, x.target) in own]
        return number

    def drop(self, words: Iterable[int]) -> None:
        """Take words that the rule gave to no entity out of theirs: they are OTHER."""
        for word in set(words) - self._given:
            self._take(word)
            self._of_word[word] = WordLabel(OTHER, RULE_CONFIDENCE)

    def link(self, source: int, target: int, sure: float) -> None:
        """Link a question to an answer; `sure`: the confidence in the check box, 0..1."""
        self._linked.add((source, target))
        self._links = [link for link in self._links if (link.source, link.target) != (source, target)]
        self._links.append(Link(source, target, round(RULE_CONFIDENCE * sure, 4)))

    def page(self) -> Page:
        """Return the changed page: entities ordered by their first words, links by source and target."""
        order = [number for number, words in enumerate(self._words) if words]
        order.sort(key=lambda number: min(self._words[number]))
        places = {number: place for place, number in enumerate(order)}
        links = (
            replace(link, source=places[link.source], target=places[link.target])
            for link in self._links
            if link.source in places and link.target in places
        )
        return replace(
            self._page,
            labels=tuple(self._of_word),
            entities=tuple(Entity(self._labels[n], tuple(self._words[n]), self._sure[n]) for n in order),
            links=tuple(sorted(links, key=lambda link: (link.source, link.target))),
        )

    def _entity(self, words: Sequence[int], label: str) -> int:
        self._given |= set(words)
        owner = self._owner.get(words[0])
        if owner is not None and self._labels[owner] == label and sorted(self._words[owner]) == sorted(words):
            return owner
        for word in words:
            self._take(word)
            self._owner[word] = len(self._words)
            self._of_word[word] = WordLabel(label, RULE_CONFIDENCE)
        self._words.append(list(words))
        self._labels.append(label)
        self._sure.append(RULE_CONFIDENCE)
        return len(self._words) - 1

    def _take(self, word: int) -> None:
        owner = self._owner.pop(word, None)
        if owner is not None:
            self._words[owner].remove(word)
