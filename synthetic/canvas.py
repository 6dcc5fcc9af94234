"""A page on which blocks print text: words with ink boxes, entities with labels, links. Pixels of about 100 dpi."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from synthetic.text.vocabulary import Vocabulary

_NARROW = frozenset("il.,:;'|!()[]jtfrI/ ")
_ASCENDERS = frozenset("bdfhklt")
_DESCENDERS = frozenset("gjpqy,;()[]|")
_LOW = frozenset(".,_")
_MIDDLE = frozenset("-~*=·:")


@dataclass(slots=True)
class Ink:
    """A printed word: text, box in pixels, size of type, and its entity (-1 for a mark that belongs to no entity)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    entity: int
    size: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A printed text: its entity, and the box that it takes."""

    entity: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Canvas:
    """A page in the making. `text`, `stray` and `rule` add to it.

    `size`: font size in pixels; `spread`: width of a glyph as a share of the usual width; `gap`: a word space in font
    sizes; `typed`: spread and gap of answers that have another face. `pitch`: width of every glyph in font sizes for a
    face of one width, such as a typewriter's; else 0. `hand`: largest factor of the size of answers. `upper`: labels
    whose texts are printed in capitals.
    """

    rng: Random
    vocabulary: Vocabulary
    width: float
    height: float
    size: float
    spread: float = 1.0
    gap: float = 0.33
    typed: tuple[float, float] | None = None
    pitch: float = 0.0
    hand: float = 1.0
    upper: frozenset[str] = frozenset()
    inks: list[Ink] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)

    def measure(self, text: str, size: float | None = None) -> float:
        """Return the width of a text on one line."""
        scale = size or self.size
        parts = text.split()
        return scale * (sum(self._wide(part) for part in parts) * self.spread + self.gap * max(len(parts) - 1, 0))

    def text(
        self,
        text: str,
        x: float,
        y: float,
        label: str,
        *,
        size: float | None = None,
        room: float | None = None,
        align: str = "left",
        leading: float = 1.22,
        gap: float | None = None,
        entity: int | None = None,
        first: float = 0.0,
    ) -> Spot:
        """Print a text with its top left corner at x, y; wrap it at `room` and align it in this room.

        `entity`: the entity that the text continues; None begins a new entity. `first`: indent of the first line,
        pixels.
        """
        size = size or self.size
        if label == "ANSWER" and self.hand > 1:
            size *= self.rng.uniform(1.0, self.hand)
        if label in self.upper:
            text = text.upper()
        owner = self._entity(label) if entity is None else entity
        spread, usual = self.typed if self.typed and label == "ANSWER" else (self.spread, self.gap)
        step = (usual if gap is None else gap) * size
        left, right, bottom = x, x, y + size
        for number, line in enumerate(self._lines(text.split(), size, spread, step, room, first)):
            wide = sum(self._wide(word) for word in line) * size * spread + step * (len(line) - 1)
            spare = (room or wide) - wide
            at = x + {"left": 0.0, "right": spare, "center": spare / 2}[align] + (0.0 if number else first)
            left = at if number == 0 else min(left, at)
            top = y + number * size * leading
            for word in line:
                at = self._word(word, at, top, size, spread, owner) + step
            right = max(right, at - step)
            bottom = top + size
        return Spot(owner, left, y, right, bottom)

    def stray(self, text: str, x: float, y: float, size: float | None = None) -> None:
        """Print a mark that OCR takes for text: a rule, a border, the edge of a stamp."""
        self._word("".join(text.split()), x, y, size or self.size, self.spread, -1)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Add a vertical or horizontal line; only pictures of the page show it."""
        self.rules.append((x0, y0, x1, y1))

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.rule(*ends)

    def link(self, source: Spot | None, target: Spot | None) -> None:
        """Record that `target` belongs to `source`."""
        if source is not None and target is not None:
            self.links.append((source.entity, target.entity))

    def head(self, header: int) -> None:
        """Record that the questions printed since this header belong to it."""
        since = range(header + 1, len(self.labels))
        self.links += [(header, number) for number in since if self.labels[number] == "QUESTION"]

    def _wide(self, word: str) -> float:
        return self.pitch * len(word) if self.pitch else glyphs(word)[0]

    def _entity(self, label: str) -> int:
        self.labels.append(label)
        return len(self.labels) - 1

    def _lines(
        self, words: list[str], size: float, spread: float, step: float, room: float | None, first: float
    ) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        used = first
        for word in words:
            wide = self._wide(word) * size * spread
            if lines[-1] and room is not None and used + wide > room:
                lines.append([])
                used = 0.0
            lines[-1].append(word)
            used += wide + step
        return lines

    def _word(self, word: str, x: float, y: float, size: float, spread: float, entity: int) -> float:
        _, up, down = glyphs(word)
        right = x + self._wide(word) * size * spread
        base = y + 0.8 * size
        self.inks.append(Ink(word, x, base - up * size, right, base + down * size, entity, size))
        return right


@lru_cache(maxsize=65536)
def glyphs(word: str) -> tuple[float, float, float]:
    """Return (width, height above, depth below the baseline) of a word's ink, in font sizes."""
    wide, up, down = 0.0, 0.08, 0.0
    for char in word:
        one, high, low = _glyph(char)
        wide, up, down = wide + one, max(up, high), max(down, low)
    return wide, up, down


def _glyph(char: str) -> tuple[float, float, float]:
    if ord(char) > 0x2E7F or 0x2460 <= ord(char) < 0x2700:
        return 0.93, 0.78, 0.08
    if char in _LOW:
        return 0.28 if char != "_" else 0.5, 0.1, 0.12 if char != "." else 0.0
    if char in _MIDDLE:
        return 0.34, 0.5 if char == ":" else 0.35, 0.0
    wide = 0.3 if char in _NARROW else 0.68 if char.isupper() else 0.55
    tall = char.isupper() or char.isdigit() or char in _ASCENDERS or not char.isalpha()
    return wide, 0.72 if tall else 0.53, 0.2 if char in _DESCENDERS else 0.0
