"""Places of a PDF page where it shows other writing than its text says: pictures and drawings over hidden words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from prelabel.geometry import intersection_area, union
from prelabel.page import Box
from prelabel.pdf.sight.page_ink import PageInk
from prelabel.pdf.text import PdfWord

#: The share of a hidden word that lies in a picture that is read in its place.
_IN_PICTURE = 0.5
#: A place shows writing where so many rows of pixels cross this many edges of strokes: the edge of a box is one or two.
_ROWS, _EDGES = 4, 4
#: Gray levels between ink and paper under which a place is plain.
_PLAIN = 24


def unread_places(
    hidden: Sequence[PdfWord], seen: Iterable[PdfWord], ink: PageInk, pictures: Sequence[Box]
) -> dict[Box, list[PdfWord]]:
    """Return the places to read, each with the hidden words that lie there; `pictures` in pixels as the words."""
    writing = _Writing(ink, seen)
    found: dict[Box, list[PdfWord]] = {}
    for word in hidden:
        place = _place(word.box, pictures)
        if place in found or writing.shows(place):
            found.setdefault(place, []).append(word)
    return _joined(found)


def _place(box: Box, pictures: Sequence[Box]) -> Box:
    """Return the last picture that lies over a word, else the word's own box."""
    area = box.width * box.height
    over = [each for each in pictures if intersection_area(each, box) > _IN_PICTURE * area]
    return over[-1] if over else box


def _joined(found: dict[Box, list[PdfWord]]) -> dict[Box, list[PdfWord]]:
    """Join places that overlap or touch, so that each is read once."""
    joined: dict[Box, list[PdfWord]] = {}
    for place, words in found.items():
        there = [each for each in joined if _touch(each, place)]
        members = [word for each in there for word in joined.pop(each)]
        joined[union([*there, place])] = members + words
    return joined if len(joined) == len(found) else _joined(joined)


def _touch(one: Box, other: Box) -> bool:
    """Return whether boxes are less than half of a line's height apart."""
    near = min(one.height, other.height) / 2
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > -near and down > -near


class _Writing:
    """A page in gray, and which of its pixels belong to words that are seen."""

    def __init__(self, ink: PageInk, seen: Iterable[PdfWord]) -> None:
        self._gray = ink.shown[..., :3].mean(axis=2)
        self._ink = ink
        self._known = np.zeros(self._gray.shape, bool)
        for word in seen:
            self._known[self._ink.at(word.box)] = True

    def shows(self, place: Box) -> bool:
        """Return whether a place shows writing beside the words that are seen."""
        at = self._ink.at(place)
        gray, known = self._gray[at], self._known[at]
        unknown = gray[~known]
        if not unknown.size:
            return False
        light, dark = int(unknown.max()), int(unknown.min())
        if light - dark < _PLAIN:
            return False
        strokes = 2 * gray <= light + dark
        edges = (strokes[:, 1:] != strokes[:, :-1]) & ~(known[:, 1:] | known[:, :-1])
        return bool(np.count_nonzero(edges.sum(axis=1) >= _EDGES) >= _ROWS)
