"""A roll of receipt paper: lines of columns, printed from top to bottom as dots."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthetic.printing.receipts.printers import Dots, Printer
from synthetic.printing.sheet import Points, PrintedWord


@dataclass(slots=True)
class Roll:
    """Printed lines. `words`: outlines in dots from the upper left corner of the print; `gap`: dots between lines.

    `displaced`: dots by which a printer that strikes in both directions misses on every second line.
    """

    printer: Printer
    gap: int
    displaced: int = 0
    words: list[PrintedWord] = field(default_factory=list)
    _lines: list[Dots] = field(default_factory=list)
    _open: Dots = field(init=False)
    _height: int = 0
    _tall: int = 1

    def __post_init__(self) -> None:
        self._open = self._blank()

    @property
    def columns(self) -> int:
        return self.printer.columns

    def width(self, text: str, *, wide: int = 1, spread: int = 0) -> int:
        """Return the columns that a text takes."""
        return wide * sum(map(self.printer.columns_of, text)) + spread * max(len(text) - 1, 0)

    def fits(self, text: str, room: int) -> str:
        """Return as many whole words and, of a single word, as many characters as fit into columns."""
        words = text.split()
        while len(words) > 1 and self.width(" ".join(words)) > room:
            words.pop()
        cut = " ".join(words)
        while self.width(cut) > room:
            cut = cut[:-1]
        return cut.strip()

    def left(self, text: str, column: int = 0, *, wide: int = 1, tall: int = 1, spread: int = 0) -> None:
        """Print words from a column on; what would pass the edge is left out. `spread`: columns between letters.

        Letters that stand apart are one word.
        """
        self._tall = max(self._tall, tall)
        for word in text.split():
            if column + self.width(word, wide=wide, spread=spread) > self.columns:
                return
            self._word(word, column, wide, tall, spread)
            column += self.width(word, wide=wide, spread=spread) + wide + spread

    def right(self, text: str, column: int | None = None, *, wide: int = 1, tall: int = 1) -> None:
        """Print words that end before a column, by default at the right edge."""
        end = self.columns if column is None else column
        self.left(text, max(end - self.width(text, wide=wide), 0), wide=wide, tall=tall)

    def center(self, text: str, *, wide: int = 1, tall: int = 1, spread: int = 0) -> None:
        if self.width(text, wide=wide, spread=spread) > self.columns:
            wide, spread = 1, 0
        spare = self.columns - self.width(text, wide=wide, spread=spread)
        self.left(text, max(spare // 2, 0), wide=wide, tall=tall, spread=spread)

    def rule(self, char: str) -> None:
        """Print a line of one character, or a solid one for an empty one. It is no word."""
        if char:
            for column in range(self.columns):
                self._stamp(char, column, 1, 1)
        else:
            middle = self.printer.cell[1] // 2
            self._open[middle : middle + 2] = True
        self.feed()

    def bars(self, widths: list[int], height: int) -> None:
        """Print bars of these widths in dots in turn with gaps of them, centred. They are no word."""
        strip = np.repeat(np.arange(len(widths)) % 2 == 0, widths)[: self.printer.width_dots]
        self._open = self._blank(height)
        start = (self.printer.width_dots - len(strip)) // 2
        self._open[:height, start : start + len(strip)] = strip
        self._close(height)

    def feed(self, lines: float = 1) -> None:
        """End the line; with more than one line, leave the others empty."""
        self._close(self._tall * self.printer.cell[1] + self.gap + round((lines - 1) * self.printer.cell[1]))

    def printed(self) -> Dots:
        """Return all dots."""
        return np.concatenate(self._lines)

    def _word(self, word: str, column: int, wide: int, tall: int, spread: int) -> None:
        start = column
        for char in word:
            self._stamp(char, column, wide, tall)
            column += wide * self.printer.columns_of(char) + spread
        x0, x1 = start * self.printer.cell[0], (column - spread) * self.printer.cell[0]
        seen = self._open[: tall * self.printer.cell[1], x0:x1]
        if seen.any():
            outline = _outline(seen) + np.array((x0 + self._shift, self._height), np.float32)
            self.words.append(PrintedWord(word, outline, self.printer.name))

    def _stamp(self, char: str, column: int, wide: int, tall: int) -> None:
        dots = np.kron(self.printer.glyph(char), np.ones((tall, wide), np.bool_))
        x = column * self.printer.cell[0]
        self._open[: dots.shape[0], x : x + dots.shape[1]] |= dots

    @property
    def _shift(self) -> int:
        return self.displaced if len(self._lines) % 2 else 0

    def _close(self, height: int) -> None:
        line = np.zeros((height, self.printer.width_dots), np.bool_)
        part = self._open[:height]
        line[: len(part), self._shift :] = part[:, : part.shape[1] - self._shift]
        self._lines.append(line)
        self._height += height
        self._tall, self._open = 1, self._blank()

    def _blank(self, height: int = 0) -> Dots:
        return np.zeros((max(height, 2 * self.printer.cell[1]), self.printer.width_dots), np.bool_)


def _outline(dots: Dots) -> Points:
    """Return the corners (x, y) of the first and last dot of each row."""
    rows = np.flatnonzero(dots.any(axis=1))
    first = dots[rows].argmax(axis=1)
    last = dots.shape[1] - dots[rows][:, ::-1].argmax(axis=1)
    corners = [(first, rows), (first, rows + 1), (last, rows), (last, rows + 1)]
    return np.concatenate([np.stack(corner, axis=1) for corner in corners]).astype(np.float32)
