"""Interface of a family of templates: one idea of a page, drawn in many variants. `families` lists them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from synthetic.canvas import Canvas
from synthetic.style import Style

#: Prints a part of a page between x0 and x1, from y downwards. Returns the y below: (canvas, style, x0, x1, y) -> y.
Block = Callable[[Canvas, Style, float, float, float], float]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of templates. `weight`: its frequency among the families of its language; `held_out`: kept out of
    training.

    `draw` prints one page on a canvas of A4 size; it may change size and type of the canvas before it prints.
    """

    name: str
    languages: tuple[str, ...]
    weight: float
    draw: Callable[[Canvas, Style], None]
    held_out: bool = False
