"""Wear of a line's picture: paper and ink, grain, shadow, faded streaks, copies, JPEG."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from synthetic.printing.lines.setting import Gray

Field = NDArray[np.float32]

_BILINEAR = Image.Resampling.BILINEAR
#: Values of the shared field of grain.
_GRAINS = 1 << 20


def blurred(ink: Gray, sigma_px: float) -> Gray:
    return np.asarray(Image.fromarray(ink).filter(ImageFilter.GaussianBlur(sigma_px)))


def exposed(ink: Gray, paper: float, dark: float) -> Field:
    """Return gray levels of ink on paper."""
    levels: Field = (paper + (dark - paper) * np.arange(256) / 255).astype(np.float32)
    return levels[ink]


def grain(shape: tuple[int, ...], rng: Random) -> Field:
    """Return noise of standard deviation 1, a part of a field that all lines share."""
    count = shape[0] * shape[1]
    start = rng.randrange(max(_GRAINS - count, 1))
    return np.resize(_field()[start : start + count], shape)


def smooth(shape: tuple[int, ...], cells: tuple[int, int], rng: Random) -> Field:
    """Return a field of 0..1 that changes slowly: `cells` (rows, columns) random levels, joined smoothly."""
    rows, columns = cells
    small = Image.frombytes("L", (columns, rows), rng.randbytes(rows * columns))
    return np.asarray(small.resize((shape[1], shape[0]), _BILINEAR), np.float32) / np.float32(255)


def faded(ink: Gray, rng: Random) -> Gray:
    """Return ink with pale streaks, as of a worn thermal head (along the line) or a worn ribbon (anywhere)."""
    width = ink.shape[1]
    cells = (rng.randint(4, 12), 2) if rng.random() < 0.4 else (rng.randint(1, 4), max(width // 14, 2))
    share = (smooth(ink.shape, cells, rng) + np.float32(rng.uniform(0.2, 0.6))).clip(0, 1)
    pale: Gray = (ink * share).astype(np.uint8)
    return pale


def copied(ink: Gray, em: float, rng: Random) -> Gray:
    """Return a copy in black and white, as from a copier or fax: ragged edges, specks, broken thin strokes."""
    ink = blurred(ink, em * rng.uniform(0.012, 0.03) + 0.2)
    edge = smooth(ink.shape, (max(round(5 * ink.shape[0] / em), 1), max(round(5 * ink.shape[1] / em), 1)), rng)
    level = 255 * (rng.uniform(0.28, 0.62) + rng.uniform(0.1, 0.5) * (edge - np.float32(0.5)))
    return np.where(ink > level.clip(20, 242), np.uint8(255), np.uint8(0))


def compressed(gray: Gray, quality: int) -> Gray:
    file = BytesIO()
    Image.fromarray(gray).save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        return np.asarray(opened.convert("L"))


@cache
def _field() -> Field:
    return np.random.default_rng(18).standard_normal(_GRAINS, dtype=np.float32)
