"""`prelabel add` and `prelabel documents`: add files to a project, show their progress, and retry failures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from prelabel.api.ledger import open_ledger
from prelabel.cli.language.texts import describe, problem_of, translate
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, say, say_error, table, warn, warnings_shown, when, write_json
from prelabel.errors import PrelabelError

if TYPE_CHECKING:
    from prelabel.ledger.documents import Document, DocumentRecords, Failure

OUTCOMES = {
    "new": "added as document {document}",
    "known": "already present as document {document}",
    "again": "retried as document {document}",
}
#: Documents that a table shows unless --limit is given.
_SHOWN = 50
#: Documents or pages that are read from the ledger at a time.
_CHUNK = 100


@click.command(short_help="Add PDFs and images to a project.")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--project", type=click.IntRange(1), required=True, help="The Label Studio project.")
@json_option
def add(files: tuple[Path, ...], project: int, as_json: bool) -> int:
    """Add FILES (PDFs or images) to a Label Studio project. Each of their pages becomes a task of the project.

    Adding the same file twice gives one document. The exit code is 1 if a file is refused. Errors that workers find
    later are shown by `prelabel documents PROJECT`.
    """
    from prelabel.api.documents import add_documents

    refused = 0
    with warnings_shown():
        outcomes = add_documents(files, project)
        first = next(outcomes)
    for path, outcome in chain([first], outcomes):
        if isinstance(outcome, PrelabelError):
            refused += 1
            say_error(f"{path}: {describe(outcome)}")
        elif as_json:
            write_json({"file": str(path), "added": outcome.added, **outcome.document.to_json()})
        else:
            say(f"{path}: {translate(OUTCOMES[outcome.added]).format(document=outcome.document.id)}")
    if not as_json and refused < len(files):
        hint(_progress_hint(project))
    return 1 if refused else 0


@click.command(short_help="Show a project's documents, or retry failed ones.")
@project_argument
@click.argument("document", required=False)
@click.option("--failed", is_flag=True, help="Only documents that failed or have failed pages.")
@click.option("--retry", is_flag=True, help="Retry failures: of DOCUMENT, or of all documents with --failed.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Leave out this many of the newest documents.")
@click.option("--limit", type=click.IntRange(1), help=f"Show at most this many; default: {_SHOWN}, with --json all.")
@json_option
def documents(
    project: int, document: str | None, failed: bool, retry: bool, skip: int, limit: int | None, as_json: bool
) -> None:
    """Show the documents of PROJECT, newest first, and the states of their pages; or the pages of one DOCUMENT."""
    records = open_ledger().documents
    if document and records.find(project, document) is None:
        told = translate("project {project} has no document {document}")
        raise click.UsageError(told.format(project=project, document=document))
    if retry:
        _retry(records, project, document, failed, as_json)
    elif document:
        _show_pages(records, project, document, as_json)
    else:
        if not as_json and (trouble := records.import_failure(project)):
            warn(translate("pages do not reach Label Studio: {problem}").format(problem=_problem(trouble)))
        rows = islice(_documents(records, project, failed), skip, None)
        _show(project, islice(rows, limit or (None if as_json else _SHOWN)), as_json)


def _retry(records: DocumentRecords, project: int, document: str | None, failed: bool, as_json: bool) -> None:
    from prelabel.api.documents import retry_documents

    if not document and not failed:
        raise click.UsageError(translate("say what to retry: a document, or --failed for all failed ones"))
    wanted = [document] if document else [row.id for row in _documents(records, project, failed=True)]
    count = retry_documents(project, wanted)
    if as_json:
        write_json({"retried": count})
    else:
        told = translate("{count} documents or pages retried").format(count=count)
        say(told, _progress_hint(project))


def _documents(records: DocumentRecords, project: int, failed: bool) -> Iterator[Document]:
    """Read the documents chunk by chunk, as they are asked for."""
    first = 0
    while rows := records.newest(project, skip=first, limit=_CHUNK):
        yield from (row for row in rows if not failed or row.state == "failed" or row.counts.get("failed"))
        first += _CHUNK


def _show(project: int, rows: Iterator[Document], as_json: bool) -> None:
    if as_json:
        for row in rows:
            write_json(row.to_json())
        return
    shown = table(*map(translate, ("document", "added", "name", "pages", "state")))
    shown.columns[0].no_wrap = True  # the id is copied into other commands
    for row in rows:
        state = ", ".join(f"{count} {translate(state)}" for state, count in row.counts.items()) or translate(row.state)
        if row.failure:
            state = f"{translate('failed')}: {_problem(row.failure)}"
        shown.add_row(row.id, when(row.at), escape(row.name), str(row.pages or ""), escape(state))
    if shown.row_count:
        console().print(shown)
    else:
        told = translate("add files: prelabel add FILES --project {project}")
        say(translate("no documents to show"), told.format(project=project))


def _show_pages(records: DocumentRecords, project: int, document: str, as_json: bool) -> None:
    shown, first = table(*map(translate, ("page", "state", "Label Studio task", "problem and cure"))), 1
    while rows := records.pages(project, [document], first=first, limit=_CHUNK)[document]:
        for row in rows:
            if as_json:
                write_json(row.to_json())
            else:
                problem = _problem(row.failure) if row.failure else ""
                shown.add_row(str(row.number), translate(row.state), str(row.task_id or ""), escape(problem))
        first += _CHUNK
    if not as_json:
        console().print(shown)


def _problem(failure: Failure) -> str:
    return problem_of(failure.code, failure.message)


def _progress_hint(project: int) -> str:
    return translate("show progress: prelabel documents {project}").format(project=project)
