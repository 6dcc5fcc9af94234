"""Layout of check boxes: which words are the option of each box, and on which side of the box they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from prelabel.geometry import union
from prelabel.lines import line_height
from prelabel.ocr.check_boxes.words import CHECKED, is_check_box
from prelabel.page import Box, Word

#: In line heights: the widest gap between words of one text, and between a box and its option.
GAP, _TO_OPTION = 1.1, 1.6
#: In line heights: how far apart the middles of one line's words are at most, and the step to a next line of an option.
_LEVEL, _STEP = 0.6, 1.9
#: The most further lines of an option.
_MORE_LINES = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A check box with its option, both as indices of words. `words` is empty where none stands beside the box."""

    box: int
    ticked: bool
    words: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Words and boxes of one line from left to right, as indices of words."""

    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The options of one line, and the texts on it that belong to none: runs of words from left to right."""

    options: tuple[Option, ...]
    texts: tuple[tuple[int, ...], ...]


class BoxLayout:
    """The rows of options of a page. `height`: the usual height of its words in pixels."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.boxes = [i for i, word in enumerate(words) if is_check_box(word)]
        self.height = line_height([word.box for word in words if not is_check_box(word)])
        self.rows = self._continued([self._row(line) for line in self._lines()])

    def box_of(self, members: Sequence[int]) -> Box:
        """Return the box around these words. Raises ValueError when there is none."""
        return union(self.words[i].box for i in members)

    def level(self, a: Box, b: Box) -> bool:
        """Return whether two boxes stand on one line."""
        return abs(a.center[1] - b.center[1]) < _LEVEL * self.height

    def _lines(self) -> list[list[int]]:
        """Return the lines that hold a check box, boxes and words, from left to right."""
        left, found = sorted(self.boxes, key=lambda i: (self.words[i].box.center[1], self.words[i].box.x0)), []
        while left:
            first = self.words[left[0]].box
            boxes = [i for i in left if self.level(self.words[i].box, first)]
            left = [i for i in left if i not in boxes]
            around = self.box_of(boxes)
            beside = [i for i, word in enumerate(self.words) if not is_check_box(word) and self.level(word.box, around)]
            found.append(sorted([*boxes, *beside], key=lambda i: self.words[i].box.x0))
        return found

    def _row(self, line: Sequence[int]) -> Row:
        runs = self._runs(line)
        boxes = [place for place, run in enumerate(runs) if is_check_box(self.words[run[0]])]
        before = self._stands_before(runs, boxes)
        options, used = [], set()
        for place in boxes:
            beside = place + (1 if before else -1)
            box = self.words[runs[place][0]].box
            words: tuple[int, ...] = ()
            if 0 <= beside < len(runs) and beside not in boxes:
                text = self.box_of(runs[beside])
                gap = text.x0 - box.x1 if before else box.x0 - text.x1
                if gap < _TO_OPTION * self.height:
                    words = tuple(runs[beside])
                    used.add(beside)
            options.append(Option(runs[place][0], self.words[runs[place][0]].text == CHECKED, words))
        if not before and len(boxes) > 1 and len(used) == 1:
            # The name of a row of a table, near to its first column.
            options, used = [replace(option, words=()) for option in options], set()
        texts = (tuple(run) for place, run in enumerate(runs) if place not in used and place not in boxes)
        return Row(tuple(options), tuple(texts))

    def _runs(self, line: Sequence[int]) -> list[list[int]]:
        """Cut a line into texts and single check boxes; a text ends at a gap and behind a colon."""
        runs: list[list[int]] = []
        for before, index in pairwise((None, *line)):
            assert index is not None  # noqa: S101  (only the first one is)
            apart = (
                before is None
                or is_check_box(self.words[before])
                or is_check_box(self.words[index])
                or self.words[index].box.x0 - self.words[before].box.x1 > GAP * self.height
                or self.words[before].text.endswith((":", "："))
            )
            if apart:
                runs.append([])
            runs[-1].append(index)
        return runs

    def _stands_before(self, runs: Sequence[Sequence[int]], boxes: Sequence[int]) -> bool:
        """Return whether the boxes of a line stand before their options: the nearer side tells, else the ends do."""
        gaps: tuple[list[float], list[float]] = ([], [])
        for place in boxes:
            box = self.words[runs[place][0]].box
            for side, beside in ((0, place + 1), (1, place - 1)):
                if 0 <= beside < len(runs) and beside not in boxes:
                    text = self.box_of(runs[beside])
                    gaps[side].append(max(0.0, text.x0 - box.x1 if side == 0 else box.x0 - text.x1))
        if not gaps[0] or not gaps[1]:
            return bool(gaps[0])
        if len(gaps[0]) < len(boxes) and len(gaps[1]) == len(boxes):
            return False
        if len(gaps[1]) < len(boxes) and len(gaps[0]) == len(boxes):
            return True
        return median(gaps[0]) <= median(gaps[1])

    def _continued(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows; a long option of a box that stands alone goes on in the lines below its text."""
        return [
            replace(row, options=(self._with_next_lines(row.options[0]),))
            if len(row.options) == 1 and row.options[0].words
            else row
            for row in rows
        ]

    def _with_next_lines(self, option: Option) -> Option:
        words = list(option.words)
        text = last = self.box_of(words)
        if text.x0 < self.words[option.box].box.x0:
            return option
        for _ in range(_MORE_LINES):
            line = self._text_below(text.x0, last)
            if not line:
                break
            last = self.box_of(line)
            words += line
        return replace(option, words=tuple(words))

    def _text_below(self, x0: float, last: Box) -> list[int]:
        """Return the words of the line below that begins at `x0`, if no box stands before it."""
        near = [
            i
            for i, word in enumerate(self.words)
            if 0.4 * self.height < word.box.center[1] - last.center[1] < _STEP * self.height
        ]
        if any(is_check_box(self.words[i]) for i in near) or not near:
            return []
        near = sorted(near, key=lambda i: self.words[i].box.x0)
        begins = [i for i in near if abs(self.words[i].box.x0 - x0) < 0.6 * self.height]
        if not begins or last.x1 - x0 < 12 * self.height or self.words[near[0]].box.x0 < x0 - 0.6 * self.height:
            return []
        return near
