"""Words without traces of ruled lines: bars, underscores and leaders that Tesseract reads as characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from prelabel.page import Box, Word

#: Dots, dashes and underscores that fill a line up to its end or to the next field.
_LEADER = re.compile(r"[._·…\-—=]{3,}|_{2,}")
#: Characters as which Tesseract reads vertical and horizontal ruled lines, at either end of a word.
_EDGE = "|¦_—‖"
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


def tidy_line(line: Sequence[Word]) -> list[Word]:
    """Remove traces of ruled lines from the words of a line; words of nothing else are left out."""
    return [part for word in line for part in _parts(word)]


def _parts(word: Word) -> Iterator[Word]:
    """Yield the parts between leaders, each with its share of the box by its letters."""
    start = 0
    for leader in _LEADER.finditer(word.text):
        yield from _trimmed(word, start, leader.start())
        start = leader.end()
    yield from _trimmed(word, start, len(word.text))


def _trimmed(word: Word, start: int, stop: int) -> Iterator[Word]:
    while start < stop and (word.text[start] in _EDGE or _is_unmatched(word.text[start:stop], 0)):
        start += 1
    while start < stop and (word.text[stop - 1] in _EDGE or _is_unmatched(word.text[start:stop], -1)):
        stop -= 1
    if (start, stop) == (0, len(word.text)):
        yield word
    elif start < stop:
        letter = word.box.width / len(word.text)
        box = Box(word.box.x0 + start * letter, word.box.y0, word.box.x0 + stop * letter, word.box.y1)
        yield replace(word, text=word.text[start:stop], box=box)


def _is_unmatched(text: str, end: int) -> bool:
    """Return whether a square or curly bracket at this end lacks its other half: it is the corner of a table's cell."""
    if len(text) < 2:
        return False
    if end == 0:
        return text[0] in "[{" and _BRACKETS[text[0]] not in text
    return any(text[-1] == close and opened not in text for opened, close in _BRACKETS.items() if opened != "(")


def is_dirt(word: Word) -> bool:
    """Return whether a word is a speck or stroke that was read as a few characters with low confidence."""
    if not any(char.isalnum() for char in word.text):
        return word.confidence < 0.5
    return word.confidence < (0.5 if len(word.text) == 1 else 0.3 if len(word.text) == 2 else 0.1)
