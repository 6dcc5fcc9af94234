"""Words of a line from its read characters and the gaps in its ink: their text, tight boxes and confidence.

Spaces are decided by both: the network reads them from the look of a line, and may miss one or see one too many; the
gaps of a page show how wide its spaces are.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from prelabel.images.ink import Dark
from prelabel.ocr.reader.confidence import Confidences
from prelabel.ocr.reader.lines import Line
from prelabel.ocr.reader.path import Character
from prelabel.page import Box, Word

#: As shares of a line's height: a read space is none where the letters are closer than the first; letters farther apart
#: than the second are two words without a read space, if they are as many times farther apart as the last.
_NO_SPACE, _SPACE, _WIDER = 0.05, 0.4, 2.2
#: Marks inside numbers; beside them a read space is one if the characters are so many widths of a digit apart, where so
#: many neighbouring digits show it.
_POINTS, _PITCHES, _FEWEST_STEPS = frozenset(".,:-"), 1.18, 2
#: Probability of a missing space at a gap that the ink decided: the word is less sure.
_DECIDED = 0.8


@dataclass(frozen=True, slots=True)
class _Gap:
    """The paper between two characters, columns `start` to before `stop` of the crop. `space`: the read probability."""

    start: int
    stop: int
    space: float

    @property
    def width(self) -> int:
        return self.stop - self.start

    @property
    def middle(self) -> int:
        return (self.start + self.stop) // 2


@dataclass(frozen=True, slots=True)
class _Paper:
    """Runs of columns without ink, of a line with so many columns."""

    starts: list[int]
    stops: list[int]
    width: int


def words_of(line: Line, read: Sequence[Character], confidences: Confidences, engine: str) -> list[Word]:
    """Return the words of a line, boxes in pixels of the page; none where nothing was read or no ink is there."""
    letters = [each for each in read if not each.text.isspace()]
    dark = line.crop <= line.level
    if not letters or not dark.any():
        return []
    paper = _paper(dark)
    spaces = [each for each in read if each.text.isspace()]
    gaps = [_gap(paper, *pair, _space(spaces, *pair)) for pair in pairwise(letters)]
    cuts = [] if line.whole else _cuts(letters, gaps, _ink_height(dark))
    starts, stops = [0, *(cut + 1 for cut in cuts)], [*(cut + 1 for cut in cuts), len(letters)]
    columns = [0, *(gaps[cut].middle for cut in cuts), dark.shape[1]]
    sure = [gaps[cut].space or _DECIDED for cut in cuts]
    words = []
    for number, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        box = _box(line, dark, columns[number], columns[number + 1])
        if box is None:
            continue
        text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters[start:stop]))
        beside = [*sure[max(0, number - 1) : number], *sure[number : number + 1]]
        confidence = confidences.of_word(text, [letter.probability for letter in letters[start:stop]], beside)
        words.append(Word(text, box, confidence, engine))
    return words


def _space(spaces: Sequence[Character], left: Character, right: Character) -> float:
    """Return the probability of the space that was read between two characters; 0.0 if there was none."""
    return max(
        (each.probability for each in spaces if left.start_px < each.start_px <= right.stop_px),
        default=0.0,
    )


def _paper(dark: Dark) -> _Paper:
    """Return the runs of columns without ink."""
    inked = np.concatenate(([True], dark.any(axis=0), [True]))
    edges = np.flatnonzero(inked[1:] != inked[:-1])
    return _Paper(edges[::2].tolist(), edges[1::2].tolist(), dark.shape[1])


def _gap(paper: _Paper, left: Character, right: Character, space: float) -> _Gap:
    """Return the widest paper between the middles of two characters; without paper, the middle between them."""
    first = int(min(max((left.start_px + left.stop_px) / 2, 0), paper.width - 1))
    last = int(min(max((right.start_px + right.stop_px) / 2, first), paper.width - 1))
    found = _Gap((first + last + 1) // 2, (first + last + 1) // 2, space)
    for number in range(bisect_right(paper.stops, first), bisect_right(paper.starts, last)):
        start, stop = max(paper.starts[number], first), min(paper.stops[number], last + 1)
        if stop - start > found.width:
            found = _Gap(start, stop, space)
    return found


def _cuts(letters: Sequence[Character], gaps: Sequence[_Gap], height: int) -> list[int]:
    """Return the numbers of the gaps that are spaces."""
    inside = median([gap.width for gap in gaps if not gap.space] or [0])
    least = max(_SPACE * height, _WIDER * inside)
    pitch = _digit_pitch(letters)

    def is_space(number: int, gap: _Gap) -> bool:
        if not gap.space:  # beside a point, print of fixed pitch has gaps as wide as spaces
            return len(gaps) > 1 and gap.width > least and not _is_in_number(letters, number)
        if gap.width < _NO_SPACE * height:
            return False
        return not _is_in_number(letters, number) or _middle(letters, number + 1) - _middle(letters, number) >= pitch

    return [number for number, gap in enumerate(gaps) if is_space(number, gap)]


def _middle(letters: Sequence[Character], number: int) -> float:
    return (letters[number].start_px + letters[number].stop_px) / 2


def _digit_pitch(letters: Sequence[Character]) -> float:
    """Return the distance of the middles of two characters of a number that a space takes; 0.0 where it is unknown.

    On a printer of fixed pitch a point has as much room as a digit: without a space it is one digit's width away.
    """
    steps = [
        _middle(letters, number + 1) - _middle(letters, number)
        for number, (left, right) in enumerate(pairwise(letters))
        if left.text.isdigit() and right.text.isdigit()
    ]
    return _PITCHES * median(steps) if len(steps) >= _FEWEST_STEPS else 0.0


def _is_in_number(letters: Sequence[Character], number: int) -> bool:
    """Return whether the gap behind a character is between a digit and a point, or a point and a digit."""
    left, right = letters[number].text, letters[number + 1].text
    return (left.isdigit() and right in _POINTS) or (left in _POINTS and right.isdigit())


def _ink_height(dark: Dark) -> int:
    rows = np.flatnonzero(dark.any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def _box(line: Line, dark: Dark, start: int, stop: int) -> Box | None:
    """Return the box of the ink in these columns of a line, in pixels of the page; None without ink."""
    found = []
    for piece in line.pieces:
        first, last = max(start, piece.start), min(stop, piece.start + piece.width)
        part = dark[:, first:last] if first < last else dark[:0]
        columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
        if columns.size:
            x = piece.x0 + first - piece.start
            found.append((x + columns[0], piece.y0 + rows[0], x + columns[-1] + 1, piece.y0 + rows[-1] + 1))
    if not found:
        return None
    x0, y0, x1, y1 = zip(*found, strict=True)
    return Box(float(min(x0)), float(min(y0)), float(max(x1)), float(max(y1)))
