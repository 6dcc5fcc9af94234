"""Tables whose rows have printed names, mostly under a column title: groups, sums, ticks; and typed lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from synthetic.blocks.fields import ANSWER, HEADER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.english.table_kinds import TableKind
from synthetic.family import Block
from synthetic.style import Style, compound
from synthetic.text.typed_values import filled
from synthetic.text.values import invented
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import word_list

_MARKS = word_list("blocks", "named-row-tables", "marks")
_RESULTS = word_list("blocks", "named-row-tables", "results")
_UNITS = word_list("blocks", "named-row-tables", "units")
_SPACES = word_list("blocks", "named-row-tables", "spaces")
_CASES: tuple[Callable[[str], str], ...] = (str.upper, str.upper, str, str, str.capitalize)
_ANY = ("company", "city", "phrase", "money", "person", "date", "number", "address")
_WIDE = ("phrase", "any", "person")
_NUMBERS = ("",) * 8 + ("{}. ", "{}. ", "{}) ", "({}) ", "{} ")


def table(sheet: TableKind) -> Block:
    """Return a block that prints one table of this kind."""

    def block(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
        return _Table(canvas, style, sheet, x0, x1).down(y)

    return block


def typed_list(sheet: TableKind) -> Block:
    """Return a block that prints names with values beside or below them, mostly in capitals, perhaps under headings."""

    def block(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
        rng, size = canvas.rng, canvas.size
        case, mark = rng.choice(_CASES), rng.choice((":", ":", "", " -", " :"))
        capital = rng.random() < 0.75
        columns, offset = rng.choice((1, 1, 2)), rng.uniform(0.3, 0.5)
        wide, below = (x1 - x0) / columns, rng.random() < 0.2
        for group in rng.sample(list(sheet.rows), rng.randint(1, min(3, len(sheet.rows)))):
            head = canvas.text(_heading(group, rng), x0, y, HEADER) if rng.random() < 0.6 else None
            y = head.y1 + 0.6 * size if head else y
            names = _names(canvas, sheet, group, 7)
            for start in range(0, len(names), columns):
                bottom = y + size
                for column, name in enumerate(names[start : start + columns]):
                    x = x0 + column * wide
                    key = canvas.text(case(name) + mark, x, y, QUESTION, room=(0.95 if below else offset) * wide)
                    bottom = max(bottom, key.y1)
                    if rng.random() < style.filled:
                        left, top = (x, key.y1 + 0.3 * size) if below else (max(x + offset * wide, key.x1) + size, y)
                        text = _cell(rng.choice((*_ANY, "brand", "brand", "result")), canvas)
                        text = text.upper() if capital else text
                        spot = canvas.text(text, left, top, ANSWER, room=max(x + wide - left - size, 6 * size))
                        canvas.link(key, spot)
                        bottom = max(bottom, spot.y1)
                y = bottom + size * (style.leading - 1)
            if head:
                canvas.head(head.entity)
            y += 0.5 * size
        return y

    return block


class _Table:
    """The columns and the look of one table."""

    def __init__(self, canvas: Canvas, style: Style, sheet: TableKind, x0: float, x1: float) -> None:
        rng, size = canvas.rng, canvas.size
        self._canvas, self._style, self._sheet = canvas, style, sheet
        self._x0, self._left = x0, x0 + rng.uniform(0.22, 0.45) * (x1 - x0)
        room = int((x1 - self._left) / (5.5 * size))
        ticked = rng.choice(sheet.ticked).split("/") if sheet.ticked else []
        kinds = rng.choices(list(sheet.columns), k=max(1, min(rng.randint(0 if ticked else 1, 6), room - len(ticked))))
        self._columns = [*((name, "") for name in ticked), *((_column(sheet, kind, rng), kind) for kind in kinds)]
        self._ticks = len(ticked)
        shares = [2.5 if kind in _WIDE else 1.0 for _, kind in self._columns]
        self._rooms = [share * (x1 - self._left) / sum(shares) for share in shares]
        self._places = [self._left + sum(self._rooms[:place]) for place in range(len(shares))]
        self._case, self._head_case = rng.choice(_CASES), rng.choice(_CASES)
        self._align = rng.choice(("left", "center", "right"))
        self._full = rng.choice((0.4, 0.8, 0.95, 1.0)) * style.filled
        self._capital = rng.random() < 0.35
        self._leader = rng.choice(("",) * 6 + (".", "_", "-"))
        self._pitch = size * rng.uniform(0.4, 1.3)
        self._heads: list[Spot] = []

    def down(self, y: float) -> float:
        canvas, sheet, rng = self._canvas, self._sheet, self._canvas.rng
        groups = rng.sample(list(sheet.rows), rng.choice((1, 1, 2, 3)))
        if rng.random() < 0.25:
            align = rng.choice(("left", "center"))
            y = canvas.text(_heading(compound(canvas.vocabulary, rng), rng), self._x0, y, HEADER, align=align).y1
            y += 0.6 * canvas.size
        y = self._titles(y)
        number = rng.choice(_NUMBERS)
        barred = len(groups) > 1 or rng.random() < 0.15
        for group in groups:
            bar = canvas.text(_heading(group, rng), self._x0, y, HEADER) if barred else None
            y = bar.y1 + self._pitch if bar else y
            indent = rng.choice((0.0, 1.5, 2.5)) * canvas.size if bar else 0.0
            names = _names(canvas, sheet, group, 9 if len(groups) == 1 else 5)
            for place, name in enumerate(names):
                y = self._row(number.format(place + 1) + self._case(name), y, indent, bar)
            if sheet.sums and rng.random() < 0.4:
                y = self._row(rng.choice(sheet.sums), y, rng.choice((0.0, indent, 2 * canvas.size)), bar)
        return y + 0.5 * canvas.size

    def _titles(self, y: float) -> float:
        """Print the titles of the columns. Sometimes only the column of names has one, or none has."""
        canvas, rng, size = self._canvas, self._canvas.rng, self._canvas.size
        bottom = y
        if rng.random() < 0.8:
            title = self._head_case(rng.choice(self._sheet.head))
            room = self._left - self._x0 - size
            align = rng.choice(("left", "left", "center"))
            bottom = canvas.text(title, self._x0, y, QUESTION, room=room, align=align).y1
        if len(self._columns) > 1 or rng.random() < 0.6:
            for place, (name, _) in enumerate(self._columns):
                text = self._head_case(name) if len(name) > 2 else name
                room = self._rooms[place] - 0.8 * size
                head = canvas.text(text, self._places[place], y, QUESTION, room=room, align=self._align)
                self._heads.append(head)
                bottom = max(bottom, head.y1)
        return bottom + rng.uniform(0.4, 1.2) * size

    def _row(self, name: str, y: float, indent: float, bar: Spot | None) -> float:
        canvas, rng, size = self._canvas, self._canvas.rng, self._canvas.size
        x = self._x0 + indent
        key = canvas.text(name, x, y, QUESTION, room=max(self._left - x - 0.7 * size, 5 * size))
        canvas.link(bar, key)
        spare = self._left - key.x1 - 1.4 * size
        if self._leader and spare > 3 * size:
            canvas.stray(self._leader * int(spare / canvas.measure(self._leader)), key.x1 + 0.5 * size, y)
        bottom, chosen = key.y1, rng.randrange(self._ticks) if self._ticks else -1
        for place, (_, kind) in enumerate(self._columns):
            if rng.random() > self._full or not (kind or place == chosen):
                continue
            text = _cell(kind, canvas)
            text = text.upper() if self._capital else text
            left = max(self._places[place], key.x1 + 0.5 * size if place == 0 else 0.0)
            cell = canvas.text(text, left, y, ANSWER, room=self._rooms[place] - 0.8 * size, align=self._align)
            canvas.link(key, cell)
            canvas.link(self._heads[place] if self._heads else None, cell)
            bottom = max(bottom, cell.y1)
        return bottom + self._pitch


def brand(v: Vocabulary, rng: Random) -> str:
    """Return a brand name."""
    name = invented(v, rng)
    tail = rng.choice(("", "", "", " Lights", " 100's", " Menthol", " King Size", " Deluxe", " II", " Gold", " & Co."))
    return f"{name}{tail}"


def _column(sheet: TableKind, kind: str, rng: Random) -> str:
    return rng.choice(sheet.columns[kind])


def _heading(text: str, rng: Random) -> str:
    """Return a heading of rows, mostly in capitals, often with a colon."""
    text = text.upper() if rng.random() < 0.65 else text
    return f"{rng.choice(('', '', '', '', 'A. ', 'I. ', 'II. ', '1. '))}{text}{rng.choice(('', '', ':'))}"


def _names(canvas: Canvas, sheet: TableKind, group: str, most: int) -> Sequence[str]:
    """Return some of a group's names in their order; some are replaced by names that are in no list."""
    rng, v = canvas.rng, canvas.vocabulary
    known = sheet.rows[group]
    chosen = sorted(rng.sample(range(len(known)), rng.randint(2, min(most, len(known)))))
    makers = (lambda: brand(v, rng), lambda: filled("city", v, rng), lambda: compound(v, rng), lambda: brand(v, rng))
    return [rng.choice(makers)() if rng.random() < sheet.invented else known[place] for place in chosen]


