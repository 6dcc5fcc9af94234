"""Signs of amounts, found by their ink: Tesseract leaves out a minus, or takes it for a ruled line, and reads the
triangle of Korean accounts as a digit (△1,250,000 as 11,250,000).

Only words that look like amounts are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from prelabel.images.ink import Dark
from prelabel.images.ink_runs import ink_runs
from prelabel.page import Box, Word

#: The image of one line -> raw words by line.
ReadLine = Callable[[Image.Image], list[list[Word]]]

_AMOUNT = re.compile(r"(?P<lead>[^\d]{0,3})(?P<digits>\d+(?:[.,]\d{3})*(?:[.,]\d{2,3}))(?P<tail>[^\d]{0,3})")
#: Characters as which Tesseract reads a minus.
_LIKE_MINUS = "~=_*«»•·'\"^"
_SIGNS = frozenset("-−–(△▲")
#: All as shares of the word's height. How far signs are looked for beside a word; the largest gap between a sign and
#: the first digit, and the least one to other ink (a hyphen in a word or a leader has ink close to both its ends).
_BESIDE, _GAP, _ALONE = 2.0, {"-": 0.38, "△": 0.5}, 0.42
#: Widths of a dash, its largest thickness, and the part of the height in which its middle lies.
_DASH_WIDTH, _DASH_THICK, _DASH_MIDDLE = (0.18, 0.95), 0.24, (0.3, 0.78)
#: The least width of a dash that touches a digit: the tip of a 4 is shorter. The width of a digit, most of
#: which is high: the stem of a plus is thin.
_TOUCHING, _DIGIT = 0.35, 0.7
#: Heights of a triangle, its widths as shares of its own height, the least share of ink in its base, and how far the
#: width of its rows may be from growing evenly, as mean share of its width.
_TRIANGLE_HEIGHT, _TRIANGLE_WIDTH, _BASE_INK, _UNEVEN = (0.55, 1.4), (0.7, 1.5), 0.8, 0.13
#: The least share of a triangle's rows with ink: thin strokes of coarse scans have gaps.
_INKED_ROWS = 0.75
#: Paper around the digits that are read again, as share of their height.
_MARGIN = 0.4


@dataclass(frozen=True, slots=True)
class _Beside:
    """The sign at one end of a word: "-" or "△", with its columns in the page."""

    sign: str
    x0: int
    x1: int


def with_signs(lines: Sequence[Sequence[Word]], page: Image.Image, dark: Dark, read_line: ReadLine) -> list[list[Word]]:
    """Add the signs that the words of amounts lack; `lines`: words of a mode L page, fitted to its ink `dark`."""
    return [_signed_line(line, page, dark, read_line) for line in lines]


def _signed_line(line: Sequence[Word], page: Image.Image, dark: Dark, read_line: ReadLine) -> list[Word]:
    signed: list[Word] = []
    for word in line:
        match = _AMOUNT.fullmatch(word.text)
        if not match or _SIGNS & {*match["lead"], *match["tail"]}:
            signed.append(word)
        elif before := _sign(dark, word.box):
            if signed and _is_the_sign(signed[-1], before):
                signed.pop()  # read as a word of its own: A 1,250,000
            with_sign = (
                _with_triangle(word, before, page, read_line) if before.sign == "△" else _with_minus(word, before)
            )
            signed.append(with_sign)
        else:
            behind = _sign(dark, word.box, behind=True)
            signed.append(_with_minus_behind(word, behind) if behind and behind.sign == "-" else word)
    return signed


def _is_the_sign(word: Word, sign: _Beside) -> bool:
    """Return whether a word is what Tesseract read in place of the sign: a dash, or any character for a triangle."""
    covered = min(sign.x1, word.box.x1) - max(sign.x0, word.box.x0) > 0.5 * word.box.width
    return covered and (sign.sign == "△" or not any(char.isalnum() for char in word.text))


def _with_minus(word: Word, minus: _Beside) -> Word:
    return replace(word, text=f"-{word.text.lstrip(_LIKE_MINUS)}", box=replace(word.box, x0=min(word.box.x0, minus.x0)))


def _with_minus_behind(word: Word, minus: _Beside) -> Word:
    return replace(word, text=f"{word.text}-", box=replace(word.box, x1=max(word.box.x1, minus.x1)))


def _with_triangle(word: Word, triangle: _Beside, page: Image.Image, read_line: ReadLine) -> Word:
    """Add the triangle; digits in whose box it stands are read again without it."""
    box = replace(word.box, x0=min(word.box.x0, triangle.x0))
    if triangle.x1 <= word.box.x0:
        return replace(word, text=f"△{word.text}", box=box)
    margin = round(_MARGIN * word.box.height)
    digits = page.crop((triangle.x1, int(word.box.y0), int(word.box.x1) + 1, int(word.box.y1) + 1))
    paper = Image.new("L", (digits.width + 2 * margin, digits.height + 2 * margin), digits.getextrema()[1])
    paper.paste(digits, (margin, margin))
    found = [part for line in read_line(paper) for part in line]
    if not found:
        return word
    text, confidence = "".join(part.text for part in found), min(part.confidence for part in found)
    text = text.rstrip(".,") if word.text[-1].isalnum() else text
    return replace(word, text=f"△{text}", box=box, confidence=confidence)


def _sign(dark: Dark, box: Box, *, behind: bool = False) -> _Beside | None:
    """Return the sign at the left end of a box, or at its right end."""
    height = box.height
    inside = round(1.6 * height)
    y0, y1 = max(0, int(box.y0)), int(np.ceil(box.y1))
    if behind:
        start = max(0, int(box.x1) - inside)
        window = dark[y0:y1, start : int(box.x1 + _BESIDE * height)][:, ::-1]
        edge = window.shape[1] - (int(box.x1) - start)
    else:
        start = max(0, int(box.x0 - _BESIDE * height))
        window = dark[y0:y1, start : int(box.x0) + inside]
        edge = int(box.x0) - start
    runs = ink_runs(np.asarray(window.any(axis=0)))
    first = next((i for i, run in enumerate(runs) if run[1] > edge), None)
    if first is None or height < 4:
        return None
    for i in (first, first - 1):
        if i < 0:
            continue
        x0, x1 = runs[i]
        touching = _dash_at_start(window[:, x0:x1])
        if touching:
            x1 = x0 + 3 * touching // 4  # without the tip of the digit
        ink = window[:, x0:x1]
        alone = i == 0 or (x0 - runs[i - 1][1] >= _ALONE * height and not _is_dash(window[:, slice(*runs[i - 1])]))
        sign = "-" if alone and _is_dash(ink) else "△" if _is_triangle(ink) else ""
        if sign and (touching or (i + 1 < len(runs) and runs[i + 1][0] - x1 <= _GAP[sign] * height)):
            ends = (window.shape[1] - x1, window.shape[1] - x0) if behind else (x0, x1)
            return _Beside(sign, start + ends[0], start + ends[1])
    return None


def _dash_at_start(ink: Dark) -> int:
    """Return the columns of a dash that touches the ink behind it, as – touches a 4; 0 if there is none."""
    tops, bottoms = ink.argmax(axis=0), ink.shape[0] - ink[::-1].argmax(axis=0)
    height = ink.shape[0]
    level = (np.abs(tops - tops[0]) <= 1) & (np.abs(bottoms - bottoms[0]) <= 1)
    columns = int(np.argmin(level)) if not level.all() else 0
    digit = (bottoms - tops)[columns : columns + max(1, round(_DIGIT * height))]
    return columns if columns >= _TOUCHING * height and (digit > _DASH_THICK * height).mean() >= 0.5 else 0


def _is_dash(ink: Dark) -> bool:
    """Return whether ink, in the rows of its word, is a short stroke in the middle of the height."""
    height = ink.shape[0]
    rows = np.flatnonzero(ink.any(axis=1))
    thick, middle = rows[-1] - rows[0] + 1, (rows[0] + rows[-1] + 1) / 2
    return bool(
        _DASH_WIDTH[0] * height <= ink.shape[1] <= _DASH_WIDTH[1] * height
        and thick <= max(2, _DASH_THICK * height)
        and ink.shape[1] >= 1.7 * thick
        and _DASH_MIDDLE[0] * height <= middle <= _DASH_MIDDLE[1] * height
        and ink[rows[0] : rows[-1] + 1].mean() > 0.6
    )


def _is_triangle(ink: Dark) -> bool:
    """Return whether ink is a triangle on its base, filled or not: its rows grow evenly, the base is one stroke."""
    rows = np.flatnonzero(ink.any(axis=1))
    shape = ink[rows[0] : rows[-1] + 1]
    tall, wide = shape.shape
    if not (
        _TRIANGLE_HEIGHT[0] * len(ink) <= tall <= _TRIANGLE_HEIGHT[1] * len(ink)
        and _TRIANGLE_WIDTH[0] * tall <= wide <= _TRIANGLE_WIDTH[1] * tall
    ):
        return False
    inked = rows - rows[0]
    extents = (wide - shape.argmax(axis=1) - shape[:, ::-1].argmax(axis=1))[inked] / wide
    even = (inked + 0.5) / tall
    base = shape[-max(1, tall // 6) :].mean(axis=1).max()
    whole = len(inked) >= _INKED_ROWS * tall
    return bool(whole and base >= _BASE_INK and np.abs(extents - even).mean() <= _UNEVEN and extents[0] < 0.5)
