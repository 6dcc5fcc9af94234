"""The end of a process that cannot do its work: one line on stderr, and an exit code that a supervisor understands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from prelabel.errors import PrelabelError

#: A person must correct something first; a supervisor does not start the process again.
EXIT_WRONG = 2
#: A restart may help: a server is away.
EXIT_AGAIN = 1


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the process at a PrelabelError with one line: exit code 2 for a wrong set-up, 1 where a restart may help."""
    try:
        yield
    except PrelabelError as error:
        end_process(error)


@contextmanager
def one_line_errors_of_commands() -> Iterator[None]:
    """End the process likewise where a Celery command imports the module; other programs get the error itself."""
    try:
        yield
    except PrelabelError as error:
        if celery_command() is None:
            raise
        end_process(error)


def end_process(error: PrelabelError) -> NoReturn:
    """Write the error as one line and exit."""
    say(str(error))
    sys.exit(EXIT_AGAIN if error.retryable else EXIT_WRONG)


def say(text: str) -> None:
    """Write one line to stderr. Celery's own `sys.stderr` is its log."""
    stream = sys.__stderr__ or sys.stderr
    if stream is not None:  # a process without a console has none
        stream.write(f"prelabel: {' '.join(text.split())}\n")
        stream.flush()


def celery_command() -> str | None:
    """Return the Celery command that imports us now, e.g. "worker" or "flower"; None in any other process."""
    context = click.get_current_context(silent=True)
    while context is not None:
        if context.command.name == "celery":
            return context.invoked_subcommand or ""
        context = context.parent
    return None
