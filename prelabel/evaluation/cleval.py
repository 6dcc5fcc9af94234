"""CLEval: how many characters were found, and read, by words that may split or merge those of the truth (2006.06244).

A word of the truth is the row of its characters' centres, spread evenly along its box. A found box matches a word when
it holds a centre of it and lies on the word with at least 0.3 of its own area; a box that holds centres of several
words matches all of them when it lies on all together with that share. Every break of a word and every word more
than one in a box costs one character. Boxes are upright; a word twice as high as wide is read downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from prelabel.evaluation.matching import Floats, Indices, Overlaps, areas, corners
from prelabel.evaluation.scores import precision, recall
from prelabel.evaluation.text import plain
from prelabel.page import Box, Word

#: The share of a found box that must lie on the truth; the value of the authors' program.
_LEAST_SHARE = 0.3
#: Width over height under which a word's characters stand one below another; the value of the authors' program.
_DOWNWARDS = 0.5
#: The most characters that a box without a match counts for. (The authors' program counts one for any wide box.)
_MOST_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Characters:
    """Characters that are right, of the truth and of what was found; breaks within words; words joined to others."""

    correct: int = 0
    truth: int = 0
    found: int = 0
    splits: int = 0
    merges: int = 0

    def __add__(self, other: Characters) -> Characters:
        return Characters(
            self.correct + other.correct,
            self.truth + other.truth,
            self.found + other.found,
            self.splits + other.splits,
            self.merges + other.merges,
        )

    @property
    def recall(self) -> float:
        """0..1; granularity is taken off: one character a split."""
        return recall(max(0, self.correct - self.splits), self.truth, self.found)

    @property
    def precision(self) -> float:
        """0..1; granularity is taken off: one character a merge."""
        return precision(max(0, self.correct - self.merges), self.truth, self.found)

    @property
    def hmean(self) -> float:
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ClevalScores:
    """Counts that add up over pages.

    `detection` looks at boxes alone: `found` is then the centres held, each time one is held, and the estimated
    characters of boxes without a match. `end_to_end` looks at the characters read. `overlapped`: centres held again
    by a second box; `unmatched`: the estimated characters.
    """

    detection: Characters = field(default_factory=Characters)
    end_to_end: Characters = field(default_factory=Characters)
    overlapped: int = 0
    unmatched: int = 0

    def __add__(self, other: ClevalScores) -> ClevalScores:
        return ClevalScores(
            self.detection + other.detection,
            self.end_to_end + other.end_to_end,
            self.overlapped + other.overlapped,
            self.unmatched + other.unmatched,
        )


@dataclass(frozen=True, slots=True)
class _Held:
    """Matched pairs: parallel arrays, by truth. Characters `first` up to before `last` have their centre in the box."""

    truth: Indices
    found: Indices
    first: Indices
    last: Indices


def cleval(truth: Sequence[Word], found: Sequence[Word], pairs: Overlaps) -> ClevalScores:
    """Scores of one page of words that have a text; `pairs`: the overlaps of their boxes."""
    wanted, got = [plain(word.text) for word in truth], [plain(word.text) for word in found]
    held = _matched(truth, found, [len(text) for text in wanted], pairs)
    splits, merges = _surplus(held.truth), _surplus(held.found)
    detected = _detected(held)
    times = int((held.last - held.first).sum())
    unmatched = sum(_estimate(found[i].box) for i in np.setdiff1d(np.arange(len(found)), held.found))
    characters = sum(map(len, wanted))
    return ClevalScores(
        detection=Characters(detected, characters, times + unmatched, splits, merges),
        end_to_end=Characters(_read(held, wanted, got), characters, sum(map(len, got)), splits, merges),
        overlapped=times - detected,
        unmatched=unmatched,
    )


def _matched(truth: Sequence[Word], found: Sequence[Word], lengths: Sequence[int], pairs: Overlaps) -> _Held:
    words, boxes = corners([word.box for word in truth]), corners([word.box for word in found])
    first, last = _centres(words[pairs.truth], boxes[pairs.found], np.array(lengths, int)[pairs.truth])
    holds = last > first
    share = pairs.area / areas(boxes)[pairs.found]
    held_words = np.bincount(pairs.found[holds], minlength=len(found))
    together = np.bincount(pairs.found[holds], weights=share[holds], minlength=len(found))
    merged = (held_words > 1) & (together >= _LEAST_SHARE)
    matched = holds & ((share >= _LEAST_SHARE) | merged[pairs.found])
    return _Held(pairs.truth[matched], pairs.found[matched], first[matched], last[matched])


def _centres(words: Floats, boxes: Floats, lengths: npt.NDArray[np.int_]) -> tuple[Indices, Indices]:
    """Which characters of word i have their centre in box i, its right and lower edge left out: first and last + 1."""
    along = np.where(words[:, 2] - words[:, 0] < _DOWNWARDS * (words[:, 3] - words[:, 1]), 1, 0)
    rows = np.arange(len(words))
    start, end = words[rows, along], words[rows, along + 2]
    step = (end - start) / lengths
    # The centre of character i lies at start + (i + 1/2) step.
    first, last = (np.ceil((boxes[rows, along + side] - start) / step - 0.5) for side in (0, 2))
    middle = (words[rows, 1 - along] + words[rows, 3 - along]) / 2
    beside = (middle < boxes[rows, 1 - along]) | (middle >= boxes[rows, 3 - along])
    first, last = np.clip(first, 0, lengths).astype(np.intp), np.clip(last, 0, lengths).astype(np.intp)
    return first, np.where(beside, first, last)


def _surplus(indices: Indices) -> int:
    """How many matches more than one each of them has, in sum."""
    return len(indices) - len(np.unique(indices))


def _detected(held: _Held) -> int:
    """Characters whose centre is held by a box at least."""
    rows = zip(held.truth.tolist(), held.first.tolist(), held.last.tolist(), strict=True)
    return len({(word, character) for word, first, last in rows for character in range(first, last)})


def _estimate(box: Box) -> int:
    """The characters that a box may hold: as many as squares beside one another."""
    short, long = sorted((box.width, box.height))
    return min(ceil(long / short), _MOST_CHARACTERS) if short > 0 else _MOST_CHARACTERS


def _read(held: _Held, wanted: Sequence[str], got: Sequence[str]) -> int:
    """Characters that were read: of each word the longest common subsequence with what its boxes still have to give."""
    left, correct = list(got), 0
    rows = zip(held.truth.tolist(), held.first.tolist(), held.found.tolist(), strict=True)
    for word, group in groupby(sorted(rows), key=lambda row: row[0]):
        for_word = [found for _, _, found in group]
        used = _common(wanted[word], "".join(left[found] for found in for_word))
        correct += len(used)
        start = 0
        for found in for_word:
            text = left[found]
            left[found] = "".join(c for i, c in enumerate(text, start) if i not in used)
            start += len(text)
    return correct


def _common(wanted: str, got: str) -> set[int]:
    """The places in `got` of a longest common subsequence."""
    blocks = LCSseq.editops(wanted, got).as_matching_blocks()
    return {place for block in blocks for place in range(block.b, block.b + block.size)}
