"""Progress of an evaluation on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.output import say_error

_PageResult = TypeVar("_PageResult")


def show_progress(
    results: Iterator[_PageResult], pages: int, get_error: Callable[[_PageResult], str]
) -> Iterator[_PageResult]:
    """Pass the results on, with a bar if stderr is a terminal, and a line for each page that failed.

    `get_error` returns the message of a page that failed, else "".
    """
    err = Console(stderr=True)
    # Drawn between pages only: a thread of its own would count as the engine's processor time.
    with Progress(console=err, auto_refresh=False, transient=True, disable=is_quiet() or not err.is_terminal) as bar:
        task = bar.add_task("reading", total=pages)
        for result in results:
            if message := get_error(result):
                say_error(message)
            bar.update(task, advance=1, refresh=True)
            yield result
