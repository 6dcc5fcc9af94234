"""`prelabel failed ...`: the failed list: list, count, show, retry or drop its pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING

import click

from prelabel.api.ledger import open_ledger
from prelabel.cli.language.texts import cure_of, meaning_of, translate, translate_count
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, say, table, when, write_json
from prelabel.errors import FAILURE_CLASSES, FailureClass, failure
from prelabel.ledger.stages import STAGES
from prelabel.results.spreadsheet import write_csv

if TYPE_CHECKING:
    from prelabel.ledger.failed_list import FailedPage, Which

#: Pages that a table shows unless --limit is given.
_SHOWN = 50
_COLUMNS = ("project_id", "task_id", "stage", "reason", "class", "attempts", "when", "message", "cure", "image")

_pages = click.argument("pages", type=click.IntRange(1), nargs=-1, metavar="[PAGE]...")
_all = click.option("--all", "everything", is_flag=True, help="All failed pages of the project.")


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """Add --reason, --stage and --class, which the command gets as one argument `which`."""

    @wraps(command)
    def filtered(*, reason: tuple[str, ...], stage: str | None, kind: FailureClass | None, **others: object) -> None:
        from prelabel.ledger.failed_list import Which

        command(which=Which(reason, stage, kind), **others)

    by_class = click.option(
        "--class", "kind", type=click.Choice(FAILURE_CLASSES), help="Only pages whose reason is of this class."
    )
    by_stage = click.option("--stage", type=click.Choice(STAGES), help="Only pages that failed in this stage.")
    by_reason = click.option(
        "--reason", multiple=True, help="Only pages with this reason, such as image_missing; can be repeated."
    )
    return by_reason(by_stage(by_class(filtered)))


@click.group(short_help="List, count, show, retry or drop failed pages.")
def failed() -> None:
    """List, count, show, retry or drop failed pages. docs/reference/failures.md explains the reasons."""


@failed.command("list", short_help="List failed pages.")
@project_argument
@_filters
@click.option("--skip", type=click.IntRange(0), default=0, help="Leave out this many of the oldest pages.")
@click.option("--limit", type=click.IntRange(1), help=f"List at most this many; default: {_SHOWN}, as CSV or JSON all.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV in UTF-8, for a spreadsheet.")
@json_option
def list_pages(project: int, which: Which, skip: int, limit: int | None, as_csv: bool, as_json: bool) -> None:
    """List the failed pages of PROJECT, oldest first."""
    rows = open_ledger().failed_list.pages(project, which, skip=skip)
    if as_csv:
        cells = (row.to_json() | {"when": when(row.at)} for row in islice(rows, limit))
        write_csv(sys.stdout.buffer, _COLUMNS, ([row[name] for name in _COLUMNS] for row in cells))
    elif as_json:
        for row in islice(rows, limit):
            write_json(row.to_json())
    else:
        _show_table(project, list(islice(rows, limit or _SHOWN)), which, skip)


def _show_table(project: int, rows: list[FailedPage], which: Which, skip: int) -> None:
    if not rows:
        say(_none(which, skip).format(project=project))
        return
    shown = table(*map(translate, ("page", "stage", "reason", "attempts", "when", "problem and cure")))
    for row in rows:
        problem = f"{meaning_of(row.reason, row.message)}\n-> {cure_of(row.reason)}"
        shown.add_row(str(row.task_id), row.stage, row.reason, str(row.attempts), when(row.at), problem)
    console().print(shown)
    total = sum(part.pages for part in open_ledger().failed_list.summary(project, which))
    if total > skip + len(rows):
        told = translate("{count} more: --skip {skip}, or `prelabel failed summary {project}`")
        hint(told.format(count=total - skip - len(rows), skip=skip + len(rows), project=project))


def _none(which: Which, skip: int) -> str:
    """Return the text that no page is on the list, or no more pages, or none that the filter lets through."""
    if which:
        return translate("project {project} has no failed page that matches")
    return translate("project {project} has no more failed pages" if skip else "project {project} has no failed page")


@failed.command(short_help="Count failed pages by reason.")
@project_argument
@_filters
@json_option
def summary(project: int, which: Which, as_json: bool) -> None:
    """Count the failed pages of PROJECT by reason and stage, and say what to do about each reason."""
    sums = open_ledger().failed_list.summary(project, which)
    if as_json:
        for part in sums:
            write_json(part.to_json())
        return
    if not sums:
        _show_table(project, [], which, 0)
        return
    shown = table(*map(translate, ("pages", "reason", "stage", "class", "cure")))
    for part in sums:
        kind = failure(part.reason).failure_class
        shown.add_row(str(part.pages), part.reason, part.stage, kind, cure_of(part.reason))
    console().print(shown)


@failed.command(short_help="Show one failed page.")
@project_argument
@click.argument("page", type=click.IntRange(1))
@json_option
def show(project: int, page: int, as_json: bool) -> None:
    """Show all details of one failed PAGE, named by its Label Studio task id."""
    found = open_ledger().failed_list.page(project, page)
    if found is None:
        raise click.UsageError(
            translate("page {page} is not on the failed list of project {project}").format(page=page, project=project)
        )
    if as_json:
        write_json(found.to_json())
        return
    shown = table("", "")
    shown.show_header = False
    for name, value in (found.to_json() | {"cure": cure_of(found.reason)}).items():
        shown.add_row(name, when(value) if name == "at" else str(value))
    console().print(shown)


@failed.command(short_help="Select failed pages again.")
@project_argument
@_pages
@_all
@_filters
@json_option
def retry(project: int, pages: tuple[int, ...], everything: bool, which: Which, as_json: bool) -> None:
    """Select failed pages of PROJECT again: the named ones, the matching ones, or all.

    Dropped pages can be retried by name.
    """
    from prelabel.api.runs import retry_failed

    chosen = _chosen(project, pages, everything, which)
    count = retry_failed(project, chosen) if chosen else 0
    if as_json:
        write_json({"retried": count})
        return
    if not count:
        say(translate("no page retried"))
        return
    told = translate_count("{count} page retried", "{count} pages retried", count)
    say(told, translate("show progress: prelabel status {project}").format(project=project))


@failed.command(short_help="Remove pages from the failed list.")
@project_argument
@_pages
@_all
@_filters
@json_option
def drop(project: int, pages: tuple[int, ...], everything: bool, which: Which, as_json: bool) -> None:
    """Remove pages of PROJECT from the failed list. They count as skipped until they are retried by name."""
    count = open_ledger().failed_list.drop(project, _chosen(project, pages, everything, which))
    if as_json:
        write_json({"dropped": count})
        return
    if not count:
        say(translate("no page dropped"))
        return
    told = translate_count("{count} page dropped", "{count} pages dropped", count)
    say(told, translate("to undo: prelabel failed retry {project} PAGE").format(project=project))


def _chosen(project: int, pages: tuple[int, ...], everything: bool, which: Which) -> list[int]:
    """Return task ids: the named ones, else the matching ones of the failed list.

    Raises UsageError unless exactly one way to choose is used.
    """
    if sum((bool(pages), everything, bool(which))) != 1:
        raise click.UsageError(translate("say which pages: their task ids, or --reason, --stage and --class, or --all"))
    return list(pages) or open_ledger().failed_list.ids(project, which)
