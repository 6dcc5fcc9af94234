"""Smoothing of labels along a line: the best sequence of labels and begins, given the gaps between the words.

A tagger judges each word alone, so a word in the middle of a value may be labelled as a question. Words one space apart
rarely differ in label: the Viterbi algorithm (doi.org/10.1109/TIT.1967.1054010) runs over a line with a cost for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prelabel.page import Word

Floats = npt.NDArray[np.float32]

#: Cost, in nats, of a new entity right behind another word; it falls to 0 at a gap of `_FREE` line heights.
_CUT = 2.5
_FREE = 1.0
#: From this gap on, in line heights, a word begins an entity or continues a line above, whatever its tag.
_APART = 3.0
#: Cost of each line height by which a gap inside an entity exceeds `_FREE`.
_STRETCH = 1.0
#: Ends of words after which a new entity costs nothing.
_ENDS = (":", "：", "|")
_TINY = 1e-4
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice for one word. `label`: column of the label probabilities; `begins`: the word begins an entity."""

    label: int
    begins: bool


class Smoother:
    """The Viterbi algorithm over the words of a line.

    `labels`: number of labels. `other`: the column of OTHER, -1 if there is none. `height_px`: height of a line.
    States 0..labels-1 begin an entity of that label, the others continue one; OTHER has no state that continues.
    """

    def __init__(self, labels: int, other: int, height_px: float) -> None:
        self._labels, self._other, self._height = labels, other, height_px
        states = np.arange(2 * labels)
        label, inside = states % labels, states >= labels
        same = label[:, None] == label[None, :]
        self._never = np.where(inside[None, :] & ~same, _NEVER, 0.0)
        self._cuts = (~inside[None, :] & ~(same & (label[None, :] == other))).astype(float)
        self._goes_on = (inside[None, :] & same).astype(float)

    def best(self, line: Sequence[int], words: Sequence[Word], labels: Floats, begins: Floats) -> list[Choice]:
        """Return the best choices for the words of one line, left to right.

        `labels`, `begins`: (words of the page, labels) probability of each label, and of a begin given that label.
        """
        gaps = [(words[b].box.x0 - words[a].box.x1) / self._height for a, b in pairwise(line)]
        scores = self._scores(labels[list(line)], begins[list(line)], np.array([np.inf, *gaps]))
        total, back = scores[0], []
        for place, gap in enumerate(gaps, 1):
            cut = 0.0 if words[line[place - 1]].text.endswith(_ENDS) else _CUT * min(max(1 - gap / _FREE, 0.0), 1.0)
            stretch = _STRETCH * max(gap - _FREE, 0.0)
            reach = total[:, None] - self._never - cut * self._cuts - stretch * self._goes_on
            back.append(reach.argmax(0))
            total = reach.max(0) + scores[place]
        state = int(total.argmax())
        states = [state]
        for step in reversed(back):
            state = int(step[state])
            states.append(state)
        return [Choice(s % self._labels, s < self._labels) for s in reversed(states)]

    def _scores(self, labels: Floats, begins: Floats, gaps: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the log probabilities of all states.

        Behind a wide gap and at the start of the line, every word begins something: whether it continues an entity of
        a line above is decided elsewhere.
        """
        apart = np.clip((gaps - _FREE) / (_APART - _FREE), 0, 1)[:, None]
        fresh = begins + (1 - begins) * apart
        start = np.log(np.maximum(labels * fresh, _TINY))
        inside = np.log(np.maximum(labels * (1 - fresh), _TINY))
        if self._other >= 0:
            start[:, self._other] = np.log(np.maximum(labels[:, self._other], _TINY))
            inside[:, self._other] = -_NEVER
        scores: npt.NDArray[np.float64] = np.concatenate([start, inside], 1).astype(np.float64)
        return scores
