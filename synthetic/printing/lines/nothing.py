"""Ink that is no text: bars, blots, parts of rings and frames, strokes of a pen, specks."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from synthetic.printing.lines.setting import LineInk, line_ink

Pen = ImageDraw.ImageDraw
Place = tuple[float, float, float, float]


def nothing(rng: Random) -> LineInk | None:
    """Return one to three pieces of such ink, about as high as a line; None if they leave no ink."""
    em = math.exp(rng.uniform(math.log(12), math.log(38)))
    width = em * rng.choice((0.6, 1, 1.5, 3, 6))
    image = Image.new("L", (round(width + 1.6 * em), round(2.2 * em)))
    pen = ImageDraw.Draw(image)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        left = 0.8 * em + rng.uniform(0, 0.3) * width
        top = em * rng.uniform(0.55, 0.9)
        place = (left, top, left + rng.uniform(0.4, 0.7) * width, top + em * rng.uniform(0.5, 1))
        rng.choice(_SHAPES)(pen, place, em, rng)
    return line_ink(image, em)


def _bar(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, right, bottom = place
    high = em * rng.uniform(0.25, 0.8)
    pen.polygon((left, top, right, top + rng.uniform(-0.1, 0.1) * em, right, top + high, left, bottom), fill=_ink(rng))


def _blot(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, right, bottom = place
    points = [(rng.uniform(left, right), rng.uniform(top, bottom)) for _ in range(rng.randint(3, 7))]
    pen.polygon(points, fill=_ink(rng))


def _ring(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, _, _ = place
    radius, start = em * rng.uniform(1.3, 3), rng.uniform(0, 360)
    outline = (left, top, left + 2 * radius, top + 2 * radius)
    pen.arc(outline, start, start + rng.uniform(20, 120), fill=_ink(rng), width=_thick(em, rng))


def _corner(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, right, bottom = place
    right = max(right, left + 1.3 * em)  # a smaller one could be a bracket
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    start = rng.randrange(4)
    points = [corners[(start + step) % 4] for step in range(rng.choice((3, 3, 4)))]
    pen.line(points, fill=_ink(rng), width=_thick(em, rng))


def _box(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, side = place[0], place[1], em * rng.uniform(0.5, 1)
    thick, ink = _thick(em, rng), _ink(rng)
    pen.rectangle((left, top, left + side, top + side), outline=ink, width=thick)
    if rng.random() < 0.4:
        pen.line((left - 0.1 * side, top + 0.4 * side, left + 0.4 * side, top + 0.9 * side), fill=ink, width=thick)
        pen.line((left + 0.4 * side, top + 0.9 * side, left + 1.2 * side, top - 0.2 * side), fill=ink, width=thick)


def _stroke(pen: Pen, place: Place, em: float, rng: Random) -> None:
    """Draw a scrawl, as of a signature."""
    left, top, right, bottom = place
    count = rng.randint(3, 14)
    points = [
        (left + (right - left) * (step + rng.uniform(-0.8, 0.8)) / count, rng.uniform(top, bottom))
        for step in range(count)
    ]
    pen.line(points, fill=_ink(rng), width=_thick(em, rng), joint="curve")


def _specks(pen: Pen, place: Place, em: float, rng: Random) -> None:
    left, top, right, bottom = place
    for _ in range(rng.randint(3, 60)):
        x, y, side = rng.uniform(left, right), rng.uniform(top, bottom), em * rng.uniform(0.01, 0.08)
        pen.rectangle((x, y, x + side, y + side), fill=_ink(rng))


def _ink(rng: Random) -> int:
    return rng.randint(120, 255)


def _thick(em: float, rng: Random) -> int:
    return max(round(em * rng.uniform(0.03, 0.12)), 1)


_SHAPES: tuple[Callable[[Pen, Place, float, Random], None], ...] = (
    _bar,
    _blot,
    _ring,
    _corner,
    _box,
    _stroke,
    _specks,
)
