"""`prelabel enqueue`: send a project's pages through the queues, and show their progress with --wait."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from prelabel.api.ledger import open_ledger
from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate, translate_count
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, say, warn, warnings_shown, write_json
from prelabel.cli.progress_bar import watch
from prelabel.errors import RunCancelled
from prelabel.settings import get_settings

if TYPE_CHECKING:
    from prelabel.api.runs import Run
    from prelabel.ledger.runs import Progress


@click.command(short_help="Pre-annotate the pages of a project.")
@project_argument
@click.option("--wait", is_flag=True, help="Show progress until every page has ended. Exit code 1 if a page failed.")
@click.option(
    "--again",
    is_flag=True,
    help="Also change the predictions of other settings, engines or models, on pages that nobody has begun with.",
)
@json_option
def enqueue(project: int, wait: bool, again: bool, as_json: bool) -> int:
    """Select the pages of PROJECT that have no prediction and send them through the queues.

    With --wait, the exit code is also 1 if the run is cancelled.
    """
    from prelabel.api.runs import enqueue_project

    settings = get_settings()
    ledger = open_ledger(settings)
    with warnings_shown():
        run = enqueue_project(project, again=again, settings=settings)
    for line in ledger.workers.problems(settings):
        warn(line)
    if ledger.halts.halt(project):
        told = translate("project {project} is paused; its pages wait for: prelabel resume {project}")
        warn(told.format(project=project))
    if wait:
        return _follow(run, project, as_json)
    if as_json:
        write_json({"project_id": project, "run_id": run.id})
    else:
        say(
            translate("project {project} is enqueued as run {run}").format(project=project, run=run.id),
            translate("show progress: prelabel status {project}").format(project=project),
        )
    return 0


def _follow(run: Run, project: int, as_json: bool) -> int:
    """Wait for the end of the run and report it; return the exit code."""
    progress = _wait(run) if as_json or is_quiet() else watch(run.progress, console())
    if as_json:
        write_json({"project_id": project, "run_id": run.id, **progress.to_json()})
    elif progress.halted:
        say(
            translate("the run was cancelled"),
            translate("to start again: prelabel enqueue {project}").format(project=project),
        )
    elif progress.failed:
        say(
            translate_count("{count} page failed", "{count} pages failed", progress.failed),
            translate("why pages failed: prelabel failed summary {project}").format(project=project),
        )
    return 1 if progress.failed or progress.halted else 0


def _wait(run: Run) -> Progress:
    with suppress(RunCancelled):
        return run.wait()
    return run.progress()
