"""`prelabel results PROJECT`: what people annotated and models predicted, as data."""

from __future__ import annotations

import errno
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console

from prelabel.cli.output import console, say_error
from prelabel.errors import SettingError
from prelabel.results.files import WRITERS

_OURS = ("QUESTION", "ANSWER", "HEADER", "OTHER")


@click.command(short_help="Write a project's key-values: JSON lines, CSV, Parquet.")
@click.argument("project", type=click.IntRange(1))
@click.option("--document", "document_id", metavar="ID", help="This document only; without it, the whole project.")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), help="Else by the file's suffix, else jsonl.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Else stdout.")
@click.option("--only", type=click.Choice(["annotations", "predictions"]), help="Take one of the two.")
@click.option("--label", "labels", multiple=True, metavar="NAME=OURS", help="What a label of the project means.")
def results(
    project: int,
    document_id: str | None,
    form: str | None,
    output: Path | None,
    only: str | None,
    labels: tuple[str, ...],
) -> int:
    """Write the key-values of PROJECT, merged over the pages of each document, as they stand in Label Studio.

    What people annotated counts, and where nobody has annotated a page its prediction. docs/results.md describes the
    formats. The exit code is 1 where pages have no result; each is named in the output with the reason.
    """
    from prelabel.results.read import read_results

    form = form or _by_suffix(output)
    if output is None and form == "parquet":
        raise click.UsageError("Parquet needs a file: name one with -o")
    documents = read_results(project, document_id, only=_source(only), names=dict(map(_named, labels)))
    counted = _Counted(documents, shown=output is not None)
    with _told_to_end(), _target(output) as out:
        WRITERS[form](counted, out)
    if output:
        console().print(f"{counted.documents} documents, {counted.pages} pages: {output}", soft_wrap=True)
    if counted.problems:
        told = ", ".join(f"{count} {code}" for code, count in counted.problems.most_common())
        say_error(f"{counted.problems.total()} of {counted.pages} pages have no result: {told}; see docs/failures.md")
    return 1 if counted.problems else 0


class _Counted:
    """Documents on their way out, counted, with a line of progress on a terminal where `shown`."""

    def __init__(self, documents: Iterable[dict[str, Any]], *, shown: bool) -> None:
        self._found, self._shown = documents, shown
        self.documents = self.pages = 0
        self.problems: Counter[str] = Counter()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        terminal = Console(stderr=True, quiet=not (self._shown and sys.stderr.isatty()))
        with terminal.status("looking for documents") as line:
            for each in self._found:
                yield each
                self.documents += 1
                self.pages += len(each["pages"])
                self.problems.update(page["error"]["code"] for page in each["pages"] if "error" in page)
                line.update(f"{self.documents} documents")


def _by_suffix(output: Path | None) -> str:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    if suffix and suffix not in WRITERS:
        raise click.UsageError(f"{output} does not tell its format: name one with --format")
    return suffix or "jsonl"


def _source(only: str | None) -> Any:
    return only and only.removesuffix("s")


def _named(label: str) -> tuple[str, str]:
    theirs, _, ours = label.rpartition("=")
    if not theirs or ours.upper() not in _OURS:
        raise click.BadParameter(f"{label!r} is not NAME=OURS, with one of {', '.join(_OURS)}", param_hint="--label")
    return theirs, ours


@contextmanager
def _told_to_end() -> Iterator[None]:
    """SIGTERM ends the block in order, so that half a file is removed."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """stdout, or a file that takes its place when it is whole. Raises SettingError where that is refused."""
    from prelabel.bucket.atomic_files import atomic_file

    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = output.resolve()
    if path.exists() and not path.is_file():
        raise click.BadParameter(f"{output} is no file", param_hint="-o")
    try:
        with atomic_file(path, path.parent) as out:
            yield out
    except OSError as error:
        cure = "make room" if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "mend that"
        raise SettingError(f"cannot write {output} ({error.strerror or error}): {cure}, then run it again") from None
