"""Figures in boxes, one in each, as on tax invoices and forms of banks; the rules may touch them, or be half erased."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from synthetic.printing.lines.faces import advance, line_face, load
from synthetic.printing.lines.setting import Gray, LineInk, drawn_size, line_ink


def boxed(text: str, rng: Random, *, held_out: bool) -> LineInk | None:
    """Return the ink of a text without blanks, each of its characters in a box; None for missing letters.

    A hyphen may stand between two boxes. The box of the ink is that of the letters.
    """
    em = math.exp(rng.uniform(math.log(13), math.log(40)))
    size = drawn_size(em)
    runs = line_face(text, rng, receipt=False, held_out=held_out).runs(text)
    if runs is None:
        return None
    # The least boxes are as large as a figure, whose ink then touches the rules.
    cell, height = rng.uniform(0.6, 1.6) * size, (0.76 + 0.8 * rng.random() ** 2) * size
    apart = rng.uniform(0.05, 0.35) * cell if rng.random() < 0.25 else 0.0
    image = Image.new("L", (round((cell + apart) * (len(text) + 1.2)), round(2.2 * size + height)))
    pen, x, walls = ImageDraw.Draw(image), 0.6 * cell, list[float]()
    top = 1.1 * size
    base = top + 0.5 * height + rng.uniform(0.27, 0.45) * size
    off = rng.gauss(0, 0.07) * cell
    for char, name in ((char, name) for part, name in runs for char in part):
        between = char == "-" and rng.random() < 0.8
        room = 0.6 * cell if between else cell
        if not between:
            walls += (x, x + room)
        left = x + (room - advance(name, size, char)) / 2 + off + rng.gauss(0, 0.03) * cell
        pen.text((left, base + rng.gauss(0, 0.015) * size), char, fill=255, font=load(name, size), anchor="ls")
        x += room + apart
    drawn = line_ink(image, size)
    if drawn is None:
        return None
    letters = drawn.ink
    rules = _rules(letters.shape, walls, top, top + height, size, rng)
    scale = em / size
    width, rows = max(round(letters.shape[1] * scale), 4), max(round(letters.shape[0] * scale), 4)
    ink = np.asarray(Image.fromarray(np.maximum(letters, rules)).resize((width, rows), Image.Resampling.BILINEAR))
    left, upper, right, lower = drawn.box
    return LineInk(ink, (int(left * scale), int(upper * scale), math.ceil(right * scale), math.ceil(lower * scale)), em)


def _rules(shape: tuple[int, ...], walls: list[float], top: float, bottom: float, size: int, rng: Random) -> Gray:
    """Return the ink of the boxes: whole or dotted walls, short marks on a line, or what is left of them where the
    page's code erased them.
    """
    image = Image.new("L", (shape[1], shape[0]))
    pen = ImageDraw.Draw(image)
    thick, level = max(round(rng.uniform(0.02, 0.09) * size), 1), round(rng.uniform(90, 255))
    way = rng.choices(("walls", "dotted", "comb", "nothing"), (45, 17, 18, 20))[0]
    if way == "nothing":
        return np.asarray(image)
    mark = bottom - rng.uniform(0.12, 0.5) * (bottom - top) if way == "comb" else top
    for wall in walls:
        pen.line((wall, mark, wall, bottom), fill=level, width=thick)
    if way == "dotted":
        step = max(round(rng.uniform(0.08, 0.25) * size), 2)
        for y in range(round(top), round(bottom), step):
            pen.rectangle((0, y, shape[1], y + step // 2 - 1), fill=0)
    first, last = min(walls, default=0), max(walls, default=0)
    if rng.random() < 0.7:
        pen.line((first, bottom, last, bottom), fill=level, width=thick)
        if way != "comb":
            pen.line((first, top, last, top), fill=level, width=thick)
    return _remains(np.array(image), size, rng) if rng.random() < 0.35 else np.asarray(image)


def _remains(rules: Gray, size: int, rng: Random) -> Gray:
    """Return rules with some of their rows erased."""
    high = max(size // 6, 1)
    kept = np.frombuffer(rng.randbytes(-(-len(rules) // high)), np.uint8) < rng.choice((40, 90, 160))
    rules[~np.repeat(kept, high)[: len(rules)]] = 0
    return rules
