"""Bullets of lists (■ ● ○ ◆ ▶ • ①), found by their ink: engines read them as @, ©, O or =, and keys begin with that.

Only short words at the beginning of lines are looked at, and only those that stand below each other are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.ndimage import binary_closing, binary_fill_holes

from prelabel.images.ink import Dark
from prelabel.lines import lines
from prelabel.page import Box, Word

#: Letters of a bullet as it is read at most; a word with the confidence that is one letter or digit may be a letter.
_MOST_LETTERS, _SURE = 3, 0.95
#: In heights of the word behind a bullet: least and largest height of it, the widest gap between both, and the least
#: one to what stands before it.
_HEIGHT, _BEHIND, _BEFORE = (0.25, 1.35), 1.6, 2.5
#: Pixels by which the box of a word may cut off the thin line of a ring.
_AROUND_PX = 2
#: Width of a bullet in its heights.
_RATIO = (0.75, 1.35)
#: The least share of its rectangle that a solid one fills, and of its rows and columns that are one stroke; the share
#: that a disc fills, and how far from it a ring with all inside may be.
_SOLID, _WHOLE, _DISC, _NEAR_DISC = 0.45, 0.93, 0.785, 0.07
#: Bullets of one list differ by so much in size and, in their heights, in place.
_UNEQUAL, _ASIDE = 0.15, 0.35
#: So many below each other are a list; of marks that are all read as one letter so many.
_FEWEST, _FEWEST_LETTERS = 2, 3


@dataclass(frozen=True, slots=True)
class _Mark:
    """What may be a bullet: number and text of its word, its ink's box, and whether it is a ring."""

    number: int
    text: str
    box: Box
    ring: bool


def without_bullets(words: Sequence[Word], dark: Dark) -> list[Word]:
    """Return the words of a page in their order without the bullets of its lists; `dark`: the page's ink."""
    marks = list(_marks(words, dark))
    left_out = set[int]()
    for mark in marks:
        alike = [other for other in marks if _are_of_one_list(mark, other)]
        letters = {other.text for other in alike}
        is_letter = len(letters) == 1 and alike[0].text.isalnum()
        if len(alike) >= (_FEWEST_LETTERS if is_letter else _FEWEST):
            left_out.add(mark.number)
    return [word for number, word in enumerate(words) if number not in left_out] if left_out else list(words)


def _marks(words: Sequence[Word], dark: Dark) -> Iterator[_Mark]:
    for row in lines([word.box for word in words]):
        in_order = sorted(row, key=lambda number: words[number].box.x0)
        for place, number in enumerate(in_order[:-1]):
            word, behind = words[number], words[in_order[place + 1]]
            if not _may_be_bullet(word, behind):
                continue
            before = words[in_order[place - 1]] if place else None
            if before and word.box.x0 - before.box.x1 < _BEFORE * behind.box.height:
                continue
            if mark := _mark(number, word, behind.box.height, dark):
                yield mark


def _may_be_bullet(word: Word, behind: Word) -> bool:
    box, height = word.box, behind.box.height
    if len(word.text) > _MOST_LETTERS or (word.text.isalnum() and word.confidence >= _SURE):
        return False
    return sum(map(str.isalnum, behind.text)) > 1 and -0.2 * height <= behind.box.x0 - box.x1 <= _BEHIND * height


def _mark(number: int, word: Word, height: float, dark: Dark) -> _Mark | None:
    """Return the mark of a word if its ink is one solid shape or a ring."""
    x0, y0 = max(0, int(word.box.x0) - _AROUND_PX), max(0, int(word.box.y0) - _AROUND_PX)
    window = dark[y0 : ceil(word.box.y1) + _AROUND_PX, x0 : ceil(word.box.x1) + _AROUND_PX]
    rows, columns = np.flatnonzero(window.any(axis=1)), np.flatnonzero(window.any(axis=0))
    if not rows.size:
        return None
    ink = window[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    high, wide = ink.shape
    if not (_HEIGHT[0] * height <= high <= _HEIGHT[1] * height and _RATIO[0] * high <= wide <= _RATIO[1] * high):
        return None
    solid = ink.mean() >= _SOLID and min(_one_stroke(ink), _one_stroke(ink.T)) >= _WHOLE
    if not solid and not _is_ring(ink):
        return None
    left, top = x0 + float(columns[0]), y0 + float(rows[0])
    return _Mark(number, word.text, Box(left, top, left + wide, top + high), not solid)


def _one_stroke(ink: Dark) -> float:
    """Return the share of the ink's extent in rows that is ink."""
    first, last = ink.argmax(axis=1), ink.shape[1] - ink[:, ::-1].argmax(axis=1)
    extent = np.where(ink.any(axis=1), last - first, 0).sum()
    return float(ink.sum() / max(1, extent))


def _is_ring(ink: Dark) -> bool:
    closed = binary_closing(np.pad(ink, 2), np.ones((3, 3)))  # thin rings have gaps
    whole = binary_fill_holes(closed)[2:-2, 2:-2]
    corner = max(1, round(0.1 * min(ink.shape)))
    corners = (
        whole[y, x] for y in (slice(corner), slice(-corner, None)) for x in (slice(corner), slice(-corner, None))
    )
    return abs(whole.mean() - _DISC) <= _NEAR_DISC and not any(each.all() for each in corners)


def _are_of_one_list(one: _Mark, other: _Mark) -> bool:
    """Return whether two marks are of one form and size, below each other; a mark is so with itself."""
    a, b = one.box, other.box
    near = max(1.5, _UNEQUAL * a.height)
    return (
        one.ring == other.ring
        and abs(a.width - b.width) <= near
        and abs(a.height - b.height) <= near
        and abs(a.center[0] - b.center[0]) <= _ASIDE * a.height
    )
