"""What a family of templates is: one idea of a page, drawn anew in many ways. The families are listed in `families`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from synthetic.canvas import Canvas
from synthetic.style import Style

#: Prints something in the room from x0 to x1, from y on down; returns where it ends: (canvas, style, x0, x1, y) -> y.
Block = Callable[[Canvas, Style, float, float, float], float]


@dataclass(frozen=True, slots=True)
class Family:
    """`weight`: how often it comes against the others of its language; `held_out`: for evaluation, never for training.

    `draw` puts one page on a canvas of A4 size; it may change the canvas's size and type before it prints.
    """

    name: str
    languages: tuple[str, ...]
    weight: float
    draw: Callable[[Canvas, Style], None]
    held_out: bool = False
