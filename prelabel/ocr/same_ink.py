"""Ink that two words claim: no ink of a page is read twice, whichever engine read it.

Boxes of neighbours may touch and even overlap; the ink below the overlap decides. Where a loose box reaches over
another word, it is cut back. Where both words read the same ink, one of them stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.geometry import intersection_area, iou
from prelabel.images.ink import threshold
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.page import Box, Reading, Word

#: Two words share their ink if so much of the smaller box, and of the ink of one of the words, lies in the overlap.
_SHARED_BOX, _SHARED_INK = 0.25, 0.5
#: A box may be cut back if each letter then keeps at least these shares of the width of the other word's letters and of
#: its own, and the box this share of the other's height and of the width of its own letters.
_LEAST_LETTER, _LEAST_OWN, _LEAST_HEIGHT = 0.6, 0.4, 0.6
#: IoU from which two readings are of the same box.
_SAME_BOX = 0.6
#: A reading in Hangul beats a surer one without by up to this: the English model reads 상호 as "SS", and is sure of it.
_HANGUL = 0.15
#: A box that was cut may share more of its ink with a third word: so many rounds at most.
_ROUNDS = 4


def once(words: Sequence[Word], page: Image.Image) -> list[Word]:
    """Return the words in their order, none of which shares its ink with another one.

    `page`: the image (mode L or RGB) in whose pixels the boxes are. The surer of two readings stays; it keeps the other
    one as `Word.other` if that is of the same box, and is less sure if a sure reading contradicts it.
    """
    kept: list[Word] = list(words)
    ink: _Ink | None = None
    for _ in range(_ROUNDS):
        pairs = overlapping([word.box for word in kept])
        if not pairs:
            break
        if ink is None:
            gray = page.convert("L")
            ink = _Ink(np.asarray(gray), threshold(gray))
        settled = _settled(kept, pairs, ink)
        if settled == kept:
            break
        kept = settled
    return kept


def overlapping(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Return the pairs of boxes that overlap by a quarter of the smaller one: only those of one height are compared."""
    if len(boxes) < 2:
        return []
    edges = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])
    order = np.argsort(edges[:, 1], kind="stable")
    x0, y0, x1, y1 = edges[order].T
    counts = np.searchsorted(y0, y1, side="left") - np.arange(len(boxes)) - 1
    counts = np.maximum(counts, 0)
    upper = np.repeat(np.arange(len(boxes)), counts)
    lower = upper + 1 + np.arange(len(upper)) - np.repeat(np.cumsum(counts) - counts, counts)
    across = np.minimum(x1[upper], x1[lower]) - np.maximum(x0[upper], x0[lower])
    down = np.minimum(y1[upper], y1[lower]) - np.maximum(y0[upper], y0[lower])
    areas = (x1 - x0) * (y1 - y0)
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    found = np.flatnonzero((shared > 0) & (shared >= _SHARED_BOX * np.minimum(areas[upper], areas[lower])))
    return [(int(order[upper[i]]), int(order[lower[i]])) for i in found]


@dataclass(frozen=True, slots=True)
class _Ink:
    """The ink of a page, counted in boxes: pixels as dark as `level` and darker."""

    gray: npt.NDArray[np.uint8]
    level: int

    def count(self, box: Box) -> int:
        x0, y0 = max(0, int(box.x0)), max(0, int(box.y0))
        return int(np.count_nonzero(self.gray[y0 : ceil(box.y1), x0 : ceil(box.x1)] <= self.level))

    def shared(self, a: Box, b: Box) -> float:
        """Return the share of the ink of the word with less of it that lies in both boxes, 0..1."""
        common = Box(max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1))
        if common.width <= 0 or common.height <= 0:
            return 0.0
        least = min(self.count(a), self.count(b))
        # Without ink (print as light as the paper) only the boxes tell.
        return self.count(common) / least if least else intersection_area(a, b) / max(1e-9, min(_area(a), _area(b)))


def _settled(words: Sequence[Word], pairs: Sequence[tuple[int, int]], ink: _Ink) -> list[Word]:
    left: dict[int, Word] = dict(enumerate(words))
    for first, second in pairs:
        if first not in left or second not in left:
            continue
        a, b = left[first], left[second]
        if ink.shared(a.box, b.box) < _SHARED_INK:
            continue
        one, other = (first, second) if _stands_before(a, b, ink) else (second, first)
        cut = None if _is_part(left[one], left[other]) else _cut(left[one], left[other])
        if cut is None:
            left[one] = _instead(left[one], left.pop(other))
        else:
            left[one], left[other] = cut
    return [left[number] for number in sorted(left)]


def _stands_before(a: Word, b: Word, ink: _Ink) -> bool:
    """Return whether `a` is to stay if one has to go: what is surer and explains more ink."""
    return _weight(a, ink) + _for_hangul(a, b) >= _weight(b, ink) + _for_hangul(b, a)


def _weight(word: Word, ink: _Ink) -> float:
    return word.confidence * max(1, ink.count(word.box))


def _for_hangul(a: Word, b: Word) -> float:
    """Return infinity if `a` is Hangul and `b`, of the same box, is not and hardly surer, else 0."""
    if not any(map(is_hangul, a.text)) or any(map(is_hangul, b.text)) or iou(a.box, b.box) < _SAME_BOX:
        return 0.0
    return np.inf if b.confidence - a.confidence <= _HANGUL else 0.0


def _is_part(word: Word, other: Word) -> bool:
    """Return whether the other word is a part of this one, by its letters too (5 of 5%), or only a mark on it."""
    part = other.text in word.text or not any(char.isalnum() for char in other.text)
    return part and _area(other.box) <= _area(word.box)


def _cut(a: Word, b: Word) -> tuple[Word, Word] | None:
    """Cut the looser of two boxes back to where the other one ends; None where its letters would have no room."""
    loose, tight = (a, b) if _area(a.box) / len(a.text) >= _area(b.box) / len(b.text) else (b, a)
    for word, other in ((loose, tight), (tight, loose)):
        if box := _beside(word, other):
            done = replace(word, box=box)
            return (done, other) if word is a else (other, done)
    return None


def _beside(word: Word, other: Word) -> Box | None:
    """Return the largest part of a word's box beside, above or below the other one, where its letters have room."""
    box, place = word.box, other.box
    letter = max(_LEAST_LETTER * place.width / len(other.text), _LEAST_OWN * box.width / len(word.text))
    parts = [
        part
        for part in (
            replace(box, x1=place.x0),
            replace(box, x0=place.x1),
            replace(box, y1=place.y0),
            replace(box, y0=place.y1),
        )
        if part.width >= letter * len(word.text)
        and part.height >= _LEAST_HEIGHT * max(place.height, part.width / len(word.text))
    ]
    return max(parts, key=_area, default=None)


def _instead(word: Word, dropped: Word) -> Word:
    """Return the word that stays, with what is known of the other reading of its ink."""
    if dropped.text == word.text or _is_part(word, dropped):
        return word
    confidence = min(word.confidence, 1 - dropped.confidence / 2)
    if word.other is None and iou(word.box, dropped.box) >= _SAME_BOX:
        return replace(word, confidence=confidence, other=Reading(dropped.text, dropped.confidence, dropped.engine))
    return replace(word, confidence=confidence)


def _area(box: Box) -> float:
    return box.width * box.height
