"""Foreign ink beside a line: rules, borders of cells, and parts of the lines above and below."""

from __future__ import annotations

from random import Random

import numpy as np

from synthetic.printing.lines.setting import Gray, LineInk


def surrounded(line: LineInk, rng: Random) -> Gray:
    """Return the ink with rules and other lines near by; mostly with nothing."""
    draw = rng.random()
    if draw > 0.3:
        return line.ink
    ink = line.ink.copy()
    if draw < 0.12:
        _rule(ink, line, rng)
    elif draw < 0.19:
        _border(ink, line, rng)
    else:
        _neighbour(ink, line, rng)
    return ink


def _rule(ink: Gray, line: LineInk, rng: Random) -> None:
    """Print a rule above or below the letters, or touching them."""
    _, top, _, bottom = line.box
    thick = max(round(line.em * rng.uniform(0.03, 0.1)), 1)
    off = round(line.em * rng.uniform(-0.02, 0.18))
    y = bottom + off if rng.random() < 0.6 else top - off - thick
    ink[max(y, 0) : max(y + thick, 0)] = np.uint8(rng.uniform(120, 255))


def _border(ink: Gray, line: LineInk, rng: Random) -> None:
    """Print the border of a cell left or right of the letters."""
    left, _, right, _ = line.box
    thick = max(round(line.em * rng.uniform(0.03, 0.08)), 1)
    off = round(line.em * rng.uniform(0.04, 0.3))
    x = right + off if rng.random() < 0.5 else left - off - thick
    ink[:, max(x, 0) : max(x + thick, 0)] = np.uint8(rng.uniform(120, 255))


def _neighbour(ink: Gray, line: LineInk, rng: Random) -> None:
    """Print the feet of a line above, or the heads of one below: the own line's, moved sideways."""
    _, top, _, bottom = line.box
    shifted = np.roll(line.ink, rng.randrange(1, ink.shape[1]), axis=1)
    gap = max(round(line.em * rng.uniform(0.08, 0.3)), 1)
    if rng.random() < 0.5:
        room = max(top - gap, 0)
        part = shifted[max(bottom - room, 0) : bottom]
        ink[room - len(part) : room] = np.maximum(ink[room - len(part) : room], part)
    else:
        start = min(bottom + gap, len(ink))
        part = shifted[top : top + len(ink) - start]
        ink[start : start + len(part)] = np.maximum(ink[start : start + len(part)], part)
