"""Output of the commands: tables, lines and JSON lines on stdout, one line per error on stderr."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate

#: Columns where stdout is no terminal: wide enough for tables in logs.
_LOG_WIDTH = 140


def console() -> Console:
    """Return a rich console on stdout, with colours on a terminal only and no guessed highlighting."""
    out = Console(highlight=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, emoji=False, width=_LOG_WIDTH)


def progress_console() -> Console:
    """Return a console for signs of progress: silent with --quiet."""
    return Console(highlight=False, emoji=False, quiet=is_quiet())


def say(result: str, next_step: str = "") -> None:
    """Print a result, and after it a hint of the next step unless --quiet was given."""
    line = f"{result}{translate('; ')}{next_step}" if next_step and not is_quiet() else result
    console().print(escape(line), soft_wrap=True)


def hint(line: str) -> None:
    """Print a line that helps but is no result; nothing with --quiet."""
    if not is_quiet():
        console().print(escape(line), soft_wrap=True)


def table(*columns: str) -> Table:
    """Make an empty table whose long texts wrap inside their column."""
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
    """Format a unix time in this machine's time zone."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def write_json(value: object) -> None:
    """Write one object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def warn(message: str) -> None:
    """Write one line of warning to stderr; nothing with --quiet."""
    if not is_quiet():
        say_error(translate("warning: {message}").format(message=message))


@contextmanager
def warnings_shown() -> Iterator[None]:
    """Show warnings of the library's calls in the block as `warn` does."""
    log, handler = logging.getLogger("prelabel.api"), _Warnings()
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = True


class _Warnings(logging.Handler):
    """Lines of the log as warnings."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(record.getMessage())


def say_error(message: str) -> None:
    """Write one line to stderr."""
    click.echo(f"prelabel: {' '.join(message.split())}", err=True)
