"""`prelabel enqueue PROJECT`: send a project's pages through the queues, and watch them with `--wait`."""

from __future__ import annotations

import click

from prelabel.cli.output import console, json_option, say_error, write_json
from prelabel.ledger import Ledger
from prelabel.progress_bar import watch
from prelabel.settings import get_settings


@click.command(short_help="Send a project's pages through the queues.")
@click.argument("project", type=click.IntRange(1))
@click.option("--wait", is_flag=True, help="Show progress until every page has ended; exit code 1 if one failed.")
@json_option
def enqueue(project: int, wait: bool, as_json: bool) -> int:
    """Select the pages of PROJECT that have no prediction and send them through the queues."""
    from prelabel.enqueue import enqueue_project

    settings = get_settings()
    ledger = Ledger.from_settings(settings)
    run = enqueue_project(project, settings=settings)
    for line in ledger.roster.missing(settings):
        say_error(f"warning: {line}")
    out = console()
    if not wait:
        if as_json:
            write_json({"project_id": project, "run_id": run.id})
        else:
            out.print(f"project {project} is enqueued as run {run.id}; follow it: prelabel status {project}")
        return 0
    progress = run.wait() if as_json else watch(run.progress, out)
    if as_json:
        write_json({"project_id": project, "run_id": run.id, **progress.to_json()})
    elif progress.failed:
        out.print(f"{progress.failed} pages failed; why: prelabel failed list {project}")
    return 1 if progress.failed else 0
