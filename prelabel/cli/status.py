"""`prelabel status`: progress of a project's pages, from the ledger alone."""

from __future__ import annotations

import click

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, say, write_json
from prelabel.cli.progress_bar import render, watch
from prelabel.ledger.ledger import Ledger
from prelabel.settings import get_settings


@click.command(short_help="Show the progress of a project.")
@project_argument
@click.option("--run", "run_id", help="Only the pages of this run; `prelabel enqueue` shows its id.")
@click.option("--once", is_flag=True, help="Show the current numbers and exit.")
@json_option
def status(project: int, run_id: str | None, once: bool, as_json: bool) -> None:
    """Show the progress of PROJECT: a live bar until all pages have ended. With --json, the current numbers."""
    runs = Ledger.from_settings(get_settings()).runs
    progress = runs.progress(project, run_id)
    out = console()
    if as_json:
        write_json({"project_id": project, "run_id": run_id, **progress.to_json()})
    elif progress.listed and not progress.total:
        say(f"no page of project {project} was ever selected", f"start with: prelabel enqueue {project}")
    elif once or is_quiet():
        out.print(render(progress))
    else:
        watch(lambda: runs.progress(project, run_id), out)
