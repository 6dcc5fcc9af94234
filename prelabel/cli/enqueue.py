"""`prelabel enqueue PROJECT`: send a project's pages through the queues, and watch them with `--wait`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from prelabel.cli.output import console, json_option, say_error, write_json
from prelabel.cli.progress_bar import watch
from prelabel.errors import RunCancelled
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.runs import Progress
from prelabel.settings import get_settings

if TYPE_CHECKING:
    from prelabel.api.runs import Run


@click.command(short_help="Send a project's pages through the queues.")
@click.argument("project", type=click.IntRange(1))
@click.option("--wait", is_flag=True, help="Show progress until every page has ended; exit code 1 if one failed.")
@click.option(
    "--again", is_flag=True, help="Also pages with predictions of prelabel's other versions only, and no annotation."
)
@json_option
def enqueue(project: int, wait: bool, again: bool, as_json: bool) -> int:
    """Select the pages of PROJECT that have no prediction and send them through the queues.

    With --wait the exit code is 1, too, when somebody cancels the run.
    """
    from prelabel.api.runs import enqueue_project

    settings = get_settings()
    ledger = Ledger.from_settings(settings)
    run = enqueue_project(project, again=again, settings=settings)
    for line in ledger.workers.problems(settings):
        say_error(f"warning: {line}")
    if ledger.halts.halt(project):
        say_error(f"warning: project {project} is paused; its pages wait for: prelabel resume {project}")
    out = console()
    if not wait:
        if as_json:
            write_json({"project_id": project, "run_id": run.id})
        else:
            out.print(f"project {project} is enqueued as run {run.id}; follow it: prelabel status {project}")
        return 0
    progress = _wait(run) if as_json else watch(run.progress, out)
    if as_json:
        write_json({"project_id": project, "run_id": run.id, **progress.to_json()})
    elif progress.halted:
        out.print(f"the run was cancelled; begin anew with: prelabel enqueue {project}")
    elif progress.failed:
        out.print(f"{progress.failed} pages failed; why: prelabel failed list {project}")
    return 1 if progress.failed or progress.halted else 0


def _wait(run: Run) -> Progress:
    with suppress(RunCancelled):
        return run.wait()
    return run.progress()
