"""Check boxes that are typed: ☐ ☑, □ ■, ○ ●, [ ] [V], ( ) (O), in the words of a PDF or as an engine reads them.

A single ☐ or ☑ is a check box by itself. Other signs are bullets and remarks, too: they count where a marked and an
empty one of their kind stand on the page, □ also beside ☑, and square brackets beside check boxes that were drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prelabel.ocr.check_boxes.words import boxed, is_check_box
from prelabel.page import Box, Word

_EMPTY = {"☐": "box", "□": "square", "◻": "square", "○": "circle", "◯": "circle", "❏": "square", "❑": "square"}
_MARKED = {
    **dict.fromkeys("☑☒🗹🗷✅", "box"),
    **dict.fromkeys("■◼▣", "square"),
    **dict.fromkeys("●◉◎⊙", "circle"),
}
_MARK = "VvXxOoＶ○●✓✔√*"
#: A sign at the start or at the end of a word; brackets around a mark or nothing.
_SIGN = re.compile(
    rf"(?P<sign>[{''.join((*_EMPTY, *_MARKED))}])|(?P<square>\[ ?(?P<in_square>[{_MARK}]?) ?\])"
    rf"|(?P<round>\( ?(?P<in_round>[{_MARK}]?) ?\))"
)
#: The widest place between two brackets that are words of their own, in heights, and how far they differ in level.
_WIDEST, _LEVEL = 2.2, 0.4
_CLOSING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class _Typed:
    """A sign in a word: its place in the text, its kind, and whether it is marked."""

    start: int
    stop: int
    kind: str
    marked: bool


def typed_boxes(words: Sequence[Word]) -> list[Word]:
    """Return the words with the signs that are check boxes cut out, as words of their own."""
    joined = _with_pairs_joined(words)
    signs = [() if is_check_box(word) else tuple(_signs(word.text)) for word in joined]
    kinds = {(sign.kind, sign.marked) for found in signs for sign in found}
    known = {"box"} | {kind for kind, marked in kinds if (kind, not marked) in kinds}
    if ("box", True) in kinds:
        known.add("square")
    if any(is_check_box(word) for word in words):
        known.add("]")
    if not any(sign.kind in known for found in signs for sign in found):
        return list(words)
    return [
        part
        for word, found in zip(joined, signs, strict=True)
        for part in _parts(word, [sign for sign in found if sign.kind in known])
    ]


def _signs(text: str) -> Iterator[_Typed]:
    """Yield the signs of a word: at its start, between others, or at its end; those within a word are text."""
    for match in _SIGN.finditer(text):
        start, stop = match.span()
        if start and stop < len(text) and text[start - 1].isalnum() and text[stop].isalnum():
            continue
        if sign := match["sign"]:
            yield _Typed(start, stop, _EMPTY.get(sign) or _MARKED[sign], sign in _MARKED)
        elif match["square"] is not None:
            yield _Typed(start, stop, "]", bool(match["in_square"]))
        elif not (start and text[start - 1].isascii()) and (not start or stop == len(text)):
            yield _Typed(start, stop, ")", bool(match["in_round"]))


def _parts(word: Word, signs: Sequence[_Typed]) -> Iterator[Word]:
    """Yield the parts of a word between and at its signs, each with its share of the box by its letters."""
    at = 0
    for sign in signs:
        yield from _part(word, at, sign.start)
        yield boxed(_share(word, sign.start, sign.stop), ticked=sign.marked, confidence=word.confidence)
        at = sign.stop
    yield from _part(word, at, len(word.text))


def _part(word: Word, start: int, stop: int) -> Iterator[Word]:
    if (start, stop) == (0, len(word.text)):
        yield word
    elif text := word.text[start:stop].strip():
        yield replace(word, text=text, box=_share(word, start, stop), other=None)


def _share(word: Word, start: int, stop: int) -> Box:
    letter = word.box.width / len(word.text)
    return Box(word.box.x0 + start * letter, word.box.y0, word.box.x0 + stop * letter, word.box.y1)


def _with_pairs_joined(words: Sequence[Word]) -> list[Word]:
    """Return the words; an opening bracket and what follows are one word where they make a box: `[` `]`."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        count = _pair_length(words[at : at + 3])
        found.append(_joined(words[at : at + count]) if count > 1 else words[at])
        at += count
    return found


def _pair_length(words: Sequence[Word]) -> int:
    """Return how many of these words are one pair of brackets; 1 if the first one begins none."""
    close = _CLOSING.get(words[0].text[-1:])
    if close is None:
        return 1
    for count in range(2, len(words) + 1):
        inner, last = words[1 : count - 1], words[count - 1]
        if not last.text.startswith(close) or any(len(word.text) > 1 or word.text not in _MARK for word in inner):
            continue
        height = max(words[0].box.height, 1.0)
        near = 0 <= last.box.x0 - words[0].box.x1 < _WIDEST * height
        if near and abs(last.box.center[1] - words[0].box.center[1]) < _LEVEL * height:
            return count
    return 1


def _joined(words: Sequence[Word]) -> Word:
    first, last = words[0], words[-1]
    text = first.text + ("".join(word.text for word in words[1:-1]) or " ") + last.text
    box = Box(first.box.x0, min(w.box.y0 for w in words), last.box.x1, max(w.box.y1 for w in words))
    return replace(first, text=text, box=box, confidence=min(word.confidence for word in words), other=None)
