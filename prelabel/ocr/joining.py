"""Korean words from syllables: Tesseract often splits an eojeol; what stands closer than a word space is one word.

Tesseract places the boxes of split syllables loosely, so the gap is measured in the ink, not between the boxes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np
from PIL import Image

from prelabel.geometry import union
from prelabel.ocr.ink import Dark, dark_pixels
from prelabel.page import Word

#: Gaps inside Korean words and between them, as shares of the line's height, part somewhere in this range, in another
#: place for each font (measured on generated pages in three fonts: 0.20 to 0.34), and by default here.
_LEAST_SPACE, _MOST_SPACE, _USUAL_SPACE = 0.20, 0.36, 0.26

#: The place is looked for where fewest gaps of the page lie this close and this share of them is wider; gaps that it
#: takes to look at all; pull to the default.
_CLOSE, _SPACES, _ENOUGH_GAPS, _PULL = 0.03, 0.05, 10, 0.1


class Ink:
    """The dark pixels of a mode L page, found when the first gap is measured: English pages never pay."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image

    @cached_property
    def _dark(self) -> Dark:
        return dark_pixels(self._image)

    def gap_px(self, left: Word, right: Word) -> int:
        """The widest inkless column run between the last letter of `left` and the first of `right`."""
        x0 = left.box.x1 - left.box.width / len(left.text) / 2
        x1 = right.box.x0 + right.box.width / len(right.text) / 2
        if x1 <= x0:
            return 0
        y0, y1 = max(left.box.y0, right.box.y0), min(left.box.y1, right.box.y1)
        part = self._dark[int(y0) : int(y1), int(x0) : int(x1)]
        light_on_dark = part.size > 0 and part.mean() > 0.5
        columns = (~part if light_on_dark else part).any(axis=0)
        inked = np.concatenate(([-1], np.flatnonzero(columns), [columns.size]))
        return int(np.diff(inked).max()) - 1


def join_lines(lines: Sequence[Sequence[Word]], ink: Ink) -> list[Word]:
    """The words of a page's lines, in the same order, with Korean pieces joined. English words stay as they are."""
    gaps = [_gaps(line, ink) for line in lines]
    space = word_space([gap for line in gaps for gap in line if gap is not None])
    return [word for line, between in zip(lines, gaps, strict=True) for word in _join_line(line, between, space)]


def word_space(gaps: Sequence[float]) -> float:
    """The least gap between two words, as share of the line's height, out of all gaps of a page where Hangul touches.

    It lies in the valley between the narrow gaps inside words and the wide ones between them.
    """
    if len(gaps) < _ENOUGH_GAPS:
        return _USUAL_SPACE
    widths, places = np.asarray(gaps)[:, None], np.arange(_LEAST_SPACE, _MOST_SPACE + 0.005, 0.01)
    places = places[(widths > places).mean(axis=0) >= _SPACES]
    if not places.size:
        return _USUAL_SPACE
    crowd = (np.abs(widths - places) <= _CLOSE).mean(axis=0) + _PULL * np.abs(places - _USUAL_SPACE)
    return float(places[crowd == crowd.min()].mean())


def _gaps(line: Sequence[Word], ink: Ink) -> list[float | None]:
    """The gap after each word but the last, as share of the line's height; None where it is certainly a word's end."""
    height_px = median(word.box.height for word in line) if line else 1.0
    return [
        ink.gap_px(left, right) / max(1.0, height_px) if _may_touch(left, right) else None
        for left, right in pairwise(line)
    ]


def _join_line(line: Sequence[Word], gaps: Sequence[float | None], space: float) -> list[Word]:
    runs = [[word] for word in line[:1]]
    for word, gap in zip(line[1:], gaps, strict=True):
        if gap is not None and gap < space:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [_joined(run) for run in runs]


def is_hangul(char: str) -> bool:
    """A Hangul syllable (U+AC00..U+D7A3) or a compatibility jamo (U+3131..U+318E)."""
    return "가" <= char <= "힣" or "ㄱ" <= char <= "ㆎ"


def _may_touch(left: Word, right: Word) -> bool:
    """Hangul on one side of the gap at least (2024년, LG전자, 수량:), and boxes side by side."""
    side_by_side = min(left.box.y1, right.box.y1) > max(left.box.y0, right.box.y0)
    return side_by_side and (is_hangul(left.text[-1]) or is_hangul(right.text[0]))


def _joined(run: Sequence[Word]) -> Word:
    if len(run) == 1:
        return run[0]
    letters = sum(len(word.text) for word in run)
    return Word(
        text=unicodedata.normalize("NFC", "".join(word.text for word in run)),
        box=union(word.box for word in run),
        confidence=sum(word.confidence * len(word.text) for word in run) / letters,
        engine=run[0].engine,
    )
