"""CSV for spreadsheets: UTF-8 with the byte order mark that Excel needs, and no cell that opens as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

#: First characters of a formula; East Asian spreadsheets accept the full-width forms, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(out: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a header and its rows; `out` stays open. Without the mark Excel shows Korean as garbage."""
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
