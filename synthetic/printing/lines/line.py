"""Printed lines of one seed: text, type, what stands around it, wear, and the crop as the page's code cuts it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from synthetic.printing.lines import pictures, wear
from synthetic.printing.lines.boxes import boxed
from synthetic.printing.lines.nothing import nothing
from synthetic.printing.lines.printers import printed_dots
from synthetic.printing.lines.seals import sealed
from synthetic.printing.lines.setting import LineInk
from synthetic.printing.lines.surroundings import surrounded
from synthetic.printing.lines.texts import line_text, shortened, without_ticks
from synthetic.printing.lines.typesetting import leaning, spread, typeset

#: Kinds with their share of the lines, in percent.
_WEIGHTS = {
    "print": 40,
    "receipt": 20,
    "matrix": 4,
    "copy": 11,
    "boxed": 7,
    "seal": 3,
    "photo": 7,
    "tone": 4,
    "spread": 2,
    "nothing": 2,
}
KINDS = tuple(_WEIGHTS)
#: Share of receipts that no printer of dots has printed.
_OFFICE_RECEIPTS = 0.3
#: Font sizes that a line may be wide, before it is stretched.
_LENGTHS = (3, 6, 9, 12, 15, 18)
#: Widest line in heights; frames of a network in a height (4 columns of 40 each); the fewest frames of a syllable and
#: of any other character.
_WIDEST, _FRAMES_A_HEIGHT, _FRAMES = 20.0, 10.0, (3.4, 1.7)
#: Letters of a copy that are smaller than this are drawn larger, and made smaller by the copier.
_COARSE_EM = 24.0

_Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A picture of one line, `gray` (rows, columns) of 0..255, and its text in NFC with single blanks.

    The text of the kind "nothing", ink that is no print, is empty.
    """

    text: str
    gray: NDArray[np.uint8]
    kind: str


def printed_line(seed: int, *, held_out: bool = False, kind: str | None = None) -> PrintedLine | None:
    """Return the line of that seed, the same for the same installed fonts; None for the few that cannot be drawn.

    `held_out`: only with fonts that no line of training has. `kind`: one of KINDS; None: drawn by their share. Raises
    EngineUnavailable where fonts are missing, KeyError for an unknown kind.
    """
    rng = Random(f"line {seed}")
    drawn = rng.choices(KINDS, tuple(_WEIGHTS.values()))[0]
    kind = kind or drawn
    make = _MAKERS[kind]
    text = shortened(line_text(rng, kind), rng.choice(_LENGTHS), rng)
    gray = make(text, rng, held_out)
    text = "" if kind == "nothing" else without_ticks(text)
    if gray is None or not (text or kind == "nothing") or not _readable(text, gray):
        return None
    return PrintedLine(text, gray, kind)


def _print(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = typeset(text, rng, held_out=held_out)
    return pictures.scanned(_cut(line, surrounded(line, rng), rng), line.em, rng) if line else None


def _receipt(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = _receipt_ink(text, rng, held_out)
    return pictures.thermal(_cut(line, surrounded(line, rng), rng), line.em, rng) if line else None


def _matrix(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = printed_dots(text, rng, held_out=held_out, needles=True)
    if line is None:
        return None
    picture = pictures.thermal if rng.random() < 0.5 else pictures.scanned
    return picture(_cut(line, surrounded(line, rng), rng), line.em, rng)


def _copy(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = typeset(text, rng, held_out=held_out, typed=True, least_em=15)
    if line is None:
        return None
    fine = 2 if line.em > 1.4 * _COARSE_EM else 1
    return pictures.copied(_cut(line, surrounded(line, rng), rng), line.em / fine, rng, fine=fine)


def _boxed(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = boxed(text, rng, held_out=held_out)
    if line is None:
        return None
    picture = rng.choice((pictures.scanned, pictures.scanned, pictures.photographed))
    return picture(_cut(line, line.ink, rng), line.em, rng)


def _seal(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = typeset(text, rng, held_out=held_out)
    if line is None:
        return None
    picture = rng.choice((pictures.scanned, pictures.scanned, pictures.photographed))
    return picture(_cut(line, sealed(line, rng, held_out=held_out), rng), line.em, rng)


def _photo(text: str, rng: Random, held_out: bool) -> _Gray | None:
    draw = rng.random()
    line = typeset(text, rng, held_out=held_out) if draw < 0.5 else _receipt_ink(text, rng, held_out)
    if line is None:
        return None
    line = leaning(line, rng)
    ink = _cut(line, surrounded(line, rng), rng)
    if draw > 0.8:
        ink = wear.faded(ink, rng)
    return pictures.photographed(ink, line.em, rng)


def _tone(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = typeset(text, rng, held_out=held_out)
    return pictures.toned(_cut(line, line.ink, rng), line.em, rng) if line else None


def _spread(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = spread(text, rng, held_out=held_out)
    return pictures.scanned(_cut(line, surrounded(line, rng), rng), line.em, rng) if line else None


def _nothing(text: str, rng: Random, held_out: bool) -> _Gray | None:
    line = nothing(rng)
    picture = rng.choice((pictures.scanned, pictures.scanned, pictures.photographed))
    return picture(_cut(line, line.ink, rng), line.em, rng) if line else None


_MAKERS: dict[str, Callable[[str, Random, bool], _Gray | None]] = {
    "print": _print,
    "receipt": _receipt,
    "matrix": _matrix,
    "copy": _copy,
    "boxed": _boxed,
    "seal": _seal,
    "photo": _photo,
    "tone": _tone,
    "spread": _spread,
    "nothing": _nothing,
}


def _receipt_ink(text: str, rng: Random, held_out: bool) -> LineInk | None:
    if rng.random() < _OFFICE_RECEIPTS:
        return typeset(text, rng, held_out=held_out, receipt=True)
    return printed_dots(text, rng, held_out=held_out, needles=False)


def _cut(line: LineInk, ink: _Gray, rng: Random) -> _Gray:
    """Return the part of some ink where the line stands, with some margin; low letters have room as usual ones."""
    left, top, right, bottom = line.box
    least = rng.uniform(0.7, 1.25) * line.em
    if bottom - top < least:
        up = (least - (bottom - top)) * rng.uniform(0.35, 0.65)
        top, bottom = round(top - up), round(top - up + least)
    height = bottom - top
    wide = 0.15 if rng.random() < 0.12 else 0.0
    above, below = (max(rng.gauss(0.12, 0.06), 0) * height + rng.uniform(0, 1.5) + wide * height for _ in range(2))
    before, behind = (max(rng.gauss(0.14, 0.08), 0) * height + rng.uniform(0.5, 1.5) for _ in range(2))
    return ink[
        max(math.floor(top - above), 0) : math.ceil(bottom + below),
        max(math.floor(left - before), 0) : math.ceil(right + behind),
    ]


def _readable(text: str, gray: _Gray) -> bool:
    """Return whether a reader can have the line: not too wide, and wide enough for its letters."""
    height, width = gray.shape
    needed = sum(_FRAMES[0] if "\uac00" <= char <= "\ud7a3" else _FRAMES[1] for char in text)
    frames = _FRAMES_A_HEIGHT * width / max(height, 1)
    return bool(height >= 5 and width <= _WIDEST * height and frames >= needed + 1)
