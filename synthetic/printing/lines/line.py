"""Printed lines of one seed: text, type, what stands around it, wear, and the crop as the page's code cuts it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from synthetic.printing.lines import wear
from synthetic.printing.lines.faces import line_face
from synthetic.printing.lines.setting import Gray, LineInk, Setting, drawn_size, ink_box, set_line
from synthetic.printing.lines.surroundings import surrounded
from synthetic.printing.lines.texts import line_text, shortened

#: Kinds with their share of the lines.
_WEIGHTS = {"print": 70, "receipt": 30}
KINDS = tuple(_WEIGHTS)
#: Widest line in heights, and the fewest frames of a network (4 columns of 40 a height) for a jamo or sign.
_WIDEST, _FRAMES = 20.0, 1.1


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A picture of one line, `gray` (rows, columns) of 0..255, and its text in NFC with single blanks."""

    text: str
    gray: Gray
    kind: str


def printed_line(seed: int, *, held_out: bool = False, kind: str | None = None) -> PrintedLine | None:
    """Return the line of that seed, the same for the same installed fonts; None for the few that cannot be drawn.

    `held_out`: only with fonts that no line of training has. `kind`: one of KINDS; None: drawn by their share. Raises
    EngineUnavailable where fonts are missing, KeyError for an unknown kind.
    """
    rng = Random(f"line {seed}")
    drawn = rng.choices(KINDS, tuple(_WEIGHTS.values()))[0]
    kind = kind or drawn
    if kind not in _WEIGHTS:
        raise KeyError(kind)
    receipt = kind == "receipt"
    text = shortened(line_text(rng, kind), rng.choice((3, 6, 9, 12, 15, 18)), rng)
    face = line_face(text, rng, receipt=receipt, held_out=held_out)
    setting = _setting(rng, receipt)
    em = 24.0 if setting.bitmap else math.exp(rng.uniform(math.log(12), math.log(44)))
    line = set_line(text, face, drawn_size(em), setting, rng)
    if line is None:
        return None
    line = _scaled(line, em, rng, receipt)
    gray = _worn(line, rng, receipt)
    return PrintedLine(text, gray, kind) if _readable(text, gray) else None


def _setting(rng: Random, receipt: bool) -> Setting:
    bitmap = receipt and rng.random() < 0.7
    draw = rng.random()
    tracking = 0.0
    if draw < (0.25 if receipt else 0.09):
        tracking = rng.choice((0.04, 0.08, 0.15, 0.3))
    elif draw > 0.9:
        tracking = rng.uniform(-0.06, 0)
    return Setting(tracking, rng.uniform(0.75, 1.5), rng.choice((0, 0.4)) if receipt else 0.02, bitmap)


def _scaled(line: LineInk, em: float, rng: Random, receipt: bool) -> LineInk:
    """Return the line at its own size: stretched, slanted and turned a little."""
    scale = em / line.em
    if receipt:
        across = rng.choice((0.5, 0.6, 0.75, 1, 1, 1, 1, 1.5, 2)) * rng.uniform(0.95, 1.05)
        scale *= rng.uniform(0.7, 1.4) if line.em == em else 1
    else:
        across = rng.uniform(0.82, 1.15) if rng.random() < 0.4 else 1.0
    image = Image.fromarray(line.ink)
    if rng.random() < 0.35:
        image = _turned(image, rng)
    size = max(round(image.width * scale * across), 4), max(round(image.height * scale), 4)
    ink = np.asarray(image.resize(size, Image.Resampling.BILINEAR if scale <= 1 else Image.Resampling.BICUBIC))
    box = ink_box(ink) or (0, 0, *size)
    return LineInk(ink, box, line.em * scale)


def _turned(image: Image.Image, rng: Random) -> Image.Image:
    """Return the picture turned by up to about a degree, less where it is long, and at times slanted."""
    degrees = rng.gauss(0, 0.6) * min(1, 16 * image.height / image.width)
    slope = math.tan(math.radians(degrees))
    slant = rng.uniform(0.05, 0.22) if rng.random() < 0.08 else 0.0
    middle_x, middle_y = image.width / 2, image.height / 2
    across = (1, slant, -slant * middle_y)
    down = (slope, 1, -slope * middle_x)
    return image.transform(image.size, Image.Transform.AFFINE, (*across, *down), Image.Resampling.BILINEAR)


def _worn(line: LineInk, rng: Random, receipt: bool) -> Gray:
    """Return the gray picture of the line, cut."""
    left, top, right, bottom = _cut(line, rng)
    ink = surrounded(line, rng)[top:bottom, left:right]
    em = line.em
    if receipt and rng.random() < 0.3:
        ink = wear.faded(ink, rng)
    copied = not receipt and em >= 17 and rng.random() < 0.12
    if copied:
        ink = wear.copied(ink, em, rng)
    if rng.random() < (0.6 if receipt else 0.35):
        ink = wear.blurred(ink, abs(rng.gauss(0, 0.03)) * em + 0.25)
    paper = rng.uniform(150, 250) if receipt else rng.uniform(200, 255)
    dark = max(paper - rng.uniform(60, 190), 0) if receipt else rng.uniform(0, 90)
    if not receipt and not copied and rng.random() < 0.15:
        dark = paper - rng.uniform(50, 120)
    gray = wear.exposed(ink, paper, dark)
    if rng.random() < 0.25:
        gray -= np.float32(rng.uniform(10, 70)) * wear.smooth(ink.shape, (2, 3), rng)
    if rng.random() < 0.5:
        gray += np.float32(abs(rng.gauss(0, 0.06)) * (paper - dark)) * wear.grain(ink.shape, rng)
    drawn = gray.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.06:
        drawn = 255 - drawn
    if rng.random() < 0.3:
        drawn = wear.compressed(drawn, rng.randint(25, 90))
    return drawn


def _cut(line: LineInk, rng: Random) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the crop: the ink with some margin; low ink like that of usual letters."""
    left, top, right, bottom = line.box
    least = 0.7 * line.em
    if bottom - top < least:
        up = (least - (bottom - top)) * rng.uniform(0.3, 0.7)
        top, bottom = round(top - up), round(top - up + least)
    height = bottom - top
    wide = 0.15 if rng.random() < 0.12 else 0.0
    margins = [max(rng.gauss(0.12, 0.06), 0) * height + rng.uniform(0, 1.5) + wide * height for _ in range(2)]
    sides = [max(rng.gauss(0.14, 0.08), 0) * height + rng.uniform(0.5, 1.5) for _ in range(2)]
    rows, columns = line.ink.shape
    return (
        max(math.floor(left - sides[0]), 0),
        max(math.floor(top - margins[0]), 0),
        min(math.ceil(right + sides[1]), columns),
        min(math.ceil(bottom + margins[1]), rows),
    )


def _readable(text: str, gray: Gray) -> bool:
    """Return whether a reader can have the line: not too wide, and wide enough for its letters."""
    height, width = gray.shape
    signs = sum(3 if "\uac00" <= char <= "\ud7a3" else 1 for char in text)
    return bool(height >= 5 and width <= _WIDEST * height and 10 * width / height >= _FRAMES * signs + 1)
