"""Features of the key-values of a page, one row a question -> answer link: of words, labels, entities and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.kie.confidence.word_signs import Floats, WordSigns, word_signs
from prelabel.kie.text_features import NAMES, text_features
from prelabel.lines import line_height
from prelabel.page import Entity, Link, Page, Word

Indices = npt.NDArray[np.int64]

#: Room that counts as free, in line heights.
_FREE = 4.0
#: Confidence of OCR under which a word is poor; good words added to a page, as one poor word of ten says little.
_POOR, _FEW = 0.6, 10
#: Words that are compared with all others at once.
_CHUNK = 256
#: Two boxes are on one line if they share this part of the height of the lower one.
_ONE_LINE = 0.4
#: Confidences outside of these limits count as at them: the curves are flat there.
_LEAST = 0.003
_DIGITS, _TICK, _COLONS = NAMES.index("digits"), NAMES.index("tick"), ("colon_ends", "colon_inside")


def pair_features(page: Page, links: Sequence[Link]) -> Mapping[str, Floats]:
    """Return name -> (links,).

    `link`, `..._read` (Tesseract's), `..._reader` (the reader's), `..._labelled` are confidences as log odds; of the
    words of an end, the least one. `tails`: links of the key.
    """
    words, entities = page.words, page.entities or ()
    height = line_height([word.box for word in words])
    signs = word_signs(words, page.labels or (), height)
    boxes = np.array([(w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in words], np.float32) / height
    key, value = ({i: row for row, i in enumerate(sorted(set(ends)))} for ends in _ends(links))
    keys, values = (_Members.of([entities[i].words for i in rows], signs, boxes) for rows in (list(key), list(value)))
    at_key = np.array([key[link.source] for link in links], np.int64)
    at_value = np.array([value[link.target] for link in links], np.int64)
    of_key = keys.features() | {"beside": keys.room(beside=True)}
    of_value = values.features() | {"read_mean": values.read_mean(), "below": values.room(beside=False)}
    return {
        "link": _odds(np.array([link.confidence for link in links], np.float32)),
        "tails": np.log(np.bincount(at_key)[at_key]).astype(np.float32),
        **{f"key_{name}": column[at_key] for name, column in of_key.items()},
        **{f"value_{name}": column[at_value] for name, column in of_value.items()},
        **_between(words, entities, links, height),
        **_page_features(signs, len(links)),
    }


def _ends(links: Sequence[Link]) -> tuple[list[int], list[int]]:
    return [link.source for link in links], [link.target for link in links]


@dataclass(frozen=True, slots=True)
class _Members:
    """Words of some entities, one entity after the other. `flat`: their indices; `owner`: the entity of each."""

    flat: Indices
    owner: Indices
    starts: Indices
    counts: Indices
    signs: WordSigns
    boxes: Floats

    @classmethod
    def of(cls, words: Sequence[Sequence[int]], signs: WordSigns, boxes: Floats) -> _Members:
        counts = np.array([len(each) for each in words], np.int64)
        flat = np.array([i for each in words for i in each], np.int64)
        owner = np.repeat(np.arange(len(words)), counts)
        return cls(flat, owner, np.cumsum(counts) - counts, counts, signs, boxes)

    def features(self) -> dict[str, Floats]:
        """Return name -> (entities,).

        `bare`, `alone`: without a letter, with one. `size`: distance of the font size from the page's; `uneven`: spread
        of the sizes of the words.
        """
        letters, size = self._sum(self.signs.letters), self._sum(self.signs.size) / self.counts
        spread = self._sum(self.signs.size**2) / self.counts - size**2
        return {
            "read": _odds(self._least(self.signs.read)),
            "reader": _odds(self._least(self.signs.reader)),
            "labelled": _odds(self._least(self.signs.labelled)),
            "letters": np.log1p(letters),
            "words": np.log(self.counts).astype(np.float32),
            "bare": (letters < 1).astype(np.float32),
            "alone": (letters == 1).astype(np.float32),
            "odd": np.minimum(self._sum(self.signs.odd), 1),
            "mixed": np.minimum(self._sum(self.signs.mixed), 1),
            "size": np.abs(size),
            "uneven": np.sqrt(np.maximum(spread, 0)),
        }

    def read_mean(self) -> Floats:
        """Return the mean confidence of OCR, as log odds."""
        return _odds(self._sum(self.signs.known) / self.counts)

    def room(self, *, beside: bool) -> Floats:
        """Return the room to the nearest word outside the entity, which may belong to it: beside its lines, or else
        above and below them. In line heights, at most `_FREE`.
        """
        owners = np.full(len(self.boxes), -1)
        owners[self.flat] = self.owner
        x0, y0, x1, y1 = self.boxes.T[:, None]
        found = []
        for start in range(0, len(self.flat), _CHUNK):
            part = slice(start, start + _CHUNK)
            m0, n0, m1, n1 = self.boxes[self.flat[part]].T[:, :, None]
            on_line = np.minimum(n1, y1) - np.maximum(n0, y0) > _ONE_LINE * np.minimum(n1 - n0, y1 - y0)
            if beside:
                room, counts = np.maximum(x0 - m1, m0 - x1), on_line
            else:
                room, counts = np.maximum(y0 - n1, n0 - y1), ~on_line & (np.minimum(m1, x1) > np.maximum(m0, x0))
            outside = counts & (owners[None] != self.owner[part, None])
            found.append(np.where(outside, np.maximum(room, 0), _FREE).min(axis=1, initial=_FREE))
        return np.minimum.reduceat(np.concatenate(found), self.starts).astype(np.float32)

    def _least(self, values: Floats) -> Floats:
        return np.minimum.reduceat(values[self.flat], self.starts)

    def _sum(self, values: Floats) -> Floats:
        return np.add.reduceat(values[self.flat], self.starts)


def _between(
    words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link], height_px: float
) -> dict[str, Floats]:
    """Return place and texts of the two ends. `across`: room between them along the line, in line heights."""
    rows = []
    for link in links:
        key, value = entities[link.source].words, entities[link.target].words
        last, first = words[key[-1]].box, words[value[0]].box
        across = max(first.x0 - last.x1, last.x0 - first.x1, 0.0) / height_px
        asked, found = (text_features(" ".join(words[i].text for i in each)) for each in (key, value))
        colon = max(asked[NAMES.index(name)] for name in _COLONS)
        rows.append((min(across, _FREE), colon, asked[_DIGITS], found[_DIGITS], found[_TICK]))
    names = ("across", "colon", "key_digits", "value_digits", "value_tick")
    return dict(zip(names, np.array(rows, np.float32).reshape(-1, len(names)).T, strict=True))


def _page_features(signs: WordSigns, count: int) -> dict[str, Floats]:
    """Return signs of the whole page, the same in each row. `poor`: share of words that OCR is unsure of."""
    shown = signs.letters > 0
    read, size = (signs.known[shown], signs.size[shown]) if shown.any() else (np.zeros(1), np.zeros(1))
    of_page = {
        "page_read": float(_odds(np.array([np.median(read)]))[0]),
        "page_poor": float((read < _POOR).sum()) / (len(read) + _FEW),
        "page_uneven": float(np.abs(size).mean()),
    }
    return {name: np.full(count, value, np.float32) for name, value in of_page.items()}


def _odds(chances: npt.NDArray[np.floating]) -> Floats:
    bounded = np.clip(np.nan_to_num(chances.astype(np.float64), nan=0.0), _LEAST, 1 - _LEAST)
    odds: Floats = np.log(bounded / (1 - bounded)).astype(np.float32)
    return odds
