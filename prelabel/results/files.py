"""Files of results: JSON, JSON lines, CSV and Parquet, each written document by document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from prelabel.errors import EngineUnavailable
from prelabel.kie.key_values.documents import Json
from prelabel.results.rows import COLUMNS, document_rows
from prelabel.results.spreadsheet import write_csv

#: Rows of one row group of a Parquet file: 1.6 kB each in memory until it is written.
_GROUP = 5_000
#: Parquet's numbers have at most 38 digits. A number that does not fit stands only in `normal`.
_DIGITS, _DECIMALS = 38, 10
_LARGEST = Decimal(10) ** (_DIGITS - _DECIMALS)


def write_jsonl(documents: Iterable[Json], out: IO[bytes]) -> None:
    """Write one document a line."""
    for document in documents:
        out.write(_json(document) + b"\n")


def write_json(documents: Iterable[Json], out: IO[bytes]) -> None:
    """Write one list of all documents, for people to read."""
    before = b"["
    for document in documents:
        out.write(before + b"\n" + _json(document, indent=2))
        before = b","
    out.write(b"[]\n" if before == b"[" else b"\n]\n")


def write_csv_table(documents: Iterable[Json], out: IO[bytes]) -> None:
    """Write the rows of `document_rows` as CSV."""
    write_csv(out, list(COLUMNS), (list(row.values()) for document in documents for row in document_rows(document)))


def write_parquet(documents: Iterable[Json], out: IO[bytes]) -> None:
    """Write the same rows with types. Raises EngineUnavailable where pyarrow is missing."""
    pa, pq = _arrow()
    types = {
        str: pa.string(),
        int: pa.int32(),
        float: pa.float64(),
        bool: pa.bool_(),
        date: pa.date32(),
        Decimal: pa.decimal128(_DIGITS, _DECIMALS),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    found = chain.from_iterable(map(document_rows, documents))
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(_fitting(found), _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))


#: Writers by the name of the format, which is also the file's suffix.
WRITERS: dict[str, Callable[[Iterable[Json], IO[bytes]], None]] = {
    "jsonl": write_jsonl,
    "json": write_json,
    "csv": write_csv_table,
    "parquet": write_parquet,
}


def _json(value: Json, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "replace")


def _fitting(found: Iterable[Json]) -> Iterator[Json]:
    for row in found:
        number = row["number"]
        if number is None:
            yield row
        else:
            fits = abs(number) < _LARGEST and -number.as_tuple().exponent <= _DECIMALS
            yield row if fits else row | {"number": None}


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise EngineUnavailable(f"Parquet needs pyarrow ({error}): pip install 'prelabel[parquet]'") from None
    return pyarrow, pyarrow.parquet
