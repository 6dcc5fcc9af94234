"""Typesetting of lines: wrapping, aligning, measuring."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.printing.look import Look
from synthetic.printing.page_texts import PageTexts
from synthetic.printing.sheet import Sheet, Type

#: Prints a part of a page, in points, and returns the y below: (sheet, texts, look, x0, x1, y) -> y.
Part = Callable[[Sheet, PageTexts, Look, float, float, float], float]


def lines(text: str, how: Type, room: float) -> list[str]:
    """Return the text wrapped to a width; words wider than it are left out."""
    wrapped: list[str] = []
    for word in text.split():
        longer = f"{wrapped[-1]} {word}" if wrapped else word
        if wrapped and line_width(longer, how) <= room:
            wrapped[-1] = longer
        elif how.width(word) <= room:
            wrapped.append(word)
    return wrapped


def block(
    sheet: Sheet,
    text: str,
    x0: float,
    x1: float,
    y: float,
    how: Type,
    *,
    align: str = "left",
    most: int = 9,
    light: bool = False,
) -> float:
    """Print wrapped lines, at `most` so many, with the base line of the first one at y. Return the last base line."""
    pitch = 1.3 * how.size
    for number, line in enumerate(lines(text, how, x1 - x0)[:most]):
        y += pitch if number else 0
        spare = x1 - x0 - line_width(line, how)
        sheet.line(line, x0 + {"left": 0.0, "center": spare / 2, "right": spare}[align], y, how, light=light)
    return y


def line_width(line: str, how: Type) -> float:
    """Return the points that a line takes."""
    words = line.split()
    return sum(how.width(word) for word in words) + how.space * (len(words) - 1)
