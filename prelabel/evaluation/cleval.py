"""CLEval (2006.06244): characters found and read by words that may split or merge the words of the truth.

A true word is represented by the centres of its characters, spread evenly along its box. A found box matches a word if
it contains a centre of the word, and at least 0.3 of its own area is on the word. A box with centres of several words
matches all of them if that share of its area is on all together. Every break of a word costs one character, and so does
every word after the first in a box. Boxes are upright; a word twice as high as wide is read downwards.
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

#: Least share of a found box that is on the truth; the value of the authors' program.
_LEAST_SHARE = 0.3
#: Width over height below which the characters of a word are one below another; the value of the authors' program.
_DOWNWARDS = 0.5
#: Most characters that are estimated for a box without a match. (The authors' program counts one for any wide box.)
_MOST_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Characters:
    """Counts of correct, true and found characters, of breaks within words, and of words joined to others."""

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
        """Recall, 0..1, minus one character a split."""
        return recall(max(0, self.correct - self.splits), self.truth, self.found)

    @property
    def precision(self) -> float:
        """Precision, 0..1, minus one character a merge."""
        return precision(max(0, self.correct - self.merges), self.truth, self.found)

    @property
    def hmean(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ClevalScores:
    """Counts that add up over pages.

    `detection` counts boxes only: its `found` is the number of centres in boxes (a centre in two boxes counts twice)
    plus the estimated characters of boxes without a match. `end_to_end` counts the characters read. `overlapped`:
    centres in a second box. `unmatched`: the estimated characters.
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
    """Matched pairs as parallel arrays, by truth. Characters `first` to `last` - 1 have their centre in the box."""

    truth: Indices
    found: Indices
    first: Indices
    last: Indices


def cleval(truth: Sequence[Word], found: Sequence[Word], pairs: Overlaps) -> ClevalScores:
    """Score one page of words with text. `pairs`: the overlaps of their boxes."""
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
    """Return the first and the last + 1 character of word i with its centre in box i (without right and lower edge)."""
    along = np.where(words[:, 2] - words[:, 0] < _DOWNWARDS * (words[:, 3] - words[:, 1]), 1, 0)
    rows = np.arange(len(words))
    start, end = words[rows, along], words[rows, along + 2]
    step = (end - start) / lengths
    # The centre of character i is at start + (i + 1/2) step.
    first, last = (np.ceil((boxes[rows, along + side] - start) / step - 0.5) for side in (0, 2))
    middle = (words[rows, 1 - along] + words[rows, 3 - along]) / 2
    beside = (middle < boxes[rows, 1 - along]) | (middle >= boxes[rows, 3 - along])
    first, last = np.clip(first, 0, lengths).astype(np.intp), np.clip(last, 0, lengths).astype(np.intp)
    return first, np.where(beside, first, last)


def _surplus(indices: Indices) -> int:
    """Count the matches beyond the first of each index."""
    return len(indices) - len(np.unique(indices))


def _detected(held: _Held) -> int:
    """Count the characters with their centre in at least one box."""
    rows = zip(held.truth.tolist(), held.first.tolist(), held.last.tolist(), strict=True)
    return len({(word, character) for word, first, last in rows for character in range(first, last)})


def _estimate(box: Box) -> int:
    """Estimate the number of characters in a box: the number of squares that fit side by side."""
    short, long = sorted((box.width, box.height))
    return min(ceil(long / short), _MOST_CHARACTERS) if short > 0 else _MOST_CHARACTERS


def _read(held: _Held, wanted: Sequence[str], got: Sequence[str]) -> int:
    """Count the characters read: the longest common subsequence of each word and the unused text of its boxes."""
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
    """Return the indices in `got` of a longest common subsequence."""
    blocks = LCSseq.editops(wanted, got).as_matching_blocks()
    return {place for block in blocks for place in range(block.b, block.b + block.size)}
