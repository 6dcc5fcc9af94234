"""Tables: a header row over cells, rows with names of their own, item lists as on invoices, orders and receipts."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.style import Style, compound, field_name, kind_of_field
from synthetic.text.typed_values import filled

#: Relative width of a column by its kind of value.
_ROOM = {"item": 3.2, "phrase": 2.2, "company": 2.2, "index": 0.6, "count": 0.8, "unit": 0.8, "percent": 0.9}
_UNITS = {"en": ("(USD)", "EUR", "USD", "($)"), "ko": ("(원)", "(천원)", "(KRW)")}
_RIGHT = frozenset(("money", "count", "percent"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `x`, `room`: pixels; `head`: the printed title, None for a column of row names."""

    kind: str
    x: float
    room: float
    align: str
    head: Spot | None = None


def items(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the goods of an invoice, an order or a receipt."""
    rng = canvas.rng
    kinds = ["item"]
    if rng.random() < 0.5:
        kinds.insert(0, rng.choice(("index", "index", "number", "date")))
    if rng.random() < 0.35:
        kinds.append(rng.choice(("unit", "measure", "number")))
    if rng.random() < 0.85:
        kinds.append("count")
    kinds += ["money"] * rng.choice((1, 2, 2, 2, 3))
    if rng.random() < 0.25:
        kinds.append(rng.choice(("phrase", "percent", "date")))
    if rng.random() < 0.1:
        kinds = ["index", "index", *kinds]
    return _table(canvas, style, x0, x1, y, kinds, rng.randint(1, 9))


def plain(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a table of any topic: education, family, schedules, accounts."""
    rng = canvas.rng
    known = list(canvas.vocabulary.columns)
    kinds = rng.sample(known, min(len(known), rng.randint(2, 6)))
    return _table(canvas, style, x0, x1, y, kinds, rng.randint(1, 6))


def summary(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print fields as a table of one or two rows: sums and dates in boxes under their names."""
    rng = canvas.rng
    kinds = [
        rng.choice(("money", "money", "date", "number", "person", "phrase", "company"))
        for _ in range(rng.randint(2, 6))
    ]
    return _table(canvas, style, x0, x1, y, kinds, rng.choice((1, 1, 1, 2)), fields=True)


def named_rows(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a table with names for its columns and for its rows."""
    rng, size = canvas.rng, canvas.size
    kinds = [rng.choice(("money", "count", "percent", "phrase", "date")) for _ in range(rng.randint(1, 4))]
    columns = _columns(canvas, ["phrase", *kinds], x0, x1)
    heads, y = _heads(canvas, style, columns[1:], y)
    for _ in range(rng.randint(2, 6)):
        name = field_name(kind_of_field(rng), canvas.vocabulary, rng, style)
        key = canvas.text(name, x0, y, QUESTION, room=columns[0].room)
        bottom = key.y1
        for column in heads:
            if rng.random() < 0.9 * style.filled:
                cell = _cell(canvas, column, filled(column.kind, canvas.vocabulary, rng), y)
                canvas.link(column.head, cell)
                canvas.link(key, cell)
                bottom = max(bottom, cell.y1)
        y = bottom + size * (style.leading - 1)
    return y + 0.5 * size


def receipt_items(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print goods and prices without a header row; the name of each item is the question of its price."""
    rng, size = canvas.rng, canvas.size
    counted = rng.random() < 0.5
    for _ in range(rng.randint(1, 7)):
        name, price = filled("item", canvas.vocabulary, rng), filled("money", canvas.vocabulary, rng)
        room = x1 - x0 - canvas.measure(price) - 3 * size
        key = canvas.text(name, x0, y, QUESTION, room=max(room, 6 * size))
        if counted and rng.random() < 0.8:
            at = max(key.x1 + size, x0 + 0.55 * (x1 - x0))
            canvas.text(f"{rng.choice(('', 'x', 'x '))}{rng.randint(1, 9)}", at, y, OTHER)
        canvas.link(key, canvas.text(price, max(x1 - canvas.measure(price), key.x1 + 3 * size), y, ANSWER))
        y = key.y1 + size * (style.leading - 1)
    return y


def _table(
    canvas: Canvas, style: Style, x0: float, x1: float, y: float, kinds: list[str], count: int, *, fields: bool = False
) -> float:
    rng, size = canvas.rng, canvas.size
    if (x1 - x0) < 4.6 * size * len(kinds):
        kinds = kinds[: max(2, int((x1 - x0) / (4.6 * size)))]
    if rng.random() < 0.12:
        y = canvas.text(rng.choice(canvas.vocabulary.sections), x0, y, HEADER).y1 + 0.6 * size
    heads, y = _heads(canvas, style, _columns(canvas, kinds, x0, x1), y, fields=fields)
    full = rng.choice((0.75, 0.95, 1.0, 1.0))
    pitch = size * rng.uniform(1.35, 2.2)
    for number in range(count):
        bottom = y + size
        for column in heads:
            if rng.random() > full:
                continue
            text = (
                str(number + 1)
                if column.kind == "index" and column is heads[0]
                else filled(column.kind, canvas.vocabulary, rng)
            )
            if column.kind == "money" and rng.random() < 0.7:
                text = max(text.split(), key=len)
            cell = _cell(canvas, column, text, y)
            canvas.link(column.head, cell)
            bottom = max(bottom, cell.y1)
        if style.borders and rng.random() < 0.06:
            canvas.stray(rng.choice(("|", "|", "_", "—")), rng.choice(heads).x - 0.7 * size, y)
        y = bottom + pitch - size
    return y + 0.4 * size


def _columns(canvas: Canvas, kinds: list[str], x0: float, x1: float) -> list[Column]:
    rng, size = canvas.rng, canvas.size
    rooms = [_ROOM.get(kind, 1.4) * rng.uniform(0.8, 1.25) for kind in kinds]
    scale = (x1 - x0) / sum(rooms)
    alignment = rng.choice(("typed", "typed", "typed", "center", "left"))
    columns, x = [], x0
    for kind, share in zip(kinds, rooms, strict=True):
        align = ("right" if kind in _RIGHT else "left") if alignment == "typed" else alignment
        columns.append(Column(kind, x, max(share * scale - 0.8 * size, 2 * size), align))
        x += share * scale
    return columns


def _heads(
    canvas: Canvas, style: Style, columns: list[Column], y: float, *, fields: bool = False
) -> tuple[list[Column], float]:
    """Print the header row, aligned as the cells or centred. Return the columns with their titles, and the y below."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    centred = rng.random() < 0.35
    upper = style.case == "upper" or rng.random() < 0.2
    bottom, printed = y + size, []
    for column in columns:
        names = v.columns.get(column.kind) or v.fields[column.kind]
        if fields:
            names = rng.choice((v.totals, v.fields["money"])) if column.kind == "money" else v.fields[column.kind]
        name = compound(v, rng) if rng.random() < 0.12 else rng.choice(names)
        if column.kind == "money" and rng.random() < 0.12:
            name = f"{name} {rng.choice(_UNITS[v.language])}"
        head = canvas.text(
            name.upper() if upper else name,
            column.x,
            y,
            QUESTION,
            room=column.room,
            align="center" if centred else column.align,
            gap=rng.uniform(0.4, 1.5) if all(len(part) == 1 for part in name.split()) else None,
        )
        bottom = max(bottom, head.y1)
        printed.append(Column(column.kind, column.x, column.room, column.align, head))
    return printed, bottom + size * rng.uniform(0.4, 1.1)


def _cell(canvas: Canvas, column: Column, text: str, y: float) -> Spot:
    return canvas.text(text, column.x, y, ANSWER, room=column.room, align=column.align)
