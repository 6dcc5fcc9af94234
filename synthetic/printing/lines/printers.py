"""Printers of dots: heat and needles, characters in cells, half and double width.

They are printers of training only: those of `synthetic.printing.receipts` have other cells, fonts and dots.
"""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image

from synthetic.printing.lines.faces import LineFace, advance, line_face
from synthetic.printing.lines.setting import Gray, LineInk, Setting, line_ink, set_line

#: Heights of letters in dots, with their share; those of needles are lower.
_HEAT, _HEAT_SHARES = (16, 20, 24, 32), (0.15, 0.2, 0.5, 0.15)
_NEEDLES, _NEEDLE_SHARES = (14, 16, 24), (0.2, 0.45, 0.35)
#: Letters without Hangul may be lower.
_LATIN_NEEDLES = (10, 12, 14, 16)
#: Widths of letters against their height: half, normal, double.
_STRETCHES = (1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.75, 2.0, 2.0, 1.5)
#: Pixels of a needle's dot before it is scaled.
_DOT = 4


def printed_dots(text: str, rng: Random, *, held_out: bool, needles: bool) -> LineInk | None:
    """Return the ink of a line from a printer of heat or needles; None for letters that its font lacks."""
    korean = any(char >= "\u3130" for char in text)
    if needles:
        height = rng.choices(_NEEDLES, _NEEDLE_SHARES)[0] if korean else rng.choice(_LATIN_NEEDLES)
    else:
        height = rng.choices(_HEAT, _HEAT_SHARES)[0]
    face = line_face(text, rng, receipt=True, held_out=held_out)
    setting = Setting(
        tracking=rng.choice((0, 0, 0, 0.1, 0.25)),
        space=rng.uniform(0.9, 1.6),
        columns=rng.choice((0, 0.35)),
        bitmap=True,
    )
    cell = height / 2 if rng.random() < 0.75 and _fits(text, face, height) else 0
    line = set_line(text, face, height, setting, rng, cell=cell)
    if line is None:
        return None
    ink = _struck(line.ink, rng) if needles else _fused(line.ink, rng)
    em = math.exp(rng.uniform(math.log(18 if needles else 14), math.log(40)))
    scale = em / height
    across = rng.choice(_STRETCHES) * rng.uniform(0.93, 1.07)
    rows, columns = line.ink.shape
    size = max(round(columns * scale * across), 4), max(round(rows * scale), 4)
    return line_ink(Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR), em * min(across, 1))


def _fits(text: str, face: LineFace, height: int) -> bool:
    """Return whether all letters fit into cells half as wide as Hangul is high."""
    runs = face.runs(text) or []
    return all(advance(name, height, char) <= 0.55 * height for part, name in runs for char in part if char < "\u2fff")


def _fused(dots: Gray, rng: Random) -> Gray:
    """Return dots of heat, which flow into each other; at times the paper moved unevenly, or letters are bolder."""
    draw = rng.random()
    if draw < 0.1:
        return np.maximum(dots, np.roll(dots, 1, axis=1))
    if draw < 0.16:
        rows = np.repeat(np.arange(len(dots)), 1 + (np.arange(len(dots)) % rng.randint(5, 11) == 0))
        return dots[rows]
    return dots


def _struck(dots: Gray, rng: Random) -> Gray:
    """Return dots of needles, which stay apart; columns may be displaced by the way back of the head."""
    across, down = np.meshgrid(np.arange(_DOT) - (_DOT - 1) / 2, np.arange(_DOT) - (_DOT - 1) / 2)
    radius = rng.uniform(0.38, 0.62) * _DOT
    dot = (radius + 0.5 - np.hypot(across, down)).clip(rng.choice((0, 0, 0.25)), 1)
    levels = (255 * dot).astype(np.uint8)
    grid = np.where(dots[:, None, :, None] > 0, levels[None, :, None, :], np.uint8(0))
    ink: Gray = grid.reshape(len(dots) * _DOT, -1)
    if rng.random() < 0.25:
        ink[_DOT :: 2 * _DOT] = np.roll(ink[_DOT :: 2 * _DOT], rng.randint(1, 2), axis=1)
    return ink
