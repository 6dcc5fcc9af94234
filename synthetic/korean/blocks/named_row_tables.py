"""Tables whose rows have printed names, under a column title: groups, titles on two tiers, ticks, sums, halves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synthetic.korean.blocks.cell_values import CellValue
from synthetic.korean.blocks.common_parts import Headings
from synthetic.korean.blocks.grid import ANSWER, HEADER, OTHER, QUESTION, Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import compound

_NUMBERS = ("", "", "", "", "{}. ", "{}) ", "({}) ", "{} ", "- ", "· ", "○ ", "①")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values. `names`: choices for its title; `fill`: draws the content of its cells.

    `tier`: a title that it can share with its neighbours; `summed`: whether rows of sums fill it; `needed`: whether it
    is never left out.
    """

    names: str
    fill: CellValue
    room: float = 1.0
    align: str = "center"
    tier: str = ""
    summed: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class TableKind:
    """Words and columns of one kind of table.

    `head`: titles of the column of row names; `rows`: row names by group; `scales`: sets of columns, between `columns`
    and `after`, of which each row has a tick in one; `sums`: names of rows of sums.
    """

    head: str
    rows: Mapping[str, tuple[str, ...]]
    columns: tuple[Column, ...] = ()
    scales: tuple[str, ...] = ()
    after: tuple[Column, ...] = ()
    sums: str = ""
    groups: str = "구분|분야|영역|항목구분"
    rated: str = "평가|점검결과|결과"
    room: float = 2.4


def named_row_table(p: Paper, sheet: TableKind, headings: Headings, *, most: int = 4, longest: int = 7) -> None:
    """Print one to `most` groups of rows: in one table or in several, below each other or side by side."""
    rng = p.rng
    groups = rng.sample(list(sheet.rows), min(len(sheet.rows), rng.randint(1, most)))
    form = rng.choice(("column", "bars", "parts", "beside", "plain"))
    if len(groups) == 1:
        form, longest = rng.choice(("plain", "folded", "parts")), 2 * longest
    parts = {group: _some(p, sheet.rows[group], longest) for group in groups}
    if form == "beside":
        _beside(p, sheet, headings, parts)
    elif form == "parts":
        table = _Table(p, sheet)
        for group, names in parts.items():
            headings.write(group)
            p.grid(table.shares, [*table.heads(), *table.body(names), *table.sums()])
            p.skip(0.6)
    elif form == "folded":
        _folded(p, _Table(p, sheet, most=3), [name for names in parts.values() for name in names])
    else:
        table = _Table(p, sheet, grouped=form == "column")
        rows = table.heads()
        for group, names in parts.items():
            body = [*table.body(names), *(table.sums() if rng.random() < 0.25 else ())]
            if form == "column":
                upright = len(body) > len(group) and rng.random() < 0.4
                body[0].insert(0, p.h(group, rows=len(body), upright=upright))
            elif form == "bars":
                title = Cell(((HEADER, headings.text(group)),), table.width, align=table.bar, over="all")
                rows.append([title])
            rows += body
        p.grid(table.shares, [*rows, *table.sums(last=True)])
    p.end_section()
    p.skip(0.6)


def _some(p: Paper, names: Sequence[str], longest: int) -> list[str]:
    """Return some of the names in their order, sometimes with a name that is in no list."""
    rng = p.rng
    count = rng.randint(min(3, len(names)), min(longest, len(names)))
    chosen = [names[place] for place in sorted(rng.sample(range(len(names)), count))]
    return [compound(p.canvas.vocabulary, rng) if rng.random() < 0.1 else name for name in chosen]


def _beside(p: Paper, sheet: TableKind, headings: Headings, parts: Mapping[str, Sequence[str]]) -> None:
    """Print tables in pairs side by side, each under its title; an odd table has the whole width."""
    table, groups = _Table(p, sheet, most=3), list(parts)
    gap = p.rng.choice((0.0, 0.01, 0.03))
    for start in range(0, len(groups), 2):
        made = [
            [
                [Cell(((HEADER, headings.text(group)),), table.width, align=table.bar, over="all")],
                *table.heads(),
                *table.body(parts[group]),
                *table.sums(),
            ]
            for group in groups[start : start + 2]
        ]
        if len(made) == 2:
            p.beside((0, 0.5 - gap, table.shares, made[0]), (0.5 + gap, 1, table.shares, made[1]))
        else:
            p.grid(table.shares, made[0])
        p.skip(0.6)


def _folded(p: Paper, table: _Table, names: Sequence[str]) -> None:
    """Print one table in two halves, each with the column titles."""
    half = (len(names) + 1) // 2
    left, right = table.body(names[:half]), table.body(names[half:])
    right += [[Cell() for _ in row] for row in left[len(right) :]]
    rows = [a + b for a, b in zip((*table.heads(), *left), (*table.heads(), *right), strict=True)]
    p.grid(table.shares * 2, rows)


