"""CSV as spreadsheets open it: UTF-8 with the mark by which Excel knows it, and no cell that is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

#: What makes a spreadsheet take a cell for a formula; East Asian ones take the wide forms, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(out: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A head and its rows; `out` stays open. Without the mark Excel shows Korean as noise."""
    text = io.TextIOWrapper(out, "utf-8-sig", "replace", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
    finally:
        text.detach()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
