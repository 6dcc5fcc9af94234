"""Words of a PDF page that a person sees, judged by their ink: what is hidden, wholly or in part, is taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from prelabel.images.ink import Dark
from prelabel.pdf.sight.clipping import is_clipped
from prelabel.pdf.sight.overprints import in_layers
from prelabel.pdf.sight.page_ink import PageInk, Places
from prelabel.pdf.text import PageText, PdfWord

#: The characters of a word are looked at one by one where more than this share of its ink is hidden: a strike-out or an
#: underline hides more. A character is hidden where less than `_SEEN` of its ink is there.
_DOUBTFUL, _SEEN = 0.05, 0.5
#: Letters of less than so many points are dust to a person. Words lower than `_LOW_PT` may have such letters.
_LEGIBLE_PT, _LOW_PT = 2.5, 1.9
#: Ink reaches into each side of the box around a word or character: into this part of its size, at least `_EDGE_PX`.
_EDGE, _EDGE_PX = 0.25, 2

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sight:
    """The words that are seen, and those that are hidden; a word that is hidden in part has its parts in both."""

    seen: list[PdfWord]
    hidden: list[PdfWord]


def seen_words(
    words: Sequence[PdfWord], text: PageText, ink: PageInk, texts: Sequence[Any], rest: Sequence[Any] = ()
) -> Sight:
    """Tell the words that are seen from the hidden ones.

    `texts`: the text objects of which `text` is made; `rest`: all others of the page.
    """
    layers = in_layers(words, text, texts)
    seen, hidden = list[PdfWord](), list(layers.tangled)
    for layer in layers.layers:
        for word, is_seen in _Judge(text, ink, *ink.of(layer.texts, [*layer.rest, *rest])).parts(layer.words):
            (seen if is_seen else hidden).append(word)
    return Sight(*(sorted(some, key=lambda word: word.start) for some in (seen, hidden)))


class _Judge:
    """Judges the words of one layer by the ink that they draw, and the part of it that the page hides."""

    def __init__(self, text: PageText, ink: PageInk, drawn: Dark, hidden: Dark) -> None:
        self._text, self._page = text, ink
        self._size = drawn.shape[::-1]
        self._drawn, self._hidden = drawn, hidden if hidden.any() else None

    def parts(self, words: Sequence[PdfWord]) -> Iterator[tuple[PdfWord, bool]]:
        """Yield each word, or its parts, and whether it is seen."""
        places = self._page.places([word.box for word in words])
        drawn, hidden = self._ink(places)
        doubtful = (hidden > _DOUBTFUL * drawn) | self._is_over_the_edge(places) | ~self._fills(places)
        for word, ink, in_doubt in zip(words, drawn, doubtful, strict=True):
            if not ink or is_dust(word, self._text):
                yield word, False
            elif in_doubt:
                yield from self._by_character(word)
            else:
                yield word, True

    def _by_character(self, word: PdfWord) -> Iterator[tuple[PdfWord, bool]]:
        places = self._page.places([self._text.box(number) for number in word.characters])
        drawn, hidden = self._ink(places)
        middle = (places[:, :2] + places[:, 2:]) / 2
        seen = (drawn > 0) & (hidden <= (1 - _SEEN) * drawn) & (middle >= 0).all(1)
        seen &= (middle < self._size).all(1)
        cut = seen & ~self._fills(places)
        if cut.any() and is_clipped(self._text.drawn_by(word.start)):
            seen &= ~cut
        known = self._with_signs(word, seen)
        parts = [(is_seen, len(list(part))) for is_seen, part in groupby(known)]
        if len(parts) == 1 or sum(not is_seen for is_seen, _ in parts) > 1:
            # A cover is one piece: letters that are seen here and there between hidden ones are no words.
            yield word, parts == [(True, word.letters)]
            return
        start = word.start
        for is_seen, letters in parts:
            yield self._text.word(range(start, start + letters)), is_seen
            start += letters

    def _with_signs(self, word: PdfWord, seen: npt.NDArray[np.bool_]) -> list[bool]:
        """Let signs follow the letters and digits beside them: a comma on a ruled line is not hidden by it."""
        known = [bool(each) if self._text.is_letter(word.start + n) else None for n, each in enumerate(seen)]
        letters = [each for each in known if each is not None]
        if not letters:
            return [bool(seen.all())] * len(known)
        before = _last_known(known)
        after = _last_known(known[::-1])[::-1]
        return [False not in beside for beside in zip(before, after, strict=True)]

    def _ink(self, places: Places) -> tuple[Counts, Counts]:
        drawn = _count(self._drawn, places)
        return drawn, np.zeros_like(drawn) if self._hidden is None else _count(self._hidden, places)

    def _is_over_the_edge(self, places: Places) -> npt.NDArray[np.bool_]:
        over: npt.NDArray[np.bool_] = np.any((places[:, :2] < 0) | (places[:, 2:] > self._size), axis=1)
        return over

    def _fills(self, places: Places) -> npt.NDArray[np.bool_]:
        """Return whether ink reaches all four sides of the boxes."""
        x0, y0, x1, y1 = places.T
        wide, high = (np.maximum(_EDGE_PX, np.ceil(_EDGE * size)).astype(np.int64) for size in (x1 - x0, y1 - y0))
        sides = ((x0, y0, x0 + wide, y1), (x1 - wide, y0, x1, y1), (x0, y0, x1, y0 + high), (x0, y1 - high, x1, y1))
        filled: npt.NDArray[np.bool_] = np.all([_count(self._drawn, np.stack(side, 1)) > 0 for side in sides], axis=0)
        return filled


def is_dust(word: PdfWord, text: PageText) -> bool:
    """Return whether a word is too small for a person to read."""
    return is_low(word, text) and text.size_pt(word.start) < _LEGIBLE_PT


def is_low(word: PdfWord, text: PageText) -> bool:
    """Return whether a word is lower or narrower than letters are."""
    box, low = word.box, _LOW_PT * text.scale
    return bool(box.y1 - box.y0 <= low or box.x1 - box.x0 <= low)


def _last_known(known: Sequence[bool | None]) -> list[bool | None]:
    """Fill each gap with what stands before it."""
    found: list[bool | None] = []
    for each in known:
        found.append(found[-1] if each is None and found else each)
    return found


def _count(mask: Dark, places: Places) -> Counts:
    """Return the number of a mask's pixels in each box: shape (n, 4) -> (n,)."""
    inside = (np.count_nonzero(mask[y0:y1, x0:x1]) for x0, y0, x1, y1 in places.clip(0).tolist())
    return np.fromiter(inside, np.int64, len(places))