def _cell(kind: str, canvas: Canvas) -> str:
    """Return the content of a cell. `kind`: a kind of value, a kind of cell, or empty for a mark."""
    rng, v = canvas.rng, canvas.vocabulary
    whole = int(10 ** rng.uniform(0, 4.7))
    match kind:
        case "":
            return rng.choice(_MARKS)
        case "figure":
            return rng.choice((f"{whole}", f"{whole:,}", f"{whole / 10:.1f}", "-", "--", "0", f"{whole:,}"))
        case "share":
            return rng.choice((f"{whole % 1000 / 10:.1f}", f"{whole % 100}%", f"+{whole % 30}", f"({whole % 90 / 10})"))
        case "result":
            return rng.choice((f"{whole / 100:.2f}", f"{whole / 1000:.3f}", f"{whole}", rng.choice(_RESULTS)))
        case "unit":
            return rng.choice(_UNITS)
        case "space":
            return rng.choice(_SPACES)
        case "initials":
            return "".join(rng.choice("ABCDEFGHJKLMPRSTW") for _ in range(rng.choice((2, 3))))
        case "brand":
            return brand(v, rng)
        case "code":
            return filled("number", v, rng)
        case "any":
            return filled(rng.choice(_ANY), v, rng)
        case _:
            return filled(kind, v, rng)
