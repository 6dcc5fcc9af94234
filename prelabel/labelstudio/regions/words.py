"""Words of regions: as a person typed them, as prelabel stored them, or as the page says where a region has no text.

A text that a person typed counts wherever its box went. A text that nobody touched belongs to the place where it was
read: a region that was split, merged or moved holds what the page says in its new place, like one drawn by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prelabel.geometry import grow, iou, union
from prelabel.labelstudio.regions.frame import Frame, contains
from prelabel.labelstudio.regions.missing import MissingText
from prelabel.labelstudio.regions.region import Region, StoredWord, score
from prelabel.labelstudio.regions.told import NotUsed, Told
from prelabel.lines import raster_order
from prelabel.page import Box, Word

#: Typed words take the stored boxes, one by one, while the region overlaps them so far.
_SAME_PLACE_IOU = 0.8
#: Part of a word's width that lies in a region which holds the word.
_WHOLE = 0.6


@dataclass(slots=True)
class _Placed:
    """A region in the frame, its stored words, and its words so far."""

    region: Region
    box: Box
    outline: list[tuple[float, float]]
    stored: list[Word]
    words: Sequence[Word]

    @property
    def area(self) -> float:
        return self.box.width * self.box.height

    def covers(self, word: Word) -> bool:
        """Return whether the word's centre lies in the region."""
        x, y = word.box.center
        near = self.box.x0 <= x <= self.box.x1 and self.box.y0 <= y <= self.box.y1
        return near and contains(self.outline, x, y)

    def holds(self, word: Word) -> bool:
        """Return whether the word's centre and most of its width lie in the region."""
        shared = min(self.box.x1, word.box.x1) - max(self.box.x0, word.box.x0)
        return shared >= _WHOLE * word.box.width and self.covers(word)

    @property
    def near_px(self) -> float:
        """Half of the height of a stored word: no other word lies so near."""
        return min(word.box.height for word in self.stored) / 2

    @property
    def keeps_place(self) -> bool:
        """True where the region was at most nudged, or turned about its centre."""
        if not self.stored or len(self.outline) != 4:
            return False
        was, (a, b, c, _) = union(word.box for word in self.stored), self.outline
        off = math.dist(was.center, ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2))
        return max(off, abs(was.width - math.dist(a, b)), abs(was.height - math.dist(b, c))) <= self.near_px

    @property
    def has_grown(self) -> bool:
        """True where other words may lie in the region than those that were stored with it."""
        if not self.stored:
            return True
        most = grow(union(word.box for word in self.stored), self.near_px)
        return union((most, self.box)) != most


def words_of_regions(
    regions: Sequence[Region], more: Iterable[StoredWord], frame: Frame, missing: MissingText | None, engine: str
) -> tuple[list[Sequence[Word]], Told]:
    """Return the words of each region, with boxes in the frame; a text that fits no stored boxes is one word.

    `more`: words of the prediction, for places of which `missing` has none. `engine`: the name of the reader of the
    stored words.
    """
    placed = [_placed(region, frame, engine) for region in regions]
    asking = [each for each in placed if not each.words]
    told = Told()
    if asking:
        known = [word for each in placed for word in each.stored]
        known += [Word(word.text, frame.box(word.shape.outline), 1.0, engine) for word in more]
        read = missing.words([each.region.shape.outline for each in asking], frame.from_shown) if missing else ()
        for number, each in enumerate(asking):
            said = read[number] if number < len(read) else ()
            told += _fill(each, [word for word in said if _owner(word, placed) in (each, None)], known, placed)
    return [each.words for each in placed], told


def _placed(region: Region, frame: Frame, engine: str) -> _Placed:
    """Return a region without words where the page is to be asked."""
    outline, sure = region.shape.outline, score(region.items)
    stored = [Word(word.text, frame.box(word.shape.outline), sure, engine) for word in region.stored]
    placed = _Placed(region, frame.box(outline), frame.mapped(outline), stored, [])
    if region.text and not region.untouched:
        placed.words = _typed(placed, sure, engine)
    else:
        inside = [word for word in stored if placed.keeps_place or placed.holds(word)]
        placed.words = [] if placed.has_grown and not placed.keeps_place else inside
    return placed


def _typed(placed: _Placed, sure: float, engine: str) -> list[Word]:
    """Return typed words in the boxes of the stored ones, where they fit; else the whole text in the whole box."""
    texts, boxes = placed.region.text.split(), [word.box for word in placed.stored]
    if len(texts) == len(boxes) and iou(union(boxes), placed.box) >= _SAME_PLACE_IOU:
        return [Word(text, box, sure, engine) for text, box in zip(texts, boxes, strict=True)]
    return [Word(placed.region.text, placed.box, sure, engine)]


def _fill(each: _Placed, said: Sequence[Word], known: Sequence[Word], placed: Sequence[_Placed]) -> Told:
    """Give a region the words that the page says, else those that are known to lie there, else its former text."""
    inside = [word for word in each.stored if each.holds(word)]
    lying = {(word.text, word.box): word for word in known if each.holds(word) and _owner(word, placed) is each}
    in_order = [list(lying.values())[i] for i in raster_order([word.box for word in lying.values()])]
    whole = len(inside) == len(each.stored)
    each.words = next((words for words in (said, in_order) if len(words) > (len(inside) if whole else 0)), inside)
    if said or len(each.words) > len(inside):
        return Told()
    if not each.words and each.region.text:
        each.words = [Word(each.region.text, each.box, score(each.region.items), each.stored[0].engine)]
    return Told({NotUsed.FORMER_TEXT if each.words else NotUsed.NO_TEXT: 1})


def _owner(word: Word, placed: Sequence[_Placed]) -> _Placed | None:
    """Return the smallest region in which the word's centre lies."""
    around = [each for each in placed if each.covers(word)]
    return min(around, key=lambda each: each.area, default=None)
