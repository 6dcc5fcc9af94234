"""Korean words joined from syllables: Tesseract often splits an eojeol; parts closer than a word space are one word.

The boxes must fit the ink (`fitting`): Tesseract places the boxes of split syllables loosely.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from prelabel.geometry import union
from prelabel.page import Word

#: The gap between two words, as share of the line's height, where a page does not show it, and its bounds.
_USUAL_SPACE, _LEAST_SPACE, _MOST_SPACE = 0.26, 0.16, 0.5
#: The fewest gaps that show the space of a page, and the widest that counts: wider ones lie between fields.
_ENOUGH_GAPS, _WIDEST = 10, 1.1
#: Where to put one's seal; a seal often hides a bracket.
_SEAL_MARK = re.compile(r"[(（]인[)）]?|인[)）]")


def join_lines(lines: Sequence[Sequence[Word]]) -> list[Word]:
    """Join the Korean syllables of a page's lines to words; their order and English words stay."""
    gaps = [_gaps(line) for line in lines]
    space = word_space([gap for line in gaps for gap in line if gap is not None])
    return [word for line, between in zip(lines, gaps, strict=True) for word in _join_line(line, between, space)]


def word_space(gaps: Sequence[float]) -> float:
    """Return the least gap between two words, as share of the line's height, out of all gaps beside Hangul on a page.

    Gaps inside words and gaps between words form two clusters, different for each font: Otsu's threshold separates
    them (IEEE SMC 9:62, 1979). Widely set fonts have letters 0.4 and words 0.8 of the height apart: with gaps up to
    0.7 only, the threshold fell among their letters (end-to-end F1 of 24 Korean pages 80.4, with gaps up to 1.1 87.4).
    """
    widths = np.sort([gap for gap in gaps if gap < _WIDEST])
    if widths.size < _ENOUGH_GAPS:
        return _USUAL_SPACE
    below = np.arange(1, widths.size)
    sums = widths.cumsum()
    apart = (sums[-1] - sums[:-1]) / (widths.size - below) - sums[:-1] / below
    cut = int((below * (widths.size - below) * apart**2).argmax())
    return float(np.clip((widths[cut] + widths[cut + 1]) / 2, _LEAST_SPACE, _MOST_SPACE))


def _gaps(line: Sequence[Word]) -> list[float | None]:
    """Return the gap after each word but the last, as share of the line's height; None where a word surely ends."""
    height_px = median(word.box.height for word in line) if line else 1.0
    return [
        max(0.0, right.box.x0 - left.box.x1) / max(1.0, height_px) if _may_touch(left, right) else None
        for left, right in pairwise(line)
    ]


def _join_line(line: Sequence[Word], gaps: Sequence[float | None], space: float) -> list[Word]:
    parted = [[word] for word in line[:1]]
    for word, gap in zip(line[1:], gaps, strict=True):
        if gap is not None and gap < space:
            parted[-1].append(word)
        else:
            parted.append([word])
    return [_joined(parts) for parts in parted]


def is_hangul(char: str) -> bool:
    """Return whether the character is a Hangul syllable (U+AC00..U+D7A3) or compatibility jamo (U+3131..U+318E)."""
    return "가" <= char <= "힣" or "ㄱ" <= char <= "ㆎ"


def _may_touch(left: Word, right: Word) -> bool:
    """Return whether two words stand side by side, with Hangul on one side of the gap at least (2024년, LG전자).

    The mark for a seal after a name, (인), is a word of its own.
    """
    if _SEAL_MARK.fullmatch(right.text):
        return False
    side_by_side = min(left.box.y1, right.box.y1) > max(left.box.y0, right.box.y0) and left.box.x0 < right.box.x0
    return side_by_side and (is_hangul(left.text[-1]) or is_hangul(right.text[0]))


def _joined(parts: Sequence[Word]) -> Word:
    if len(parts) == 1:
        return parts[0]
    letters = sum(len(word.text) for word in parts)
    return Word(
        text=unicodedata.normalize("NFC", "".join(word.text for word in parts)),
        box=union(word.box for word in parts),
        confidence=sum(word.confidence * len(word.text) for word in parts) / letters,
        engine=parts[0].engine,
    )
