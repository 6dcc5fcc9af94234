"""Effects on a line's ink and picture: blur, grain, shadow, faded streaks, grounds, JPEG."""

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
#: Values of the field of grain that all lines share.
_GRAINS = 1 << 20


def blurred(ink: Gray, sigma_px: float) -> Gray:
    return np.asarray(Image.fromarray(ink).filter(ImageFilter.GaussianBlur(sigma_px)))


def exposed(ink: Gray, paper: float, dark: float) -> Field:
    """Return gray levels of ink on paper."""
    levels: Field = (paper + (dark - paper) * np.arange(256) / 255).astype(np.float32)
    return levels.take(ink)


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


def screened(shape: tuple[int, ...], em: float, rng: Random) -> Field:
    """Return a ground of 0..1: dots of a print screen, hatching, or cells of a texture."""
    step = max(round(em * rng.uniform(0.1, 0.25)), 2)
    y, x = np.arange(shape[0])[:, None], np.arange(shape[1])[None, :]
    draw = rng.random()
    if draw < 0.4:
        on = ((x + step // 2 * (y // step % 2)) % step < (step + 1) // 2) & (y % step < (step + 1) // 2)
    elif draw < 0.7:
        on = (x + rng.choice((-1, 0, 1)) * y) % (2 * step) < step
    else:
        return smooth(shape, (max(shape[0] // step, 1), max(shape[1] // step, 1)), rng)
    return on.astype(np.float32)


def compressed(gray: Gray, quality: int) -> Gray:
    file = BytesIO()
    Image.fromarray(gray).save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        return np.asarray(opened.convert("L"))


@cache
def _field() -> Field:
    return np.random.default_rng(18).standard_normal(_GRAINS, dtype=np.float32)
