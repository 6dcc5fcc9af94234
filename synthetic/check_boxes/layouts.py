"""Layouts of check boxes: options behind or below their question, in cells, in a list, in a grid, or alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from synthetic.check_boxes.marks import CIRCLE_MARKS, SQUARE_MARKS
from synthetic.check_boxes.sheet import CheckBoxSheet
from synthetic.words import word_list

#: Kinds of boxes, and how often each is drawn.
KINDS = {"square": 5, "rounded": 1, "circle": 2, "square brackets": 1, "round brackets": 1}
_MARKS = {
    "square": SQUARE_MARKS,
    "rounded": ("check", "cross", "hand"),
    "circle": CIRCLE_MARKS,
    "square brackets": ("check", "cross", "letter"),
    "round brackets": ("check", "dot", "letter"),
}


@dataclass(slots=True)
class Form:
    """A form in the making. `x`, `y`: its left margin and the base line of its next line, in points."""

    sheet: CheckBoxSheet
    language: str
    kind: str
    marks: tuple[str, ...]
    colon: str
    x: float = 36.0
    y: float = 50.0
    used: set[str] = field(default_factory=set)

    @classmethod
    def draw(cls, sheet: CheckBoxSheet, language: str, kind: str = "") -> Form:
        """Return a form with one kind of boxes, and one or two kinds of marks."""
        rng = sheet.rng
        kind = kind or rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
        marks = tuple(rng.sample(_MARKS[kind], rng.randint(1, 2)))
        return cls(sheet, language, kind, marks, rng.choice((":", "", " :")))

    @property
    def rng(self) -> Random:
        return self.sheet.rng

    def question(self) -> tuple[str, list[str]]:
        """Return a question and its options that the page does not have yet."""
        line = self.pick("questions")
        question, *options = line.split("|")
        return question, options

    def pick(self, what: str) -> str:
        """Return a text of that list that the page does not have yet."""
        texts = [text for text in word_list("check-boxes", self.language, what) if text not in self.used]
        text = self.rng.choice(texts)
        self.used.add(text)
        return text

    def box(self, x: float, y: float, *, ticked: bool) -> float:
        """Draw a box; return the x of its end."""
        return self.sheet.check_box(self.kind, self.rng.choice(self.marks) if ticked else "", x, y)

    def ticks(self, options: list[str]) -> list[bool]:
        """Return which options are ticked: one, now and then two or none."""
        count = self.rng.choices((0, 1, 2), (1, 8, 2))[0]
        chosen = self.rng.sample(range(len(options)), min(count, len(options)))
        return [number in chosen for number in range(len(options))]

    def down(self, lines: float) -> None:
        """Go down by so many lines."""
        self.y += lines * self.sheet.size * 1.5

    def answer(self, question: str, options: list[str], ticks: list[bool]) -> None:
        """Note the key-values of a question."""
        self.sheet.pairs += [(question, option) for option, tick in zip(options, ticks, strict=True) if tick]


def plain_field(form: Form) -> None:
    """Print a field with its value."""
    key, value = form.pick("fields").split("|")
    form.sheet.text(key + form.colon, form.x, form.y)
    form.sheet.text(value, form.x + 110, form.y)
    form.sheet.fields.append((key, value))
    form.down(1.6)


def behind(form: Form, *, after: bool = False) -> None:
    """Print options on the line of the question, boxes before them."""
    question, options = form.question()
    ticks, size = form.ticks(options), form.sheet.size
    x = max(form.x + form.rng.uniform(70, 130), form.sheet.text(question + form.colon, form.x, form.y) + 1.5 * size)
    _across(form, options, ticks, x, form.y, after=after)
    form.answer(question, options, ticks)
    form.down(1.9)


def boxes_after(form: Form) -> None:
    """Print options on the line of the question, each with its box after it."""
    behind(form, after=True)


def below(form: Form) -> None:
    """Print options on the line below the question."""
    question, options = form.question()
    form.sheet.text(question + form.colon, form.x, form.y)
    form.down(1.05)
    ticks = form.ticks(options)
    _across(form, options, ticks, form.x + form.rng.choice((0, 12, 24)), form.y)
    form.answer(question, options, ticks)
    form.down(2.1)


def listed(form: Form) -> None:
    """Print a question over its options, one a line."""
    question, options = form.question()
    form.sheet.text(question + form.colon, form.x, form.y)
    ticks, x = form.ticks(options), form.x + form.rng.choice((0, 12))
    for option, ticked in zip(options, ticks, strict=True):
        form.down(1.05)
        end = form.box(x, form.y, ticked=ticked)
        form.sheet.text(option, end + 0.4 * form.sheet.size, form.y)
    form.answer(question, options, ticks)
    form.down(2.1)


def cells(form: Form) -> None:
    """Print two rows of a table: the question in a cell, the options in the cell beside it."""
    size, right = form.sheet.size, form.sheet.width - 36
    middle = form.x + form.rng.uniform(115, 140)
    for _ in range(2):
        question, options = form.question()
        ticks, top = form.ticks(options), form.y - 1.3 * size
        for x0, x1 in ((form.x, middle), (middle, right)):
            form.sheet.frame(x0, top, x1, top + 2.1 * size)
        form.sheet.text(question, form.x + 5, form.y)
        _across(form, options, ticks, middle + 8, form.y)
        form.answer(question, options, ticks)
        form.y += 2.1 * size
    form.down(1.2)


def grid(form: Form) -> None:
    """Print a table with a column for each option, named at its top, and a row for each item."""
    size, titles = form.sheet.size, form.pick("scales").split("|")
    first, wide = form.x + 130, (form.sheet.width - 36 - form.x - 130) / len(titles)
    for column, title in enumerate(titles):
        form.sheet.text(title, first + (column + 0.2) * wide, form.y)
    ruled = form.rng.random() < 0.6
    for _ in range(3):
        if ruled:
            form.sheet.rule(form.x, form.y + 0.6 * size, form.sheet.width - 36, form.y + 0.6 * size)
        form.y += 1.9 * size
        item, chosen = form.pick("items"), form.rng.randrange(len(titles))
        form.sheet.text(item, form.x, form.y)
        for column in range(len(titles)):
            form.box(first + (column + 0.3) * wide, form.y, ticked=column == chosen)
        form.sheet.pairs.append((item, titles[chosen]))
    form.down(2)


def consent(form: Form) -> None:
    """Print a sentence to agree to, with its box."""
    text = form.pick("consents")
    if form.kind == "circle":  # a lone disc is the bullet of a list
        end = form.sheet.check_box("square", form.rng.choice(SQUARE_MARKS[:2]), form.x, form.y)
    else:
        end = form.box(form.x, form.y, ticked=True)
    form.sheet.text(text, end + 0.5 * form.sheet.size, form.y)
    form.sheet.pairs.append((text, "☑"))
    form.down(1.9)


def _across(form: Form, options: list[str], ticks: list[bool], x: float, y: float, *, after: bool = False) -> None:
    size, gap = form.sheet.size, form.rng.uniform(0.25, 0.6)
    between = form.rng.uniform(1.6, 3)
    for option, ticked in zip(options, ticks, strict=True):
        if after:
            x = form.box(form.sheet.text(option, x, y) + gap * size, y, ticked=ticked)
        else:
            x = form.sheet.text(option, form.box(x, y, ticked=ticked) + gap * size, y)
        x += between * size


GROUPS: dict[str, Callable[[Form], None]] = {
    "behind": behind,
    "after": boxes_after,
    "below": below,
    "listed": listed,
    "cells": cells,
    "grid": grid,
    "consent": consent,
}
