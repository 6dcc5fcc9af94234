"""Foreign ink beside a line: rules, borders of cells, tick boxes, dirt, and parts of the lines above and below."""

from __future__ import annotations

from random import Random

import numpy as np

from synthetic.printing.lines.setting import Gray, LineInk


def surrounded(line: LineInk, rng: Random) -> Gray:
    """Return the ink with rules and other lines near by; mostly with nothing."""
    draw = rng.random()
    if draw > 0.36:
        return line.ink
    ink = line.ink.copy()
    if draw < 0.04:
        _specks(ink, line, rng)
    elif draw < 0.06:
        _tick_box(ink, line, rng)
    elif draw < 0.17:
        _rule(ink, line, rng)
    elif draw < 0.24:
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


def _specks(ink: Gray, line: LineInk, rng: Random) -> None:
    """Print dirt too small for any letter, and at times a large blot before or behind the line."""
    left, top, right, bottom = line.box
    for _ in range(rng.randint(1, 8)):
        side = max(round(line.em * rng.uniform(0.01, 0.05)), 1)
        x, y = rng.randrange(left, right), rng.randrange(top, bottom)
        ink[y : y + side, x : x + side] = rng.choice((0, 150, 255))
    if rng.random() < 0.5:
        side, high = (max(round(line.em * rng.uniform(0.1, 0.5)), 1) for _ in range(2))
        y = rng.randint(max(top - high // 2, 0), bottom)
        off = round(line.em * rng.uniform(0.2, 0.4))
        x = right + off if rng.random() < 0.5 else left - off - side
        area = ink[y : y + high, max(x, 0) : max(x + side, 0)]
        area[np.frombuffer(rng.randbytes(area.size), np.uint8).reshape(area.shape) < rng.randint(90, 255)] = 220


def _tick_box(ink: Gray, line: LineInk, rng: Random) -> None:
    """Print an empty, crossed or filled box before the line, or behind it."""
    left, top, right, bottom = line.box
    side, thick = round(line.em * rng.uniform(0.5, 0.9)), max(round(line.em * 0.06), 1)
    off = round(line.em * rng.uniform(0.2, 0.5))
    x = left - off - side if rng.random() < 0.8 else right + off
    y = (top + bottom - side) // 2
    if x < 0 or y < 0 or x + side > ink.shape[1]:
        return
    area = ink[y : y + side, x : x + side]
    inner = area[thick:-thick, thick:-thick].copy()
    area[:] = 230
    area[thick:-thick, thick:-thick] = inner
    if rng.random() < 0.4:
        slope = np.arange(min(area.shape))
        for width in range(thick):
            area[slope, np.minimum(slope + width, area.shape[1] - 1)] = 230
            area[slope[::-1], np.minimum(slope + width, area.shape[1] - 1)] = 230
