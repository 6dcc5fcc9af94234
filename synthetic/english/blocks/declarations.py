"""Declarations and powers of attorney: sentences with blanks; the words before a blank are its question."""

from __future__ import annotations

import re

from synthetic.blocks.fields import ANSWER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.style import Style
from synthetic.text.sentences import fill
from synthetic.text.typed_values import filled
from synthetic.words import word_list

#: {kind}: a blank for a value of that kind.
_TEXTS = word_list("blocks", "declarations", "sentences")
_BLANK = re.compile(r"\{(\w+)\}")


def declaration(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print some sentences with blanks, in one paragraph or in several."""
    rng, size = canvas.rng, canvas.size
    asks, flow = rng.random() < 0.85, _Flow(canvas, x0, x1, y, rng.uniform(1.3, 2.2))
    ruled, together = rng.random() < 0.5, rng.random() < 0.4
    for number, pattern in enumerate(rng.sample(_TEXTS, rng.randint(2, 5))):
        if number and not together:
            flow.paragraph()
        pieces = _BLANK.split(fill(pattern, canvas.vocabulary, rng))
        for lead, kind in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            key = _lead(flow, lead.strip(" ,."), asks=asks and bool(kind))
            if kind and rng.random() < style.filled:
                spot = flow.text(filled(kind, canvas.vocabulary, rng), ANSWER)
                canvas.link(key, spot)
            elif kind:
                flow.space(rng.uniform(5, 14) * size, ruled=ruled)
    flow.paragraph()
    return flow.y + 0.5 * size


def _lead(flow: _Flow, text: str, *, asks: bool) -> Spot | None:
    """Print the words before a blank; the last twelve at most are its question. Return None without a question."""
    words = text.split()
    if not words:
        return None
    close = max((place + 1 for place, word in enumerate(words) if word.endswith(".")), default=0)
    first = max(close, len(words) - 12) if asks else len(words)
    if first:
        flow.text(" ".join(words[:first]), OTHER)
    return flow.text(" ".join(words[first:]), QUESTION) if words[first:] else None


class _Flow:
    """Texts that follow each other in lines from x0 to x1."""

    def __init__(self, canvas: Canvas, x0: float, x1: float, y: float, leading: float) -> None:
        self._canvas, self._x0, self._x1, self._leading = canvas, x0, x1, leading
        self._x, self.y = x0, y

    def text(self, text: str, label: str) -> Spot:
        canvas = self._canvas
        if self._x > self._x0 and self._x + canvas.measure(text.split()[0]) * canvas.hand > self._x1:
            self.paragraph()
        room, first = self._x1 - self._x0, self._x - self._x0
        spot = canvas.text(text, self._x0, self.y, label, room=room, first=first, leading=self._leading)
        last = canvas.inks[-1]
        self._x, self.y = last.x1 + 0.5 * canvas.size, spot.y1 - last.size
        return spot

    def space(self, wide: float, *, ruled: bool) -> None:
        """Leave room for a blank that is not filled in, with a line or without."""
        if self._x + wide > self._x1:
            self.paragraph()
        if ruled:
            self._canvas.stray("_" * int(wide / self._canvas.measure("_")), self._x, self.y)
        self._x += wide + 0.5 * self._canvas.size

    def paragraph(self) -> None:
        self._x, self.y = self._x0, self.y + self._leading * self._canvas.size
