"""Check boxes as words: their text and engine, and their places among the other words of a page."""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.page import Box, Word

#: Text of a box; the same as of the boxes of PDF forms.
CHECKED, UNCHECKED = "☑", "☐"
#: What a box has in place of the name of an engine.
ENGINE = "check_box"
#: Words stand beside a box if their middles differ by less than this share of the higher one.
_BESIDE = 0.5


def boxed(box: Box, *, ticked: bool, confidence: float = 1.0) -> Word:
    """Return the word that stands for a check box."""
    return Word(CHECKED if ticked else UNCHECKED, box, confidence, ENGINE)


def is_check_box(word: Word) -> bool:
    """Return whether the word stands for a check box."""
    return word.engine == ENGINE


def inserted(words: Sequence[Word], boxes: Sequence[Word]) -> list[Word]:
    """Return the words with each box before the next word of its line, else after the last one."""
    found = list(words)
    for box in boxes:
        found.insert(_place(box, found), box)
    return found


def _place(box: Word, words: Sequence[Word]) -> int:
    line = [place for place, word in enumerate(words) if _beside(word.box, box.box)]
    behind = [place for place in line if words[place].box.x0 >= box.box.x0]
    if behind:
        return min(behind, key=lambda place: words[place].box.x0)
    if line:
        return max(line, key=lambda place: words[place].box.x1) + 1
    return next((place for place, word in enumerate(words) if word.box.y0 > box.box.y1), len(words))


def _beside(a: Box, b: Box) -> bool:
    return abs(a.center[1] - b.center[1]) < _BESIDE * max(a.height, b.height)
