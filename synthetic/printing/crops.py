"""Crops of printed words with their text, for training a recogniser: any number of them from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

import numpy as np
from PIL import Image

from synthetic.printing.crop_texts import text
from synthetic.printing.fonts import Face, face
from synthetic.printing.lettering import Gray, Hand, letters
from synthetic.printing.scanning import KINDS, Wear, scan

#: Type sizes in points, and resolutions; together letters of 8 to 60 pixels.
_SIZES_PT = (7, 8, 9, 10, 10, 11, 11, 12, 12, 14, 16, 20, 24)
_DPIS = (75, 90, 100, 100, 150, 150, 200, 200, 300)


def word_crops(seed: int, *, language: str = "mixed") -> Iterator[tuple[Image.Image, str]]:
    """Yield (picture in mode L, its text) without end; the same for the same seed and the same installed fonts.

    `language`: "en", "ko" or "mixed". Texts are NFC, of characters of `charset()`, with single spaces inside. Heights
    are about 10 to 120 pixels, margins 0 to half of a letter; the text may stand on a rule, in a cell, or white on
    dark. Raises EngineUnavailable where fonts are missing.
    """
    for number in count():
        yield _crop(Random(f"crop {seed} {number}"), language)


def _crop(rng: Random, language: str) -> tuple[Image.Image, str]:
    drawn = text(language, rng)
    kind = rng.choice(KINDS)
    font = _face(drawn, kind, rng)
    dpi = rng.choice(_DPIS)
    fine = 2 if kind == "copied" and dpi < 200 else 1
    unit = dpi * fine / 72
    size = rng.choice(_SIZES_PT) * unit
    spaced = rng.choice((0, 0, 0, 0, 0, 0.03, 0.1, 0.05 if " " in drawn else 0.3))
    hand = Hand(spaced, rng.choice((0, 0, 0, 0.012)))
    ink = letters(drawn, font, size, rng.random(), rng.random(), hand, rng.getrandbits(32)).mask
    ink = _surrounded(_framed(ink, size, rng), size, unit, rng)
    noise = np.random.default_rng(rng.getrandbits(64))
    wear = Wear.draw(kind, noise)
    ink = _turned(ink, wear.skew_deg * rng.choice((0.15, 0.4)))
    return scan(ink, wear, dpi, noise, fine=fine), drawn


def _face(drawn: str, kind: str, rng: Random) -> Face:
    """Return a face for the text. Latin text may get a Korean font, too; copies are often typewritten."""
    korean = not drawn.isascii() or rng.random() < 0.2
    roles = ("typewriter", "typewriter", "sans", "serif", "gothic", "myeongjo") if kind == "copied" else ()
    return face("ko" if korean else "en", rng, roles=roles, bold=rng.random() < 0.25, italic=rng.random() < 0.06)


def _framed(ink: Gray, size: float, rng: Random) -> Gray:
    """Return the ink with a margin of its own on each side, sometimes nearly none."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 80), np.flatnonzero(ink.max(axis=0) > 80)
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink
    top, bottom, left, right = (
        max(round(size * rng.choice((0, 0.06, 0.12, 0.2, 0.4)) * rng.random()), 0) for _ in range(4)
    )
    return np.pad(tight, ((top + 1, bottom + 1), (left + 1, right + 1)))


def _surrounded(ink: Gray, size: float, unit: float, rng: Random) -> Gray:
    """Return the ink with a rule below, a cell's border beside it, or a dark ground; mostly with nothing."""
    drawn, thick = rng.random(), max(round(unit * rng.choice((0.4, 0.7, 1.0))), 1)
    if drawn < 0.06:
        return 255 - ink
    ink = ink.copy()
    if drawn < 0.16:
        ink[-thick - rng.randint(0, max(round(0.08 * size), 1)) :][:thick] = 255
    if 0.13 < drawn < 0.18:
        ink[:, :thick] = 255
    if 0.16 < drawn < 0.21:
        ink[:, -thick:] = 255
    return ink


def _turned(ink: Gray, degrees: float) -> Gray:
    if abs(degrees) < 0.2:
        return ink
    ground = int(ink[0, 0])
    turned = Image.fromarray(ink).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=ground)
    return np.asarray(turned)
