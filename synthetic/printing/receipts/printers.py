"""Receipt printers: their cells, fonts, and the form of their dots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from prelabel.errors import EngineUnavailable
from synthetic.printing.fonts import Face, installed, load

Dots = NDArray[np.bool_]

#: Pixels of a dot's picture.
PITCH = 3


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer of dots. `columns`: Latin characters in a line; a Hangul syllable takes two of them.

    `cell`: dots of a column (wide, high). `dots_mm`: dots in a millimetre. `latin`, `korean`: names of font files;
    `size`: font size in dots, Latin. `needles`: dots are struck one by one, so that they stay visible, and every second
    line may be displaced; else heat fuses them.
    """

    name: str
    columns: int
    cell: tuple[int, int]
    dots_mm: float
    latin: str
    korean: str
    size: int
    needles: bool = False

    @property
    def width_dots(self) -> int:
        return self.columns * self.cell[0]

    def columns_of(self, char: str) -> int:
        """Return the columns that a character takes: two for Hangul and other full-width ones, else one."""
        return 1 if ord(char) < 0x1100 else 2

    def glyph(self, char: str) -> Dots:
        """Return the dots of a character in its cell, shape (rows, columns). EngineUnavailable without fonts."""
        return _glyph(self, char)


#: All fonts are held out of training. The 9 needles strike Hangul in two runs of eight rows.
PRINTERS = (
    Printer("thermal 80 mm", 48, (12, 24), 8.0, "NanumSquareR", "NanumSquareR", 21),
    Printer("thermal 58 mm", 32, (12, 24), 8.0, "Carlito-Regular", "LexiGulim", 22),
    Printer("24 needles", 40, (12, 24), 7.1, "Caladea-Regular", "batang", 21, needles=True),
    Printer("9 needles", 35, (8, 16), 5.6, "Carlito-Regular", "LexiGulim", 15, needles=True),
)
THERMAL = tuple(printer for printer in PRINTERS if not printer.needles)
NEEDLES = tuple(printer for printer in PRINTERS if printer.needles)


@lru_cache(maxsize=8192)
def _glyph(printer: Printer, char: str) -> Dots:
    wide, high = printer.cell[0] * printer.columns_of(char), printer.cell[1]
    full = printer.columns_of(char) == 2
    ((_, file),) = _face(printer.latin, printer.korean, full=full).runs(char)
    font = load(file, high if full else printer.size)
    # Mode "1" asks for the font's own hints, which keep strokes whole at so few dots.
    mask, (_, top) = font.getmask2(char, "1", anchor="ls")
    columns, rows = mask.size
    ink = np.array(mask, np.uint8).reshape(rows, columns) > 0
    room = wide - 1
    if columns > room:
        ink = np.asarray(Image.fromarray(ink.astype(np.uint8) * 255).resize((room, rows), Image.Resampling.BOX)) > 90
        columns = room
    x = (wide - columns) // 2
    base = round(0.84 * high)
    cell = np.zeros((high, wide), np.bool_)
    y = min(max(base + top, 0), max(high - rows, 0))
    part = ink[: high - y, : wide - x]
    cell[y : y + part.shape[0], x : x + part.shape[1]] = part
    return cell


@lru_cache
def _face(latin: str, korean: str, *, full: bool) -> Face:
    if missing := [name for name in (latin, korean) if name not in installed()]:
        raise EngineUnavailable(f"the font {missing[0]} is not installed: scripts/install-system.sh fonts")
    names = (korean, latin) if full else (latin, korean)
    return Face(tuple(installed()[name] for name in names))


def struck(dots: Dots, printer: Printer, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the ink of dots, 0..255, `PITCH` pixels a dot."""
    strength = np.full(dots.shape, 255, np.float32)
    if printer.needles:
        # A ribbon dries along the line and from line to line; single needles strike weakly.
        rows = 1 - rng.uniform(0.0, 0.35) * rng.random((dots.shape[0], 1))
        strength *= (rows * (1 - 0.25 * rng.random(dots.shape))).astype(np.float32)
    kernel = _dot(1.35 if printer.needles else 1.7)
    ink = dots * strength
    picture = np.zeros((ink.shape[0] * PITCH + 2, ink.shape[1] * PITCH + 2), np.float32)
    for dy in range(kernel.shape[0]):
        for dx in range(kernel.shape[1]):
            area = picture[dy : dy + ink.shape[0] * PITCH : PITCH, dx : dx + ink.shape[1] * PITCH : PITCH]
            np.maximum(area, ink * kernel[dy, dx], out=area)
    return picture[1:-1, 1:-1].round().astype(np.uint8)


def _dot(radius: float) -> NDArray[np.float32]:
    """Return the picture of a dot with soft edges: its pitch, and a pixel more on each side. 0..1."""
    side = np.arange(PITCH + 2) - (PITCH + 1) / 2
    distance = np.hypot(side[:, None], side[None, :])
    dot: NDArray[np.float32] = (radius + 0.5 - distance).clip(0, 1).astype(np.float32)
    return dot
