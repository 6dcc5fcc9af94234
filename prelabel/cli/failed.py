"""`prelabel failed ...`: the pages whose retries are used up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from prelabel.cli.output import console, json_option, table, write_json
from prelabel.ledger import STAGES, FailedPage, Ledger
from prelabel.settings import get_settings

_project = click.argument("project", type=click.IntRange(1))
_pages = click.argument("pages", type=click.IntRange(1), nargs=-1, metavar="[PAGE]...")
_all = click.option("--all", "everything", is_flag=True, help="All failed pages of the project.")


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--stage", type=click.Choice(STAGES), help="Only pages that failed in this stage.")(command)
    return click.option("--reason", help="Only pages with this reason, e.g. image_missing.")(command)


@click.group(short_help="List, show, retry or drop failed pages.")
def failed() -> None:
    """List, show, retry or drop the pages that failed."""


@failed.command("list")
@_project
@_filters
@json_option
def list_pages(project: int, reason: str | None, stage: str | None, as_json: bool) -> None:
    """The failed pages of PROJECT, oldest first."""
    rows = _matching(Ledger.from_settings(get_settings()), project, reason, stage)
    if as_json:
        for row in rows:
            write_json(asdict(row))
        return
    out = console()
    if not rows:
        out.print(f"project {project} has no failed page{' like that' if reason or stage else ''}")
        return
    shown = table("page", "stage", "reason", "attempts", "when", "what is wrong")
    for row in rows:
        shown.add_row(str(row.task_id), row.stage, row.reason, str(row.attempts), _when(row.at), row.message)
    out.print(shown)


@failed.command()
@_project
@click.argument("page", type=click.IntRange(1))
@json_option
def show(project: int, page: int, as_json: bool) -> None:
    """Everything known of one failed PAGE (its Label Studio task id)."""
    found = [row for row in Ledger.from_settings(get_settings()).failed(project) if row.task_id == page]
    if not found:
        raise click.UsageError(f"page {page} is not on the failed list of project {project}")
    if as_json:
        write_json(asdict(found[0]))
        return
    shown = table("", "")
    shown.show_header = False
    for name, value in asdict(found[0]).items():
        shown.add_row(name, _when(value) if name == "at" else str(value))
    console().print(shown)


@failed.command()
@_project
@_pages
@_all
@_filters
@json_option
def retry(project: int, pages: tuple[int, ...], everything: bool, as_json: bool, **filters: str | None) -> None:
    """Let failed pages of PROJECT be selected again: those named, those that match, or all.

    Named pages may also be ones that were dropped.
    """
    ledger = Ledger.from_settings(get_settings())
    chosen = _chosen(ledger, project, pages, everything, filters)
    _report("retried", ledger.retry_failed(project, chosen), as_json, f"now: prelabel enqueue {project}")


@failed.command()
@_project
@_pages
@_all
@_filters
@json_option
def drop(project: int, pages: tuple[int, ...], everything: bool, as_json: bool, **filters: str | None) -> None:
    """Set failed pages of PROJECT aside: they count as skipped until `retry` names them."""
    ledger = Ledger.from_settings(get_settings())
    chosen = _chosen(ledger, project, pages, everything, filters)
    _report("dropped", ledger.drop_failed(project, chosen), as_json, f"undo: prelabel failed retry {project} PAGE")


def _matching(ledger: Ledger, project: int, reason: str | None, stage: str | None) -> list[FailedPage]:
    rows = ledger.failed(project)
    return [row for row in rows if reason in (None, row.reason) and stage in (None, row.stage)]


def _chosen(
    ledger: Ledger, project: int, pages: tuple[int, ...], everything: bool, filters: dict[str, str | None]
) -> list[int]:
    """Task ids: named ones as they are, else those on the list that match. One way to choose must be used."""
    by_filter = any(filters.values())
    if sum((bool(pages), everything, by_filter)) != 1:
        raise click.UsageError("say which pages: their numbers, --reason and --stage, or --all")
    return list(pages) or [row.task_id for row in _matching(ledger, project, filters["reason"], filters["stage"])]


def _report(done: str, count: int, as_json: bool, next_step: str) -> None:
    if as_json:
        write_json({done: count})
    else:
        console().print(f"{count} page{'' if count == 1 else 's'} {done}; {next_step}" if count else f"no page {done}")


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
