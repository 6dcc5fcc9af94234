"""Forms written by hand: one-line entities with their words, and links between the entities."""

from __future__ import annotations

from collections.abc import Iterable

from prelabel.page import Box, Entity, Link, Page, Word

Q, A, H = "QUESTION", "ANSWER", "HEADER"
Item = tuple[str, str, float, float]


def form(*items: Item) -> tuple[list[Word], list[Entity]]:
    """Place one-line entities (label, text, x, y): 10 px high, 6 px per letter."""
    words: list[Word] = []
    entities = []
    for label, text, x, y in items:
        first = len(words)
        for part in text.split():
            words.append(Word(part, Box(x, y, x + 6 * len(part), y + 10)))
            x += 6 * len(part) + 5
        entities.append(Entity(label, tuple(range(first, len(words)))))
    return words, entities


def linked(items: Iterable[Item], *links: tuple[int, int] | tuple[int, int, float]) -> Page:
    """Return a page of 1000 x 1000 px with these entities and links (from, to, confidence: by default 0.9)."""
    words, entities = form(*items)
    made = tuple(Link(x[0], x[1], x[2] if len(x) == 3 else 0.9) for x in links)
    return Page(1000, 1000, 1000, 1000, words=tuple(words), entities=tuple(entities), links=made)


def grid(titles: Iterable[str], rows: Iterable[Iterable[str]], y: float = 0) -> Page:
    """Place a table: 100 px per column, 20 px per row, each cell linked to its title; an empty text makes no cell."""
    items: list[Item] = [(Q, title, 100 * x, y) for x, title in enumerate(titles)]
    links = []
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            if text:
                links.append((column, len(items)))
                items.append((A, text, 100 * column + 4, y + 20 * number))
    return linked(items, *links)
