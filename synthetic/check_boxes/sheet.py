"""A sheet for check-box forms: text, boxes and rules in points, kept as ink at a few times the page's resolution."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from prelabel.geometry import levelling, scaling, transform
from prelabel.page import Affine, Box
from synthetic.check_boxes import marks
from synthetic.printing.fonts import Face, load
from synthetic.printing.scanning import Gray

FINE = 2


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A check box of a page: its place in pixels, and whether it is ticked."""

    box: Box
    ticked: bool


@dataclass(slots=True)
class CheckBoxSheet:
    """A sheet of paper that its methods print on. `size`: of the type in points; the origin is the top left."""

    rng: Random
    face: Face
    dpi: int
    width: float
    height: float
    size: float
    boxes: list[DrawnBox] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    ink: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.ink = Image.new("L", (round(self.width * self._unit), round(self.height * self._unit)), 0)

    @property
    def _unit(self) -> float:
        """Pixels of the ink in a point."""
        return FINE * self.dpi / 72

    def text(self, text: str, x: float, y: float, size: float = 0.0) -> float:
        """Print a text with its base line at y; return the x of its end."""
        draw, px = ImageDraw.Draw(self.ink), max(6, round((size or self.size) * self._unit))
        at = x * self._unit
        for part, file in self.face.runs(text):
            font = load(file, px)
            draw.text((at, y * self._unit), part, fill=255, font=font, anchor="ls")
            at += font.getlength(part)
        return at / self._unit

    def rule(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.6) -> None:
        """Draw a ruled line."""
        unit = self._unit
        line = (x0 * unit, y0 * unit, x1 * unit, y1 * unit)
        ImageDraw.Draw(self.ink).line(line, fill=255, width=max(1, round(thick * unit)))

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw the border of a cell."""
        for a, b, c, d in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.rule(a, b, c, d)

    def check_box(self, kind: str, mark: str, x: float, y: float) -> float:
        """Draw a check box on the line with its base line at y; `mark`: empty for none. Return the x of its end.

        `kind`: square, rounded, circle, square brackets, round brackets.
        """
        side = self.size * self.rng.uniform(0.86, 1.0)
        wide = side * 1.3 if "brackets" in kind else side
        unit, draw = self._unit, ImageDraw.Draw(self.ink)
        top = y - 0.36 * self.size - side / 2
        box = Box(x * unit, top * unit, (x + wide) * unit, (top + side) * unit)
        rule = max(FINE, round(side * unit / 15))
        if kind == "circle":
            marks.circle(draw, box, rule)
        elif "brackets" in kind:
            marks.brackets(draw, box, rule, curved=kind.startswith("round "))
        else:
            marks.square(draw, box, rule, self.rng, rounded=kind == "rounded")
        if mark:
            inner = Box(box.x0 + 0.15 * unit * wide, box.y0, box.x1 - 0.15 * unit * wide, box.y1)
            marks.mark(draw, inner if "brackets" in kind else box, mark, rule, self.rng)
        self.boxes.append(DrawnBox(box, bool(mark)))
        return x + wide

    def turned(self, degrees: float) -> tuple[Gray, list[DrawnBox]]:
        """Return the ink turned clockwise about its centre, and the boxes there, in pixels of the page."""
        to_page: Affine = scaling(1 / FINE)
        if not degrees:
            return np.asarray(self.ink), [DrawnBox(transform(to_page, b.box), b.ticked) for b in self.boxes]
        turn, width, height = levelling(-degrees, *self.ink.size)
        ink = self.ink.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
        shift = (ink.width - width) / 2, (ink.height - height) / 2
        placed = [transform(turn, b.box) for b in self.boxes]
        moved = [Box(b.x0 + shift[0], b.y0 + shift[1], b.x1 + shift[0], b.y1 + shift[1]) for b in placed]
        return np.asarray(ink), [
            DrawnBox(transform(to_page, box), b.ticked) for box, b in zip(moved, self.boxes, strict=True)
        ]
