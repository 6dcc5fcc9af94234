"""`prelabel add` gives files for a project, `prelabel documents` shows what has become of them, and tries again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click
from rich.markup import escape

from prelabel.cli.output import console, json_option, say_error, table, when, write_json
from prelabel.errors import PrelabelError
from prelabel.ledger.documents import Document, DocumentPage, Documents
from prelabel.ledger.ledger import Ledger
from prelabel.settings import get_settings

_BECAME = {"new": "taken in", "known": "here already", "again": "tried again"}
#: Documents that are shown at a time on a terminal, and read at a time.
_SHOWN, _PORTION = 50, 100


@click.command(short_help="Give PDFs and images; their pages become tasks of a project.")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--project", type=click.IntRange(1), required=True, help="The Label Studio project.")
@json_option
def add(files: tuple[Path, ...], project: int, as_json: bool) -> int:
    """Give FILES (PDFs, images) for a Label Studio project. The same file twice is one document.

    Exit code 1 when one of them is refused. What a worker finds wrong later, `prelabel documents PROJECT` shows.
    """
    from prelabel.api.documents import add_documents

    out, refused = console(), 0
    for path, outcome in add_documents(files, project):
        if isinstance(outcome, PrelabelError):
            refused += 1
            say_error(f"{path}: {outcome}")
        elif as_json:
            write_json({"file": str(path), "added": outcome.added, **outcome.document.to_json()})
        else:
            out.print(
                f"{escape(str(path))}: {_BECAME[outcome.added]} as document {outcome.document.id}", soft_wrap=True
            )
    if not as_json and refused < len(files):
        out.print(f"follow them: prelabel documents {project}")
    return 1 if refused else 0


@click.command(short_help="Show a project's documents, or try again what failed of them.")
@click.argument("project", type=click.IntRange(1))
@click.argument("document", required=False)
@click.option("--failed", is_flag=True, help="Only documents of which something failed.")
@click.option("--retry", is_flag=True, help="Try again what failed: of the named document, or with --failed of all.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Leave out so many of the newest.")
@click.option("--limit", type=click.IntRange(1), help=f"So many at most; {_SHOWN} in a table, else all.")
@json_option
def documents(
    project: int, document: str | None, failed: bool, retry: bool, skip: int, limit: int | None, as_json: bool
) -> None:
    """Show the documents of PROJECT, newest first, and where their pages are; of one DOCUMENT, its pages."""
    register = Ledger.from_settings(get_settings()).documents
    if document and register.document(project, document) is None:
        raise click.UsageError(f"project {project} has no document {document}")
    if retry:
        _retry(register, project, document, failed, as_json)
    elif document:
        _show_pages(register, project, document, as_json)
    else:
        if not as_json and (trouble := register.import_failure(project)):
            say_error(f"warning: pages do not reach Label Studio: {trouble.message}; {trouble.cure}")
        rows = islice(_documents(register, project, failed), skip, None)
        _show(project, islice(rows, limit or (None if as_json else _SHOWN)), as_json)


def _retry(register: Documents, project: int, document: str | None, failed: bool, as_json: bool) -> None:
    from prelabel.api.documents import retry_documents

    if not document and not failed:
        raise click.UsageError("say which: a document, or --failed for all of which something failed")
    wanted = [document] if document else [row.id for row in _documents(register, project, failed=True)]
    count = retry_documents(project, wanted)
    if as_json:
        write_json({"retried": count})
    else:
        console().print(f"{count} of them tried again; follow them: prelabel documents {project}")


def _documents(register: Documents, project: int, failed: bool) -> Iterator[Document]:
    """Read on as they are asked for."""
    first = 0
    while rows := register.documents(project, skip=first, limit=_PORTION):
        yield from (row for row in rows if not failed or row.state == "failed" or row.counts.get("failed"))
        first += _PORTION


def _show(project: int, rows: Iterator[Document], as_json: bool) -> None:
    if as_json:
        for row in rows:
            write_json(row.to_json())
        return
    shown = table("document", "given", "name", "pages", "where they are")
    for row in rows:
        where = ", ".join(f"{count} {state}" for state, count in row.counts.items()) or row.state
        if row.failure:
            where = f"failed: {row.failure.message}; {row.failure.cure}"
        shown.add_row(row.id, when(row.at), escape(row.name), str(row.pages or ""), escape(where))
    if shown.row_count:
        console().print(shown)
    else:
        console().print(f"project {project} has none; give files: prelabel add FILES --project {project}")


def _show_pages(register: Documents, project: int, document: str, as_json: bool) -> None:
    shown, first = table("page", "state", "Label Studio task", "what is wrong, and what to do"), 1
    while rows := register.pages(project, [document], first=first, limit=_PORTION)[document]:
        for row in rows:
            if as_json:
                write_json(row.to_json())
            else:
                shown.add_row(str(row.number), row.state, str(row.task_id or ""), escape(_wrong(row)))
        first += _PORTION
    if not as_json:
        console().print(shown)


def _wrong(row: DocumentPage) -> str:
    return f"{row.failure.message}; {row.failure.cure}" if row.failure else ""
