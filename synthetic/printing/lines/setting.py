"""Setting of a line in type: ink of its letters at a size that fonts are kept at, and the box of that ink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synthetic.printing.lines.faces import LineFace, advance, load

Gray = NDArray[np.uint8]

#: Words that forms spread over the width of their column.
_SHORT_WORD = re.compile(r"[가-힣]{2,4}:?$")
#: Sizes in pixels that letters are drawn at, and scaled from.
_SIZES = (16, 24, 36)


@dataclass(frozen=True, slots=True)
class Setting:
    """Setting of a line, lengths in font sizes.

    `tracking`: space behind each letter. `wobble`: standard deviation of a letter's height above the line. `space`:
    width of a blank in blanks of the font. `columns`: chance that a blank is a gap of up to four font sizes. `apart`:
    chance that the letters of the first word stand far apart, if it is short and Korean. `bitmap`: letters without
    gray levels, on the grid of a printer.
    """

    tracking: float = 0.0
    wobble: float = 0.0
    space: float = 1.0
    columns: float = 0.0
    apart: float = 0.0
    bitmap: bool = False


@dataclass(frozen=True, slots=True)
class LineInk:
    """Ink of a line: 0 (paper) to 255, with paper around. `box`: left, top, right, bottom of the ink; `em`: font size
    in pixels, less for narrow letters.
    """

    ink: Gray
    box: tuple[int, int, int, int]
    em: float


def drawn_size(em: float) -> int:
    """Return the size to draw at for letters of `em` pixels: the next larger one."""
    return next((size for size in _SIZES if size >= em), _SIZES[-1])


def set_line(text: str, face: LineFace, size: int, setting: Setting, rng: Random, *, cell: float = 0) -> LineInk | None:
    """Return the ink of a text, letters `size` pixels; None where the face lacks a character of it.

    `cell`: pixels that each Latin letter takes; a Hangul syllable takes two of them. 0: as wide as the font has them.
    """
    placed = _in_cells(text, face, size, cell, setting, rng) if cell else _placed(text, face, size, setting, rng)
    if placed is None:
        return None
    parts, width = placed
    margin = round(0.8 * size)
    image = Image.new("1" if setting.bitmap else "L", (round(width) + 2 * margin, round(2.1 * size)))
    pen = ImageDraw.Draw(image)
    for part, name, x in parts:
        at = round(x) + margin if setting.bitmap else x + margin
        rise = rng.gauss(0, setting.wobble) * size if setting.wobble else 0
        pen.text((at, 1.45 * size + rise), part, fill=255, font=load(name, size), anchor="ls")
    return line_ink(image.convert("L") if setting.bitmap else image, size)


def line_ink(image: Image.Image, em: float) -> LineInk | None:
    """Return the ink of a picture in mode L with its box; None where there is none."""
    box = image.getbbox()
    return LineInk(np.asarray(image), box, em) if box else None


def _placed(
    text: str, face: LineFace, size: int, setting: Setting, rng: Random
) -> tuple[list[tuple[str, str, float]], float] | None:
    """Return (part, font, left) of each part in pixels, and the width of all; None for a missing character."""
    parts: list[tuple[str, str, float]] = []
    x = 0.0
    for word in text.split():
        runs = face.runs(word)
        if runs is None:
            return None
        if parts:
            x += _gap(advance(runs[0][1], size, " "), size, setting, rng)
        spread = not parts and rng.random() < setting.apart and _SHORT_WORD.match(word)
        apart = rng.uniform(0.2, 1.3) * size if spread else 0.0
        for part, name in _pieces(runs, setting, single=bool(apart)):
            parts.append((part, name, x))
            x += advance(name, size, part) + setting.tracking * size + apart
        x += rng.uniform(0, 0.8) * apart if word[-1] != ":" else -apart  # the next word stands farther away
    return parts, x


def _in_cells(
    text: str, face: LineFace, size: int, cell: float, setting: Setting, rng: Random
) -> tuple[list[tuple[str, str, float]], float] | None:
    """Return the same as `_placed` for letters in the middle of cells."""
    runs = face.runs(text)
    if runs is None:
        return None
    step, x = cell + setting.tracking * size / 2, 0.0
    parts: list[tuple[str, str, float]] = []
    for char, name in ((char, name) for part, name in runs for char in part):
        room = 2 * step if char > "\u2fff" else step
        if char == " ":
            x += step * (rng.randint(2, 8) if rng.random() < setting.columns else 1)
            continue
        parts.append((char, name, x + (room - advance(name, size, char)) / 2))
        x += room
    return parts, x


def _gap(blank: float, size: int, setting: Setting, rng: Random) -> float:
    if rng.random() < setting.columns:
        return rng.uniform(0.5, 4) * size
    least = 0.16 * size + 0.3 * setting.tracking * size
    return max(blank * setting.space + max(setting.tracking, 0) * size, least)


def _pieces(runs: list[tuple[str, str]], setting: Setting, *, single: bool) -> Iterator[tuple[str, str]]:
    if not (single or setting.tracking or setting.wobble):
        yield from runs
        return
    for part, name in runs:
        for char in part:
            yield char, name
