"""Rows of a document's results in one table: for each field, each cell of a table, each page without result or with a
remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from prelabel.kie.key_values.documents import Json

#: Column -> type of its values. number, date: `normal` as a value, where it is one.
COLUMNS: Mapping[str, type] = {
    "document": str,
    "document_name": str,
    "page": int,
    "section": str,
    "table": int,
    "row": int,
    "row_name": str,
    "column": int,
    "key": str,
    "name": str,
    "value": str,
    "type": str,
    "normal": str,
    "unit": str,
    "number": Decimal,
    "date": date,
    "ambiguous": bool,
    "confidence": float,
    "source": str,
    "model_version": str,
    "problem": str,
    "link": str,
}
Row = dict[str, Any]

#: Length of a date that includes the day.
_DAY = len("2025-03-14")


def document_rows(document: Json) -> Iterator[Row]:
    """Yield the fields of the file's own form; fields and then tables, section by section; remarks, errors of pages.

    Every row has all of COLUMNS; None for an empty cell. A field on several pages has the number of its first page.
    Tables are counted over the document, rows and columns in their table, from 1.
    """
    pages = {page["page"]: _page(page) for page in document["pages"]}
    common = {"document": document["id"], "document_name": document["name"]}
    for field in document.get("form_fields", ()):
        where = {"page": field["places"][0]["page"]}
        yield _complete(common | pages[where["page"]] | where | _value(field, field) | {"source": "form"})
    for row in _section(document, (), count(1)):
        yield _complete(common | pages[row["page"]] | row)
    for page in document["pages"]:
        for told in [*page.get("remarks", ()), *([page["error"]] if "error" in page else [])]:
            problem = f"{told['code']}: {told['message']}"
            yield _complete(common | pages[page["page"]] | {"page": page["page"], "problem": problem})


def _section(part: Json, path: tuple[str, ...], numbers: Iterator[int]) -> Iterator[Row]:
    place = {"section": " > ".join(path)} if path else {}
    for field in part["fields"]:
        yield place | {"page": field["places"][0]["page"]} | _value(field, field)
    for table in part["tables"]:
        number = next(numbers)
        for row in _cells(table):
            yield place | {"table": number} | row
    for section in part["sections"]:
        yield from _section(section, (*path, section["header"]), numbers)


def _cells(table: Json) -> Iterator[Row]:
    for number, row in enumerate(table["rows"], 1):
        for column, (named, cell) in enumerate(zip(table["columns"], row["cells"], strict=True), 1):
            if cell:
                where = {"page": row["page"], "row": number, "row_name": row["key"], "column": column}
                yield where | _value(named, cell)


def _value(named: Json, valued: Json) -> Row:
    """Return the columns of a value: `named` has the key and its name, `valued` the value."""
    normal = valued["normal"] or {}
    text = {"key": named["key"], "name": named["name"], "value": valued["value"]}
    return text | {"confidence": valued.get("confidence", 1.0)} | (_normal(normal) if normal else {})


def _normal(normal: Json) -> Row:
    """Return the columns of `normal`: as text (a range in ISO 8601, start/end; true or false), number and date."""
    if "start" in normal:
        text = f"{normal['start']}/{normal['end']}"
    else:
        value = normal.get("amount", normal.get("value"))
        text = str(value).lower() if isinstance(value, bool) else str(value)
    day = text.split("/")[0][:_DAY] if "date" in normal["type"] else ""
    return {
        "type": normal["type"],
        "normal": text,
        "unit": normal.get("currency", normal.get("unit")),
        "number": Decimal(text) if normal["type"] in {"number", "money"} else None,
        "date": date.fromisoformat(day) if len(day) == _DAY else None,
        "ambiguous": normal.get("ambiguous", False),
    }


def _page(page: Json) -> Row:
    return {"link": page.get("url"), "source": page.get("source"), "model_version": page.get("model_version")}


def _complete(row: Row) -> Row:
    """Return all columns in order, with valid UTF-8: Label Studio also stores lone surrogates."""
    clean = {name: x.encode("utf-8", "replace").decode() if isinstance(x, str) else x for name, x in row.items()}
    return {name: clean.get(name) for name in COLUMNS}
