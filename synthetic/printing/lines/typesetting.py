"""Lines as documents have them: letters of a font, spaced, stretched, slanted and turned a little."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import numpy as np
from PIL import Image

from synthetic.printing.lines.faces import line_face
from synthetic.printing.lines.setting import LineInk, Setting, drawn_size, line_ink, set_line

#: Drawn sizes of letters in pixels, evenly on a logarithmic scale.
_LEAST_EM, _MOST_EM = 10.5, 38.0
#: Share of the lines in letters that are as wide as Hangul.
_FULL_WIDTH = 0.012


def typeset(
    text: str,
    rng: Random,
    *,
    held_out: bool,
    receipt: bool = False,
    typed: bool = False,
    least_em: float = _LEAST_EM,
) -> LineInk | None:
    """Return the ink of a line of a document, or of a receipt of a shop's office printer; None for missing letters.

    `typed`: often in the letters of a typewriter, at times a little uneven.
    """
    em = math.exp(rng.uniform(math.log(least_em), math.log(_MOST_EM)))
    face = line_face(text, rng, receipt=receipt, typed=typed, held_out=held_out)
    setting = _setting(rng, wobbly=0.3 if typed else 0.05)
    if rng.random() < _FULL_WIDTH:
        text, setting = full_width(text), replace(setting, space=3.5)
    line = set_line(text, face, drawn_size(em), setting, rng)
    return _shaped(line, em, rng) if line else None


def spread(word: str, rng: Random, *, held_out: bool) -> LineInk | None:
    """Return the ink of one word whose letters stand far apart, as titles of forms; None for missing letters."""
    em = math.exp(rng.uniform(math.log(_LEAST_EM), math.log(_MOST_EM)))
    face = line_face(word, rng, receipt=False, held_out=held_out)
    line = set_line(word, face, drawn_size(em), Setting(tracking=rng.uniform(0.3, 1.7)), rng)
    return _shaped(line, em, rng) if line else None


def leaning(line: LineInk, rng: Random) -> LineInk:
    """Return a line as a camera sees it from the side: turned, higher at one end, its letters wider at one end."""
    image = Image.fromarray(line.ink)
    width, height = image.size
    slope = math.tan(math.radians(rng.gauss(0, 1.1) * min(1, 10 * height / width)))
    swell, rise = rng.gauss(0, 0.12) / width, rng.gauss(0, 0.05) / height
    lean = np.array([[1, rng.gauss(0, 0.06), 0], [slope, 1, 0], [swell, rise, 1]])
    middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    back = middle @ lean @ np.linalg.inv(middle)
    numbers = tuple((back / back[2, 2]).ravel()[:8])
    seen = image.transform(image.size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR)
    return line_ink(seen, line.em) or line


def full_width(text: str) -> str:
    """Return a text with the ASCII characters as wide as Hangul."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _setting(rng: Random, *, wobbly: float) -> Setting:
    draw, tracking = rng.random(), 0.0
    if draw < 0.1:
        tracking = rng.choice((0.03, 0.06, 0.12, 0.25))
    elif draw > 0.88:
        tracking = rng.uniform(-0.06, 0)
    wobble = rng.uniform(0.005, 0.03) if rng.random() < wobbly else 0.0
    return Setting(tracking, wobble, rng.uniform(0.75, 1.5), columns=0.02, apart=0.05)


def _shaped(line: LineInk, em: float, rng: Random) -> LineInk | None:
    """Return the line at its own size: stretched, slanted and turned a little."""
    draw = rng.random()
    across = rng.uniform(0.85, 1.15) if draw < 0.35 else rng.uniform(0.6, 0.85) if draw < 0.45 else 1.0
    image = Image.fromarray(line.ink)
    if rng.random() < 0.35:
        image = _turned(image, rng)
    scale = em / line.em
    size = max(round(image.width * scale * across), 4), max(round(image.height * scale), 4)
    return line_ink(image.resize(size, Image.Resampling.BILINEAR), em)


def _turned(image: Image.Image, rng: Random) -> Image.Image:
    """Return the picture turned by up to about a degree, less where it is long, and at times slanted."""
    slope = math.tan(math.radians(rng.gauss(0, 0.6) * min(1, 16 * image.height / image.width)))
    slant = rng.uniform(0.05, 0.22) if rng.random() < 0.08 else 0.0
    middle_x, middle_y = image.width / 2, image.height / 2
    across = (1, slant, -slant * middle_y)
    down = (slope, 1, -slope * middle_x)
    return image.transform(image.size, Image.Transform.AFFINE, (*across, *down), Image.Resampling.BILINEAR)
