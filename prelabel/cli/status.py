"""`prelabel status PROJECT`: where the pages of a project are, from the ledger alone."""

from __future__ import annotations

import click

from prelabel.cli.output import console, json_option, write_json
from prelabel.cli.progress_bar import render, watch
from prelabel.ledger.ledger import Ledger
from prelabel.settings import get_settings


@click.command(short_help="Watch where a project's pages are.")
@click.argument("project", type=click.IntRange(1))
@click.option("--run", "run_id", help="Only the pages of this run; `prelabel enqueue` names it.")
@click.option("--once", is_flag=True, help="Show the numbers of now and end.")
@json_option
def status(project: int, run_id: str | None, once: bool, as_json: bool) -> None:
    """Show where the pages of PROJECT are: a live bar until all have ended. With --json, the numbers of now."""
    runs = Ledger.from_settings(get_settings()).runs
    progress = runs.progress(project, run_id)
    out = console()
    if as_json:
        write_json({"project_id": project, "run_id": run_id, **progress.to_json()})
    elif progress.listed and not progress.total:
        out.print(f"no page of project {project} was ever selected; start with: prelabel enqueue {project}")
    elif once:
        out.print(render(progress))
    else:
        watch(lambda: runs.progress(project, run_id), out)
