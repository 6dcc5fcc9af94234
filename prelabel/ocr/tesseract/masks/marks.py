"""Marks of masks: equal asterisks or solid dots in a row, told from letters by their form and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.ndimage import find_objects, label

from prelabel.geometry import union
from prelabel.images.ink import Dark
from prelabel.images.ink_runs import ink_runs
from prelabel.page import Box

#: In heights of the row's words: least and largest height of an asterisk and of a dot; the widest gap between two
#: marks of a mask; the largest height of a hyphen; how far above the line, on which letters stand, an asterisk ends.
_ASTERISK, _DOT, _GAP, _HYPHEN, _ABOVE_LINE = (0.22, 0.68), (0.3, 1.1), 0.48, 0.22, 0.08
#: Least and largest width of a mark in its heights; pixels and share by which two marks differ at most; the least share
#: of their ink that they have in common; the share of its box that a dot fills.
_SQUARE, _UNEQUAL_PX, _UNEQUAL, _ALIKE, _SOLID = (0.7, 1.4), 2.0, 0.12, 0.6, 0.72
#: Pixels by which equal distances between marks differ at most.
_UNEVEN_PX = 2.5
#: Width, in its heights, of ink that may be several asterisks that touch.
_TOUCHING = (1.7, 8.0)
#: So many equal marks are a mask.
_FEWEST = 3
#: A dot as high as this share of the row is written as ●, a smaller one as •.
_LARGE_DOT = 0.6


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of connected ink: its box in pixels of the page and its pixels."""

    box: Box
    ink: Dark


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a masked word: the text of a mask, or empty for what is to be read."""

    box: Box
    text: str = ""


def may_hold_mask(window: Dark, height: float, baseline: float) -> bool:
    """Return whether three neighbouring runs of inked columns are of one width and equally far apart, and may be marks.

    So may one run that is several marks that touch. This is cheap, and leaves few stretches.
    """
    found = ink_runs(np.asarray(window.any(axis=0)))
    if any(_may_be_touching(window[:, start:stop], height, baseline) for start, stop in found):
        return True
    if len(found) < _FEWEST:
        return False
    runs = np.array(found)
    starts, widths = runs[:, 0], runs[:, 1] - runs[:, 0]
    first, middle, last = (slice(0, -2), slice(1, -1), slice(2, None))
    unequal = np.maximum(_UNEQUAL_PX, _UNEQUAL * widths[middle])
    apart = starts[last] - starts[first]
    regular = np.abs(apart - 2 * (starts[middle] - starts[first])) <= _UNEVEN_PX
    regular &= np.abs(widths[first] - widths[middle]) <= unequal
    regular &= np.abs(widths[last] - widths[middle]) <= unequal
    regular &= (widths[middle] >= _ASTERISK[0] / 2 * height) & (apart <= 2 * (_DOT[1] + _GAP) * height)
    for start, stop in runs[1:-1][regular].tolist():
        inked = np.flatnonzero(window[:, start:stop].any(axis=1))
        above_line = inked[-1] + 1 < baseline - _ABOVE_LINE * height
        if (above_line and np.ptp(inked) < _ASTERISK[1] * height) or window[inked, start:stop].mean() >= _SOLID:
            return True
    return False


def _may_be_touching(ink: Dark, height: float, baseline: float) -> bool:
    """Return whether a run of inked columns is as low and as wide as three asterisks or more, above the line."""
    if not _FEWEST * _ASTERISK[0] * height <= ink.shape[1] <= _TOUCHING[1] * _ASTERISK[1] * height:
        return False
    inked = np.flatnonzero(ink.any(axis=1))
    high = inked[-1] - inked[0] + 1
    return bool(
        _ASTERISK[0] * height <= high <= _ASTERISK[1] * height
        and _FEWEST * _SQUARE[0] * high <= ink.shape[1]
        and inked[-1] + 1 < baseline - _ABOVE_LINE * height
    )


def marks_in(window: Dark, left: int, top: int, height: float) -> list[Mark]:
    """Return the connected pieces of ink from left to right; what may be asterisks that touch comes in equal parts."""
    numbers, _ = label(window, structure=np.ones((3, 3), dtype=bool))
    found: list[Mark] = []
    for number, (rows, columns) in enumerate(find_objects(numbers), start=1):
        ink = numbers[rows, columns] == number
        high, wide = ink.shape
        touching = high >= _ASTERISK[0] * height and _TOUCHING[0] <= wide / high <= _TOUCHING[1]
        parts = round(wide / high) if touching else 1
        for part in range(parts):
            x0, x1 = round(part * wide / parts), round((part + 1) * wide / parts)
            place = Box(left + columns.start + x0, top + rows.start, left + columns.start + x1, top + rows.stop)
            found.append(Mark(place, ink[:, x0:x1]))
    return sorted(found, key=lambda mark: mark.box.x0)


def masks_of(marks: Sequence[Mark], height: float, baseline: float) -> list[Part]:
    """Return the rows of equal asterisks or dots; beside a long one, shorter ones of the same marks count too."""
    rows: list[list[Mark]] = []
    for mark in marks:
        if kind := _kind(mark, height):
            last = rows[-1][-1] if rows else None
            if last and kind == _kind(last, height) and _is_beside(last, mark, height) and _is_like(last, mark):
                rows[-1].append(mark)
            else:
                rows.append([mark])
    long = [row for row in rows if len(row) >= _FEWEST and _is_even(row) and _is_no_text(row[0], height, baseline)]
    return [
        Part(union(mark.box for mark in row), _kind(row[0], height) * len(row))
        for row in rows
        if any(row is other or _is_like(row[0], other[0]) for other in long)
    ]


def is_hyphen(box: Box, height: float) -> bool:
    return box.height <= _HYPHEN * height and box.width >= 1.3 * box.height


def _kind(mark: Mark, height: float) -> str:
    """Return `*`, `●` or `•` for what looks like one, else nothing."""
    high, wide = mark.box.height, mark.box.width
    if not _SQUARE[0] <= wide / high <= _SQUARE[1]:
        return ""
    if mark.ink.mean() >= _SOLID:
        return ("●" if high >= _LARGE_DOT * height else "•") if _DOT[0] <= high / height <= _DOT[1] else ""
    # An asterisk has ink in its middle, a ring or the letter o has not.
    middle = mark.ink[int(high * 0.4) : ceil(high * 0.6), int(wide * 0.4) : ceil(wide * 0.6)]
    return "*" if _ASTERISK[0] <= high / height <= _ASTERISK[1] and middle.mean() > 0.5 else ""


def _is_beside(left: Mark, right: Mark, height: float) -> bool:
    return right.box.x0 - left.box.x1 <= _GAP * height


def _is_no_text(mark: Mark, height: float, baseline: float) -> bool:
    """Return whether a mark is a dot, or does not stand on the line as letters do."""
    return bool(mark.ink.mean() >= _SOLID) or mark.box.y1 < baseline - _ABOVE_LINE * height


def _is_even(row: Sequence[Mark]) -> bool:
    """Return whether the marks stand equally far apart."""
    starts = np.array([mark.box.x0 for mark in row])
    return bool(np.ptp(np.diff(starts)) <= 2 * _UNEVEN_PX)


def _is_like(one: Mark, other: Mark) -> bool:
    """Return whether two marks are of one size, level and form."""
    a, b = one.box, other.box
    sizes = abs(a.width - b.width), abs(a.height - b.height), abs(a.center[1] - b.center[1])
    if max(sizes) > max(_UNEQUAL_PX, _UNEQUAL * a.height):
        return False
    rows, columns = min(one.ink.shape[0], other.ink.shape[0]), min(one.ink.shape[1], other.ink.shape[1])
    first, second = one.ink[:rows, :columns], other.ink[:rows, :columns]
    return bool((first & second).sum() >= _ALIKE * (first | second).sum())
