"""`prelabel supersede`: remove older predictions of prelabel from pages that have the new one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.progress import track

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, write_json

if TYPE_CHECKING:
    from prelabel.project.supersede import Plan


@click.command(short_help="Remove predictions that older releases left.")
@project_argument
@click.option("--version", default="", help="The name to keep; default: the one that PROJECT shows.")
@click.option("--dry-run", is_flag=True, help="Count the predictions, but remove none.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
def supersede(project: int, version: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Remove predictions of prelabel under other names from the pages of PROJECT that have one of the shown name.

    Older releases stored a prediction of a new version beside the old one. Annotations, predictions from other
    sources, and predictions from which an annotation was made are never removed. An interrupted command can be run
    again.
    """
    from prelabel.project import supersede as superseding
    from prelabel.workplace import Workplace

    out = console()
    with Workplace() as workplace:
        planned = superseding.plan(workplace.client, project, version)
        if planned.pages and not (dry_run or yes):
            _ask(planned)
        done = superseding.supersede(workplace, planned, dry_run=dry_run)
        shown = track(
            done, total=planned.pages, console=out, disable=as_json or is_quiet() or not out.is_terminal, description=""
        )
        outcomes = list(shown)
    pages = sum(1 for outcome in outcomes if outcome.removed)
    removed, kept = sum(outcome.removed for outcome in outcomes), sum(outcome.kept for outcome in outcomes)
    left = sum(1 for outcome in outcomes if not (outcome.removed or outcome.kept))
    if as_json:
        counts = {"pages": pages, "removed": removed, "kept_for_annotations": kept, "pages_left_alone": left}
        write_json({"project_id": project, "version": planned.version, "dry_run": dry_run, **counts})
        return
    verb = "would be removed" if dry_run else "removed"
    out.print(f"{removed} predictions of other names {verb} from {pages} pages; {planned.version} is kept")
    if kept:
        out.print(f"{kept} are kept because annotations were made from them")
    if left:
        out.print(f"{left} pages are unchanged: they are in flight, or have no prediction of {planned.version}")


def _ask(planned: Plan) -> None:
    """Ask for confirmation. Raises Abort when the answer is no, UsageError without a terminal."""
    if not sys.stdin.isatty():
        raise click.UsageError("cannot ask for confirmation without a terminal: say --yes, or --dry-run to count first")
    older = ", ".join(f"{name} ({count})" for name, count in sorted(planned.older.items()))
    question = f"Remove predictions of {older} from up to {planned.pages} pages that have one of {planned.version}?"
    click.confirm(question, abort=True)
