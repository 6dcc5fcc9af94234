"""Unread lines: ink that looks like writing and that no sure word covers, as Tesseract's layout leaves out lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import binary_dilation, find_objects, label, maximum_filter1d, minimum_filter1d

from prelabel.geometry import grow, scaling, transform
from prelabel.images.ink import Dark
from prelabel.ocr.tesseract.ruled_lines import without_ruled_lines
from prelabel.page import Word

#: Words with less confidence do not cover their ink.
_SURE = 0.3
#: In letter heights: the least and largest height of a letter, its largest width, its least ink (an area); the widest
#: gap within a line, its least width, its least and largest height, and the paper around its crop.
_LETTER_HEIGHT, _LETTER_WIDTH, _LETTER_INK = (0.5, 3.2), 12.0, 0.04
_GAP, _LINE_WIDTH, _LINE_HEIGHT, _MARGIN = 1.6, 0.8, (0.6, 3.5), 0.4
#: In letter heights: the largest width and least ink of marks (points, commas, minus signs, the dots of ä and i) of a
#: line; how far beside, above and below its letters they stand.
_MARK_WIDTH, _MARK_INK, _MARK_BESIDE, _MARK_ABOVE = 1.2, 0.025, 1.2, 0.3
#: The most lines of one page: a textured page must not cost many times its reading.
_MOST_LINES = 60

_AROUND = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was left out: its image with nothing else on it, and the image's left upper corner in the page."""

    image: Image.Image
    x0: int
    y0: int


def unread_lines(page: Image.Image, dark: Dark, words: Sequence[Word], letter_px: float) -> Iterator[Unread]:
    """Yield the lines of writing that no sure word covers, widest first; `page` has mode L, `dark` is its ink."""
    # Half of the resolution takes a quarter of the time, and letters are still apart.
    letter = letter_px / 2
    halved = _halved(dark)
    uncovered = _uncovered(without_ruled_lines(halved, letter), words, letter)
    writing, marks = _letters_and_marks(uncovered, halved & ~uncovered, letter)
    if not writing.any():
        return
    reach = max(3, round(_GAP * letter)) | 1
    closed = minimum_filter1d(maximum_filter1d(writing, reach, axis=1), reach, axis=1)
    numbers, _ = label(closed, structure=_AROUND)
    lines = [(number, place) for number, place in enumerate(find_objects(numbers), start=1) if _is_line(place, letter)]
    lines.sort(key=lambda line: line[1][1].start - line[1][1].stop)
    gray = np.asarray(page)
    light = gray[::4, ::4][~dark[::4, ::4]]
    paper = int(np.median(light)) if light.size else 255
    for number, (rows, columns) in lines[:_MOST_LINES]:
        rows, columns = _grown(rows, _MARK_ABOVE * letter), _grown(columns, _MARK_BESIDE * letter)
        own = (writing[rows, columns] & (numbers[rows, columns] == number)) | marks[rows, columns]
        yield _cut(gray, own, rows.start, columns.start, round(_MARGIN * letter_px), paper)


def _grown(part: slice, by: float) -> slice:
    return slice(max(0, part.start - math.ceil(by)), part.stop + math.ceil(by))


def _uncovered(halved: Dark, words: Sequence[Word], letter_px: float) -> Dark:
    left: Dark = halved.copy()
    for word in words:
        if word.confidence >= _SURE:
            box = grow(transform(scaling(0.5), word.box), 0.15 * letter_px)
            left[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1] = False
    return left


def _halved(ink: Dark) -> Dark:
    height, width = ink.shape[0] // 2 * 2, ink.shape[1] // 2 * 2
    upper, lower = ink[0:height:2, :width], ink[1:height:2, :width]
    rows = upper | lower
    halved: Dark = rows[:, ::2] | rows[:, 1::2]
    return halved


def _letters_and_marks(ink: Dark, removed: Dark, letter_px: float) -> tuple[Dark, Dark]:
    """Return the ink of letters, and small ink that is part of a line only beside them: without it 72.70 is 7270.

    `removed`: ink of words and ruled lines; small ink that touches it is a piece of these.
    """
    numbers, count = label(ink, structure=_AROUND)
    if not count:
        return ink, ink
    places = find_objects(numbers)
    heights = np.array([rows.stop - rows.start for rows, _ in places]) / letter_px
    widths = np.array([columns.stop - columns.start for _, columns in places]) / letter_px
    areas = np.bincount(numbers.ravel(), minlength=count + 1)[1:] / letter_px**2
    fit = (heights >= _LETTER_HEIGHT[0]) & (heights <= _LETTER_HEIGHT[1]) & (areas >= _LETTER_INK)
    fit &= widths <= _LETTER_WIDTH
    small = ~fit & (heights <= _LETTER_HEIGHT[0]) & (widths <= _MARK_WIDTH) & (areas >= _MARK_INK)
    small[numbers[_around(removed) & ink] - 1] = False
    letters: Dark = np.concatenate(([False], fit))[numbers]
    marks: Dark = np.concatenate(([False], small))[numbers]
    return letters, marks


def _around(ink: Dark) -> Dark:
    """Return the pixels of the ink and those that touch it."""
    rows = ink.copy()
    rows[1:] |= ink[:-1]
    rows[:-1] |= ink[1:]
    around: Dark = rows.copy()
    around[:, 1:] |= rows[:, :-1]
    around[:, :-1] |= rows[:, 1:]
    return around


def _is_line(place: tuple[slice, slice], letter_px: float) -> bool:
    rows, columns = place
    height, width = (rows.stop - rows.start) / letter_px, (columns.stop - columns.start) / letter_px
    return bool(width >= _LINE_WIDTH and _LINE_HEIGHT[0] <= height <= _LINE_HEIGHT[1])


def _cut(gray: npt.NDArray[np.uint8], own: Dark, top: int, left: int, margin: int, paper: int) -> Unread:
    """Cut the image around the ink of `own`, with paper in place of all other ink.

    `own` and its place `top`, `left` are at half of the resolution; `margin` is in pixels of the page.
    """
    inked_rows, inked_columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    top, left = 2 * (top + int(inked_rows[0])), 2 * (left + int(inked_columns[0]))
    own = own[inked_rows[0] : inked_rows[-1] + 1, inked_columns[0] : inked_columns[-1] + 1]
    letters = own.repeat(2, axis=0).repeat(2, axis=1)
    y0, x0 = max(0, top - margin), max(0, left - margin)
    y1 = min(gray.shape[0], top + letters.shape[0] + margin)
    x1 = min(gray.shape[1], left + letters.shape[1] + margin)
    kept = np.zeros((y1 - y0, x1 - x0), dtype=bool)
    kept[top - y0 : top - y0 + letters.shape[0], left - x0 : left - x0 + letters.shape[1]] = letters
    kept = binary_dilation(kept, structure=_AROUND, iterations=2)
    return Unread(Image.fromarray(np.where(kept, gray[y0:y1, x0:x1], paper).astype(np.uint8)), x0, y0)
