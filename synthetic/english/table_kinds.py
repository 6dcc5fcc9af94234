"""Kinds of tables with printed row names: markets, tests, costs, inspections, media, staff changes, goods."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.words import read, word_list


@dataclass(frozen=True, slots=True)
class TableKind:
    """Words of one kind of table. `head`: titles of the column of row names; `rows`: row names by group.

    `columns`: titles by the content of the cells, a kind of value or of `named_row_tables`; `ticked`: sets of columns,
    of which each row has a mark in one; `sums`: names of rows of sums; `invented`: share of row names that are in no
    list.
    """

    head: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    ticked: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    invented: float = 0.1


def _read(name: str) -> TableKind:
    table = dict(read("english-tables")[name])
    sums = word_list("english-tables", "sums") if table.pop("summed", False) else ()
    return TableKind(**table, sums=sums)


MARKET = _read("market")
LABORATORY = _read("laboratory")
COSTS = _read("costs")
CHECKS = _read("checks")
MEDIA = _read("media")
CHANGES = _read("changes")
GOODS = _read("goods")
