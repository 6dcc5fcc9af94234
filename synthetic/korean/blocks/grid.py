"""Ruled grids with merged cells, as on Korean forms: names left of or above values, group titles set vertically."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from synthetic.canvas import Canvas, Ink

QUESTION, ANSWER, HEADER, OTHER = "QUESTION", "ANSWER", "HEADER", "OTHER"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid. `pieces`: (label, text) one after the other; an answer belongs to the question before it in its
    cell.

    `keys`: place of the question where the cell has none: "left" (else above), "above" or "both". `over`: questions of
    a header: "right" of it, "below" it, or "all" below it up to the next header. `gap`: space between spaced-out
    letters, in font sizes. `size`: share of the page's font size. `upright`: letters below each other. `tall`: least
    height in font sizes, with the text at the top.
    """

    pieces: tuple[tuple[str, str], ...] = ()
    columns: int = 1
    rows: int = 1
    align: str = "left"
    keys: str = "left"
    over: str = "right"
    gap: float | None = None
    size: float = 1.0
    upright: bool = False
    tall: float = 0.0


@dataclass(slots=True)
class _Placed:
    cell: Cell
    row: int
    column: int
    inks: list[Ink] = field(default_factory=list)
    entities: list[tuple[str, int]] = field(default_factory=list)
    height: float = 0.0

    @property
    def name(self) -> int | None:
        """The question that this cell is for other cells; None where it is no name."""
        labels = {label for label, _ in self.entities}
        return self.entities[0][1] if labels == {QUESTION} else None


def ruled(
    canvas: Canvas,
    x0: float,
    x1: float,
    y: float,
    shares: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    *,
    pitch: float = 1.9,
    open_sides: bool = False,
) -> float:
    """Print a grid whose columns have these shares of its width. Return its lower edge.

    Cells fill each row from the left, around cells that extend from rows above. `pitch`: lowest height of a row in font
    sizes. `open_sides`: no rules at the far left and right.
    """
    edges = [x0 + (x1 - x0) * part / sum(shares) for part in accumulate(shares, initial=0.0)]
    placed = [_Placed(cell, row, column) for row, column, cell in _positions(rows, len(shares))]
    for each in placed:
        _print(canvas, each, edges)
    tops = _tops(canvas, placed, len(rows), y, pitch * canvas.size)
    for each in placed:
        _settle(canvas, each, edges, tops, open_sides=open_sides)
    _link(canvas, placed)
    return tops[-1]


def _positions(rows: Sequence[Sequence[Cell]], width: int) -> Iterator[tuple[int, int, Cell]]:
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            if column + cell.columns > width:
                raise ValueError(f"row {row} of a grid is wider than {width} columns")
            yield row, column, cell
            taken |= {(row + i, column + j) for i in range(cell.rows) for j in range(cell.columns)}
            column += cell.columns


def _print(canvas: Canvas, placed: _Placed, edges: Sequence[float]) -> None:
    """Print a cell's pieces at the top of the page; `_settle` moves them."""
    cell, pad = placed.cell, 0.35 * canvas.size
    left, room = edges[placed.column] + pad, edges[placed.column + cell.columns] - edges[placed.column] - 2 * pad
    start = len(canvas.inks)
    if cell.upright:
        _print_upright(canvas, placed, left, room)
    elif len(cell.pieces) == 1:
        _print_text(canvas, placed, left, room)
    else:
        _print_pieces(canvas, placed, left, room)
    placed.inks = canvas.inks[start:]
    placed.height = max((ink.y1 for ink in placed.inks), default=0.0)


def _print_text(canvas: Canvas, placed: _Placed, x: float, room: float) -> None:
    cell, ((label, text),) = placed.cell, placed.cell.pieces
    size = canvas.size * cell.size * _fit(canvas, label, text, canvas.size * cell.size, room)
    gap = cell.gap
    if gap is not None:
        letters = sum(canvas.measure(part, size) for part in text.split())
        gap = max(min(gap, 0.9 * (room - letters) / size / max(len(text.split()) - 1, 1)), 0.1)
    spot = canvas.text(text, x, 0, label, size=size, room=room, align=cell.align, gap=gap)
    placed.entities.append((label, spot.entity))


def _print_upright(canvas: Canvas, placed: _Placed, x: float, room: float) -> None:
    ((label, text),) = placed.cell.pieces
    size, owner = canvas.size * placed.cell.size, None
    for number, letter in enumerate(text.replace(" ", "")):
        y = number * 1.25 * size
        owner = canvas.text(letter, x, y, label, size=size, room=room, align="center", entity=owner).entity
    if owner is not None:
        placed.entities.append((label, owner))


