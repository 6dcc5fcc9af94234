"""Seals and stamps across a line: rings, frames and large letters, as pale as red ink is on a gray page."""

from __future__ import annotations

from random import Random

import numpy as np
from PIL import Image, ImageDraw

from synthetic.printing.charset import syllables
from synthetic.printing.lines.faces import load, names
from synthetic.printing.lines.setting import Gray, LineInk


def sealed(line: LineInk, rng: Random, *, held_out: bool) -> Gray:
    """Return the ink of the line and of a seal that covers some of its letters."""
    rows, columns = line.ink.shape
    image = Image.new("L", (columns, rows))
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = line.box
    radius = line.em * rng.uniform(0.8, 2.6)
    x, y = rng.uniform(left, right + 0.3 * radius), rng.uniform(top - 0.6 * radius, bottom + 0.6 * radius)
    thick = max(round(line.em * rng.uniform(0.04, 0.14)), 1)
    level = round(255 * rng.uniform(0.2, 0.62))
    outline = (x - radius, y - radius, x + radius, y + radius)
    draw = rng.random()
    if draw < 0.7:
        pen.ellipse(outline, outline=level, width=thick)
        if draw < 0.25:
            inner = tuple(
                a + (x, y)[i % 2] for i, a in enumerate((-0.8 * radius, -0.8 * radius, 0.8 * radius, 0.8 * radius))
            )
            pen.ellipse(inner, outline=level, width=max(thick // 2, 1))
    else:
        pen.rectangle(outline, outline=level, width=thick)
    size = min(max(round(radius * rng.uniform(0.5, 0.9)), 8), 64)
    font = load(rng.choice(names("korean", held_out=held_out)), size)
    for row in range(2):
        letters = "".join(rng.choice(syllables()) for _ in range(2))
        pen.text((x - size, y + (row - 1) * size), letters, fill=level, font=font, anchor="lt")
    both: Gray = np.maximum(line.ink, np.asarray(image))
    return both
