"""Korean words from syllables: Tesseract often splits an eojeol; what stands closer than a word space is one word.

Tesseract places the boxes of split syllables loosely, so the gap is measured in the ink, not between the boxes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from statistics import median

import numpy as np
from PIL import Image

from prelabel.geometry import union
from prelabel.ocr.ink import Dark, dark_pixels
from prelabel.page import Word

#: A gap under this share of the line's height is no word space (measured on generated Korean pages in three fonts:
#: 95 % of the gaps inside words are under 0.22, 95 % of those between words over 0.27).
GAP_OF_LINE_HEIGHT = 0.25


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


def join_line(words: Sequence[Word], ink: Ink) -> list[Word]:
    """The words of one line, in reading order, with Korean pieces joined. English words stay as they are."""
    if len(words) < 2:
        return list(words)
    widest_px = GAP_OF_LINE_HEIGHT * median(word.box.height for word in words)
    runs: list[list[Word]] = [[words[0]]]
    for word in words[1:]:
        before = runs[-1][-1]
        if _may_touch(before, word) and ink.gap_px(before, word) < widest_px:
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
