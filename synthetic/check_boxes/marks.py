"""Drawn check boxes: squares, radio buttons and brackets; empty, or with the marks that people and programs make.

All are drawn in ink (255) on an "L" image of a few times the page's resolution.
"""

from __future__ import annotations

import math
from random import Random

from PIL import ImageDraw

from prelabel.page import Box

INK = 255
#: Marks of a square box; "hand" leaves the box.
SQUARE_MARKS = ("check", "cross", "fill", "blot", "hand", "letter")
CIRCLE_MARKS = ("dot", "filled", "hand")

Draw = ImageDraw.ImageDraw


def square(draw: Draw, box: Box, rule: int, rng: Random, *, rounded: bool = False) -> None:
    """Draw an empty square; `rule`: thickness of its lines in pixels."""
    corners = (box.x0, box.y0, box.x1, box.y1)
    if rounded:
        draw.rounded_rectangle(corners, radius=0.2 * box.width, outline=INK, width=rule)
    else:
        draw.rectangle(corners, outline=INK, width=rule)


def circle(draw: Draw, box: Box, rule: int) -> None:
    """Draw an empty radio button."""
    draw.ellipse((box.x0, box.y0, box.x1, box.y1), outline=INK, width=rule)


def brackets(draw: Draw, box: Box, rule: int, *, curved: bool) -> None:
    """Draw a pair of square or round brackets around an empty place; the box holds both."""
    deep = 0.22 * box.height
    if curved:
        draw.arc((box.x0, box.y0, box.x0 + 2.4 * deep, box.y1), 115, 245, fill=INK, width=rule)
        draw.arc((box.x1 - 2.4 * deep, box.y0, box.x1, box.y1), -65, 65, fill=INK, width=rule)
        return
    for x, inward in ((box.x0, deep), (box.x1, -deep)):
        draw.line([(x + inward, box.y0), (x, box.y0), (x, box.y1), (x + inward, box.y1)], fill=INK, width=rule)


def mark(draw: Draw, box: Box, name: str, rule: int, rng: Random) -> None:
    """Draw one mark into a box. KeyError where there is no such mark."""
    _MARKS[name](draw, box, rule, rng)


def _check(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    points = [(0.18, 0.52), (0.42, 0.8), (0.84, 0.16)]
    draw.line(_placed(points, box, rng, 0.04), fill=INK, width=max(rule, round(box.width / 9)), joint="curve")


def _hand(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    points = [(0.1, 0.35), (0.4, 0.85), (0.8, 0.1), (1.35, -0.45)]
    draw.line(_placed(points, box, rng, 0.08), fill=INK, width=max(rule, round(box.width / 10)), joint="curve")


def _cross(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    wide = max(rule, round(box.width / 9))
    draw.line(_placed([(0.16, 0.16), (0.84, 0.84)], box, rng, 0.04), fill=INK, width=wide)
    draw.line(_placed([(0.84, 0.16), (0.16, 0.84)], box, rng, 0.04), fill=INK, width=wide)


def _letter(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    points = [(0.2, 0.2), (0.5, 0.82), (0.8, 0.2)]
    draw.line(_placed(points, box, rng, 0.03), fill=INK, width=max(rule, round(box.width / 9)), joint="curve")


def _fill(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    draw.rectangle((box.x0, box.y0, box.x1, box.y1), fill=INK)


def _blot(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    around = [
        (0.5 + rng.uniform(0.25, 0.5) * math.cos(turn), 0.5 + rng.uniform(0.25, 0.5) * math.sin(turn))
        for turn in (2 * math.pi * step / 14 for step in range(14))
    ]
    draw.polygon(_placed(around, box, rng, 0.0), fill=INK)


def _dot(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    inset = 0.27 * box.width
    draw.ellipse((box.x0 + inset, box.y0 + inset, box.x1 - inset, box.y1 - inset), fill=INK)


def _filled(draw: Draw, box: Box, rule: int, rng: Random) -> None:
    draw.ellipse((box.x0, box.y0, box.x1, box.y1), fill=INK)


def _placed(points: list[tuple[float, float]], box: Box, rng: Random, loose: float) -> list[tuple[float, float]]:
    """Return points in pixels; `loose`: by how much of the side each may be off."""
    return [
        (
            box.x0 + (x + rng.uniform(-loose, loose)) * box.width,
            box.y0 + (y + rng.uniform(-loose, loose)) * box.height,
        )
        for x, y in points
    ]


_MARKS = {
    "check": _check,
    "cross": _cross,
    "fill": _fill,
    "blot": _blot,
    "hand": _hand,
    "letter": _letter,
    "dot": _dot,
    "filled": _filled,
}