def _print_pieces(canvas: Canvas, placed: _Placed, left: float, room: float) -> None:
    size = canvas.size * placed.cell.size
    x, y, right = left, 0.0, left + room
    for label, text in placed.cell.pieces:
        wide = canvas.measure(text, size) * _widened(canvas, label)
        if x > left and x + wide > right:
            x, y = left, y + 1.5 * size
        spot = canvas.text(text, x, y, label, size=size, room=right - x)
        placed.entities.append((label, spot.entity))
        x, y = spot.x1 + 0.7 * size, spot.y1 - size


def _widened(canvas: Canvas, label: str) -> float:
    """Return the factor by which a text can be wider than the canvas measures."""
    if label != ANSWER:
        return 1.0
    return canvas.hand * (canvas.typed[0] / canvas.spread if canvas.typed else 1.0)


def _fit(canvas: Canvas, label: str, text: str, size: float, room: float) -> float:
    """Return the factor by which a text must shrink so that its longest word fits into its cell."""
    widest = max((canvas.measure(word, size) for word in text.split()), default=0.0) * _widened(canvas, label)
    return min(1.0, room / widest) if widest else 1.0


def _tops(canvas: Canvas, placed: Sequence[_Placed], count: int, y: float, pitch: float) -> list[float]:
    """Return the upper edges of the rows, and the lower edge of the last row."""
    pad, heights = 0.7 * canvas.size, [pitch] * count
    for each in sorted(placed, key=lambda p: p.cell.rows):
        rows = range(each.row, min(each.row + each.cell.rows, count))
        wanted = max(each.height + pad, each.cell.tall * canvas.size)
        lacking = wanted - sum(heights[row] for row in rows)
        for row in rows:
            heights[row] += max(lacking, 0.0) / len(rows)
    return [*accumulate(heights, initial=y)]


def _settle(
    canvas: Canvas, placed: _Placed, edges: Sequence[float], tops: Sequence[float], *, open_sides: bool
) -> None:
    """Move a cell's ink to the middle of its height (long text to its top), and rule the edges of the cell."""
    cell = placed.cell
    top, bottom = tops[placed.row], tops[min(placed.row + cell.rows, len(tops) - 1)]
    left, right = edges[placed.column], edges[placed.column + cell.columns]
    drop = top + (0.4 * canvas.size if cell.tall else (bottom - top - placed.height) / 2)
    for ink in placed.inks:
        ink.y0 += drop
        ink.y1 += drop
    canvas.rule(left, top, right, top)
    canvas.rule(left, bottom, right, bottom)
    for x in (left, right):
        if not (open_sides and x in (edges[0], edges[-1])):
            canvas.rule(x, top, x, bottom)


def _link(canvas: Canvas, placed: Sequence[_Placed]) -> None:
    names = [each for each in placed if each.name is not None]
    for each in placed:
        own: int | None = None
        for label, entity in each.entities:
            if label == QUESTION:
                own = entity
            elif label == ANSWER:
                keys = [own] if own is not None else _keys(each, names)
                canvas.links += [(key, entity) for key in keys]
            elif label == HEADER:
                canvas.links += [(entity, name.name) for name in _under(each, names, placed) if name.name is not None]


def _keys(answer: _Placed, names: Sequence[_Placed]) -> list[int]:
    left = [n for n in names if n.row <= answer.row < n.row + n.cell.rows and n.column < answer.column]
    above = [n for n in names if _columns_meet(n, answer) and n.row < answer.row]
    beside = max(left, key=lambda n: n.column, default=None)
    top = max(above, key=lambda n: n.row, default=None)
    found = {"left": (beside or top,), "above": (top or beside,), "both": (beside, top)}[answer.cell.keys]
    return [each.name for each in found if each is not None and each.name is not None]


def _under(header: _Placed, names: Sequence[_Placed], placed: Sequence[_Placed]) -> list[_Placed]:
    """Return the questions that belong to a header."""
    others = [p for p in placed if p is not header and any(label == HEADER for label, _ in p.entities)]
    rows = range(header.row, header.row + header.cell.rows)
    if header.cell.over == "right":
        ends = [p.column for p in others if p.row in rows and p.column > header.column]
        return [n for n in names if n.row in rows and header.column < n.column < min(ends, default=10**6)]
    ends = [p.row for p in others if p.row >= rows.stop and (header.cell.over == "all" or _columns_meet(p, header))]
    below = [n for n in names if rows.stop <= n.row < min(ends, default=10**6)]
    if header.cell.over == "below":
        below = [n for n in below if _columns_meet(n, header)]
    return below


def _columns_meet(a: _Placed, b: _Placed) -> bool:
    return a.column < b.column + b.cell.columns and b.column < a.column + a.cell.columns
