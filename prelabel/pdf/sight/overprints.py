"""Words of a PDF page that lie on top of each other, sorted into layers: no word covers another one of its layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from prelabel.page import Box
from prelabel.pdf.sight.page_objects import address
from prelabel.pdf.text import PageText, PdfWord

#: Words overlap where they share more than this part of the smaller one's height, each way; more of the smaller one's
#: area where they are the same word, drawn twice.
_SHARED, _SAME = 0.35, 0.5
#: Neither of two words can be read that share more than this of the smaller one's area, have so many letters and digits
#: each, and of which the lower one has this share of the other's height.
_MUDDLED, _SEVERAL, _ONE_SIZE = 0.6, 2, 0.6
#: Letters that stand on other ones of the same word: they seem narrower than this part of their height, the middle one
#: is this far off the middle of the word, and all letters together are longer than the word by this factor.
_NARROW, _OFF_MIDDLE, _TOO_LONG = 0.5, 0.25, 1.3
#: A page is rendered twice for each layer: words of further layers count as words that nobody can tell apart.
_MOST_LAYERS = 6
#: Words that are compared at once.
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Layer:
    """Words of which none covers another, with the text objects that draw them, and all other text objects."""

    words: list[PdfWord]
    texts: list[Any]
    rest: list[Any]


@dataclass(frozen=True, slots=True)
class Layers:
    """The words of a page by layer. `tangled`: words that cannot be told apart; words drawn twice are there once."""

    layers: list[Layer]
    tangled: list[PdfWord]


def lie_apart(words: Sequence[PdfWord], text: PageText) -> bool:
    """Return whether no word lies on another one, and no letter on another letter of its word."""
    return not overlapping([word.box for word in words]) and not any(_is_crammed(word, text) for word in words)


def illegible(words: Sequence[PdfWord]) -> list[PdfWord]:
    """Return the words that are seen on top of each other so that neither can be read, as values typed over by xxxx."""
    found = set[int]()
    for one, other in overlapping([word.box for word in words]):
        a, b = words[one], words[other]
        if _shared(a.box, b.box) > _MUDDLED and _are_like(a, b):
            found |= {one, other}
    return [words[number] for number in sorted(found)]


def _are_like(one: PdfWord, other: PdfWord) -> bool:
    """Return whether two words are of one size and way, have several letters each, and say different things."""
    if one.text in other.text or other.text in one.text or one.quarters is None or one.quarters != other.quarters:
        return False
    if min(sum(map(str.isalnum, word.text)) for word in (one, other)) < _SEVERAL:
        return False
    low, high = sorted(word.box.height if word.quarters in (0, 2) else word.box.width for word in (one, other))
    return low >= _ONE_SIZE * high


def in_layers(words: Sequence[PdfWord], text: PageText, texts: Sequence[Any]) -> Layers:
    """Sort words into layers; most pages have one. `texts`: all text objects of the page."""
    crammed = [word for word in words if _is_crammed(word, text)]
    words = [word for word in words if word not in crammed] if crammed else words
    pairs = overlapping([word.box for word in words])
    if not pairs:
        return Layers([Layer(list(words), list(texts), [])], crammed)
    objects = _Objects(words, text)
    doubles = {min(pair) for pair in pairs if _is_double(*(words[number] for number in pair))}
    for pair in pairs:
        if min(pair) in doubles:
            objects.join(*pair)
    pairs = [pair for pair in pairs if doubles.isdisjoint(pair)]
    tangled = {number for pair in pairs if len({objects.of(number) for number in pair}) == 1 for number in pair}
    level = objects.levels(pairs)
    tangled |= {number for number in range(len(words)) if level[objects.of(number)] >= _MOST_LAYERS}
    members = defaultdict[int, list[PdfWord]](list)
    for number, word in enumerate(words):
        if number not in doubles | tangled:
            members[level[objects.of(number)]].append(word)
    drawn = [level.get(objects.leader(address(each)), 0) for each in texts]
    return Layers(
        [
            Layer(
                those,
                [each for each, where in zip(texts, drawn, strict=True) if where == number],
                [each for each, where in zip(texts, drawn, strict=True) if where != number],
            )
            for number, those in members.items()
        ],
        crammed + [words[number] for number in sorted(tangled)],
    )


class _Objects:
    """Text objects, joined where one word, or two drawings of it, needs several of them."""

    def __init__(self, words: Sequence[PdfWord], text: PageText) -> None:
        self._leaders: dict[int, int] = {}
        self._words = words
        self._first: list[int] = []
        for word in words:
            # A word without an object of its own is one of PDFium's additions: it gets an address that no object has.
            drawn = {address(text.drawn_by(number)) for number in word.characters} - {0} or {-1 - len(self._first)}
            first, *more = drawn
            self._first.append(first)
            for each in more:
                self._join(first, each)

    def of(self, number: int) -> int:
        """Return the object that stands for all objects of a word."""
        return self.leader(self._first[number])

    def leader(self, drawn: int) -> int:
        while drawn in self._leaders:
            drawn = self._leaders[drawn]
        return drawn

    def join(self, one: int, other: int) -> None:
        """Put the objects of two words together."""
        self._join(self._first[one], self._first[other])

    def _join(self, one: int, other: int) -> None:
        one, other = self.leader(one), self.leader(other)
        if one != other:
            self._leaders[other] = one

    def levels(self, pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
        """Return the layer of each object: small ones first, so that a watermark leaves the text together."""
        rivals = defaultdict[int, set[int]](set)
        for one, other in pairs:
            rivals[self.of(one)].add(self.of(other))
            rivals[self.of(other)].add(self.of(one))
        size = defaultdict[int, float](float)
        for number, word in enumerate(self._words):
            size[self.of(number)] += word.box.width * word.box.height
        found: dict[int, int] = {}
        for each in sorted(size, key=lambda each: size[each]):
            taken = {found[rival] for rival in rivals[each] if rival in found and rival != each}
            found[each] = next(number for number in range(len(taken) + 1) if number not in taken)
        return found


def _is_crammed(word: PdfWord, text: PageText) -> bool:
    """Return whether letters of a word stand on top of each other."""
    box, quarters = word.box, word.quarters
    if word.letters < 2 or quarters is None:
        return False
    wide, high = (box.x1 - box.x0, box.y1 - box.y0) if quarters % 2 == 0 else (box.y1 - box.y0, box.x1 - box.x0)
    if wide > _NARROW * word.letters * high:
        return False
    x, y = text.origin(word.start + word.letters // 2)
    reached = x - box.x0 if quarters % 2 == 0 else y - box.y0
    if abs(reached - wide / 2) <= _OFF_MIDDLE * wide:
        return False
    places = {text.box(number) for number in word.characters}  # the letters of a ligature have one place
    width, height = sum(each.width for each in places), sum(each.height for each in places)
    return width > _TOO_LONG * box.width and height > _TOO_LONG * box.height


def _is_double(one: PdfWord, other: PdfWord) -> bool:
    """Return whether two overlapping words are one that is drawn twice, as bold text or with its shadow."""
    return one.text == other.text and _shared(one.box, other.box) > _SAME


def _shared(one: Box, other: Box) -> float:
    width, height = (
        max(0.0, min(a1, b1) - max(a0, b0))
        for a0, a1, b0, b1 in ((one.x0, one.x1, other.x0, other.x1), (one.y0, one.y1, other.y0, other.y1))
    )
    return width * height / max(1e-9, min(one.width * one.height, other.width * other.height))


def overlapping(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Return the pairs of boxes, of words in pixels or of objects in points, that overlap: by their numbers."""
    if len(boxes) < 2:
        return []
    sides = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])
    order = np.argsort(sides[:, 1], kind="stable")
    sides = sides[order]
    found: list[tuple[int, int]] = []
    for first in range(0, len(sides), _CHUNK):
        part = sides[first : first + _CHUNK]
        # Words are sorted by their top: those behind `last` begin below all words of this part.
        last = int(np.searchsorted(sides[:, 1], part[:, 3].max(), "right"))
        one, other = np.nonzero(_overlap(part, sides[first:last]))
        found += [(int(order[first + a]), int(order[first + b])) for a, b in zip(one, other, strict=True) if a < b]
    return found


def _overlap(some: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    height = np.minimum.outer(some[:, 3] - some[:, 1], others[:, 3] - others[:, 1])
    width = np.minimum.outer(some[:, 2] - some[:, 0], others[:, 2] - others[:, 0])
    least = _SHARED * np.minimum(height, width)
    down = np.minimum.outer(some[:, 3], others[:, 3]) - np.maximum.outer(some[:, 1], others[:, 1])
    across = np.minimum.outer(some[:, 2], others[:, 2]) - np.maximum.outer(some[:, 0], others[:, 0])
    overlap: npt.NDArray[np.bool_] = (down > least) & (across > least)
    return overlap
