"""Ink of texts: arrays of 0 (paper) to 255 (full ink), drawn fine and averaged, as by the sensor of a scanner.

Letters drawn at the final size would lie on its pixel grid, sharper than in any scan.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synthetic.printing.fonts import Face, load

Gray = NDArray[np.uint8]

#: Font size at which widths are measured, so that a layout is the same at every resolution.
_REFERENCE_PX = 128
#: Letters are drawn at least this large, and at most `_FINEST` times larger than their final size.
_FINE_PX, _FINEST = 40, 4


@dataclass(frozen=True, slots=True)
class Hand:
    """Setting of letters, in font sizes. `tracking`: space added behind each letter; `wobble`: standard deviation of
    its height above the line, as of typewriters.
    """

    tracking: float = 0.0
    wobble: float = 0.0

    @property
    def even(self) -> bool:
        return not (self.tracking or self.wobble)


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink of a text. `mask` (rows, columns); `left`, `top`: the pixel of its upper left corner."""

    mask: Gray
    left: int
    top: int


EVEN = Hand()


def width(text: str, face: Face, hand: Hand = EVEN) -> float:
    """Return the advance of the pen for a text, in font sizes."""
    return sum(_advance(part, file) for part, file in face.runs(text)) + hand.tracking * len(text)


def letters(text: str, face: Face, size_px: float, x: float, y: float, hand: Hand = EVEN, seed: int = 0) -> Ink:
    """Return the ink of a text whose pen starts at x on the base line y (pixels). `seed`: of the wobble."""
    fine = min(max(math.ceil(_FINE_PX / size_px), 1), _FINEST)
    size = max(round(size_px * fine), 1)
    parts = [
        (part, load(file, size), x * fine + dx, y * fine + dy)
        for part, file, dx, dy in _placed(text, face, size_px * fine, hand, seed)
    ]
    boxes = np.array([font.getbbox(part, anchor="ls") for part, font, _, _ in parts])
    pens = np.array([(px, py) for _, _, px, py in parts])
    # One spare pixel on each side: rounding of the pen can make a box smaller than its ink.
    left, top = (int(v) for v in np.floor((pens + boxes[:, :2]).min(axis=0) / fine) - 1)
    right, bottom = (int(v) for v in np.ceil((pens + boxes[:, 2:]).max(axis=0) / fine) + 1)
    image = Image.new("L", ((right - left) * fine, (bottom - top) * fine))
    pen = ImageDraw.Draw(image)
    for part, font, px, py in parts:
        pen.text((round(px - left * fine), round(py - top * fine)), part, fill=255, font=font, anchor="ls")
    return Ink(np.asarray(image.reduce(fine) if fine > 1 else image), left, top)


def _placed(text: str, face: Face, size_px: float, hand: Hand, seed: int) -> Iterator[tuple[str, str, float, float]]:
    """Yield (part, font file, right of the start, below the base line) in pixels; single letters for an uneven hand."""
    rng, x = Random(seed), 0.0
    for run, file in face.runs(text):
        for part in (run,) if hand.even else run:
            yield part, file, x, rng.gauss(0, hand.wobble) * size_px if hand.wobble else 0.0
            x += (_advance(part, file) + hand.tracking) * size_px


@lru_cache(maxsize=65536)
def _advance(text: str, file: str) -> float:
    return load(file, _REFERENCE_PX).getlength(text) / _REFERENCE_PX
