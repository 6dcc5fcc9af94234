"""What commands write: tables and lines on stdout, JSON lines on stdout, one line an error on stderr. No secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

#: Where output is no terminal nobody knows its width; this one keeps tables readable in logs.
_LOG_WIDTH = 140


def console() -> Console:
    """Rich output on stdout: colours on a terminal only, words never coloured by guess."""
    out = Console(highlight=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, emoji=False, width=_LOG_WIDTH)


def table(*columns: str) -> Table:
    """An empty table; long texts wrap inside their column."""
    made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def number_table(first: str, *columns: str) -> Table:
    """Make a table whose columns, except the first, are aligned to the right."""
    made = table(first, *columns)
    for column in made.columns[1:]:
        column.justify = "right"
    return made


def when(at: float) -> str:
    """A unix time as this machine's clock shows it."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def write_json(value: Any) -> None:
    """One object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def say_error(message: str) -> None:
    """One line on stderr."""
    click.echo(f"prelabel: {' '.join(message.split())}", err=True)


#: `--json` of every command.
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON: one object a line.")
