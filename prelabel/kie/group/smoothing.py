"""Labels that agree along a line: the best sequence of labels and begins, word by word, given the room between words.

A tagger judges every word by itself, so a name in the middle of a value may come out as a question. Words a space apart
rarely change their label; this is the Viterbi algorithm (doi.org/10.1109/TIT.1967.1054010) over a line with that price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prelabel.page import Word

Floats = npt.NDArray[np.float32]

#: Price, in nats, of a new entity right behind another word; it falls to 0 as the gap grows to `_FREE` line heights.
_CUT = 2.5
_FREE = 1.0
#: From this gap on, in line heights, a word begins an entity or goes on with a line above, whatever its tag.
_APART = 3.0
#: Price for each line height that a gap inside an entity is wider than `_FREE`.
_STRETCH = 1.0
#: Words that end so are ready to be followed by something else.
_ENDS = (":", "：", "|")
_TINY = 1e-4
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Choice:
    """`label`: column of the label shares; `begins`: the word begins an entity."""

    label: int
    begins: bool


class Smoother:
    """`labels`: how many; `other`: the column of OTHER, -1 where there is none; `height_px`: a line's height.

    States 0..labels-1 begin an entity of that label, the rest go on with one; OTHER only ever begins.
    """

    def __init__(self, labels: int, other: int, height_px: float) -> None:
        self._labels, self._other, self._height = labels, other, height_px
        states = np.arange(2 * labels)
        label, inside = states % labels, states >= labels
        same = label[:, None] == label[None, :]
        self._never = np.where(inside[None, :] & ~same, _NEVER, 0.0)
        self._cuts = (~inside[None, :] & ~(same & (label[None, :] == other))).astype(float)
        self._goes_on = (inside[None, :] & same).astype(float)

    def best(self, line: Sequence[int], words: Sequence[Word], shares: Floats, begins: Floats) -> list[Choice]:
        """The choices for the words of one line, left to right.

        `shares`, `begins`: (words of the page, labels): the chance of each label, and of a begin given that label.
        """
        gaps = [(words[b].box.x0 - words[a].box.x1) / self._height for a, b in pairwise(line)]
        scores = self._scores(shares[list(line)], begins[list(line)], np.array([np.inf, *gaps]))
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

    def _scores(self, shares: Floats, begins: Floats, gaps: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Log chances of all states. Behind a wide gap, and at the line's begin, every word begins something here:
        whether that goes on with a line above is not decided along the line.
        """
        apart = np.clip((gaps - _FREE) / (_APART - _FREE), 0, 1)[:, None]
        fresh = begins + (1 - begins) * apart
        start = np.log(np.maximum(shares * fresh, _TINY))
        inside = np.log(np.maximum(shares * (1 - fresh), _TINY))
        if self._other >= 0:
            start[:, self._other] = np.log(np.maximum(shares[:, self._other], _TINY))
            inside[:, self._other] = -_NEVER
        scores: npt.NDArray[np.float64] = np.concatenate([start, inside], 1).astype(np.float64)
        return scores