class _Table:
    """The columns and the look of one table. `most`: columns behind the names; `grouped`: groups before the names."""

    def __init__(self, p: Paper, sheet: TableKind, *, most: int = 9, grouped: bool = False) -> None:
        rng = p.rng
        self._p, self._sheet, self._grouped = p, sheet, grouped
        kept = [column for column in sheet.columns if column.needed or rng.random() < 0.75]
        kept = kept or [rng.choice(sheet.columns)] if sheet.columns else []
        self._scale = rng.choice(sheet.scales).split("|") if sheet.scales else []
        #: Whether one cell holds all marks of the scale.
        self._joined = bool(self._scale) and len(self._scale) < 4 and rng.random() < 0.2
        after = [column for column in sheet.after if rng.random() < 0.6]
        free = max(most - (1 if self._joined else len(self._scale)), 1)
        self._before, self._after = kept[:free], after[: max(free - len(kept), 0)]
        self._tiered = rng.random() < 0.6
        self._rated = p.values.pick(sheet.rated) if rng.random() < 0.4 and not self._joined else ""
        self._head, self._names = p.values.pick(sheet.head), [p.values.pick(column.names) for column in self._all()]
        self._indexed = rng.random() < 0.15
        self._number = "" if self._indexed else rng.choice(_NUMBERS)
        self._align = rng.choice(("left", "left", "center"))
        self._full, self._tick = rng.choice((0.8, 0.95, 1.0, 1.0)), rng.choice("√○V✓●O")
        self._boxed = rng.random() < 0.15
        self._summed = bool(sheet.sums) and rng.random() < 0.7
        self.bar = rng.choice(("center", "center", "left"))
        self.width = 1 + len(self._all()) + grouped + self._indexed
        first = [*([0.9] if grouped else []), *([0.5] if self._indexed else []), sheet.room]
        self.shares = [*first, *(column.room for column in self._all())]

    def heads(self) -> list[list[Cell]]:
        """Return the titles of the columns, on two tiers where columns share a title."""
        p, columns = self._p, self._all()
        tiers = [column.tier for column in columns]
        deep = 2 if any(tiers) else 1
        upper, lower = [p.q(self._head, rows=deep)], []
        if self._indexed:
            upper.insert(0, p.q("번호|No|No.|연번|순번", rows=deep))
        if self._grouped:
            upper.insert(0, p.q(self._sheet.groups, rows=deep))
        for place, (tier, names) in enumerate(zip(tiers, self._names, strict=True)):
            name = Cell(((QUESTION, names),), align="center") if names in self._scale else p.q(names)
            if not tier:
                upper.append(replace(name, rows=deep))
                continue
            lower.append(name)
            if place == 0 or tiers[place - 1] != tier:
                run = next((i for i in range(place, len(tiers)) if tiers[i] != tier), len(tiers)) - place
                upper.append(p.h(tier, columns=run, over="below"))
        return [upper, lower] if deep == 2 else [upper]

    def body(self, names: Sequence[str]) -> list[list[Cell]]:
        return [self._row(name, number) for number, name in enumerate(names)]

    def sums(self, *, last: bool = False) -> list[list[Cell]]:
        """Return the row of sums, if the table has one. `last`: the row below all groups, which spans their column."""
        if not self._summed:
            return []
        p = self._p
        cells = [p.t(c.fill(p) if c.summed else "", c.align, "both") for c in self._before]
        cells += [Cell() for _ in self._all()[len(self._before) :]]
        return [[p.q(self._sheet.sums, columns=1 + self._indexed + (self._grouped and last)), *cells]]

    def _all(self) -> list[Column]:
        after, empty = self._after, _nothing
        tiers = [column.tier for column in self._before]
        before = [c if self._tiered and tiers.count(c.tier) > 1 else replace(c, tier="") for c in self._before]
        if self._joined:
            return [*before, Column(self._sheet.rated, empty, 0.7 * len(self._scale) + 0.6), *after]
        marks = [Column(mark, empty, 0.55 + 0.08 * len(mark), tier=self._rated) for mark in self._scale]
        return [*before, *marks, *after]

    def _row(self, name: str, number: int) -> list[Cell]:
        p = self._p
        mark = _CIRCLED[number % 15] + " " if self._number == "①" else self._number.format(number + 1)
        return [
            *([p.t(str(number + 1), "center")] if self._indexed else ()),
            Cell(((QUESTION, mark + name),), align=self._align),
            *(self._cell(column) for column in self._before),
            *self._marks(),
            *(p.t(c.fill(p) if p.rng.random() < 0.4 * self._full else "", c.align, "both") for c in self._after),
        ]

    def _cell(self, column: Column) -> Cell:
        p = self._p
        return p.t(column.fill(p) if p.rng.random() < self._full else "", column.align, "both")

    def _marks(self) -> list[Cell]:
        p, scale = self._p, self._scale
        if self._joined:
            return [replace(p.options("|".join(scale)), keys="both")]
        chosen = p.rng.choice((0, 0, *range(len(scale)))) if scale and p.rng.random() < self._full else -1
        boxes = "□■" if self._boxed else ("", self._tick)
        return [
            Cell(((ANSWER if place == chosen else OTHER, mark),) if mark else (), align="center", keys="both")
            for place in range(len(scale))
            for mark in (boxes[place == chosen],)
        ]


def _nothing(_: Paper) -> str:
    return ""
