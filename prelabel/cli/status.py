"""`prelabel status`: progress of a project's pages, from the ledger alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from prelabel.api.ledger import open_ledger
from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, say, warn, write_json
from prelabel.cli.progress_bar import render, watch
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.ledger.ledger import Ledger
    from prelabel.ledger.runs import Progress, Runs


@click.command(short_help="Show the progress of a project.")
@project_argument
@click.option("--run", "run_id", help="Only the pages of this run; `prelabel enqueue` shows its id.")
@click.option("--once", is_flag=True, help="Show the current numbers and exit.")
@json_option
def status(project: int, run_id: str | None, once: bool, as_json: bool) -> None:
    """Show the progress of PROJECT: a live bar until all pages have ended. With --json, the current numbers."""
    settings = get_settings()
    ledger = open_ledger(settings)
    runs, watched = ledger.runs, project in {*ledger.watched.projects(), *settings.projects}
    if as_json:
        shown = runs.progress(project, run_id).to_json()
        write_json({"project_id": project, "run_id": run_id, "watched": watched, **shown})
        return
    if once:
        hint(_selection(project, watched))
    progress = runs.progress(project, run_id)
    told = not progress.total and not run_id
    if told:
        _say_before_pages(ledger, settings, project, progress, watched=watched)
    if not told or not (progress.finished or once):
        _show(runs, project, run_id, once=once)


def _selection(project: int, watched: bool) -> str:
    if watched:
        return translate("beat selects new pages of this project")
    told = translate("beat selects no new pages of this project; to change that: prelabel watch {project}")
    return told.format(project=project)


def _say_before_pages(ledger: Ledger, settings: Settings, project: int, progress: Progress, *, watched: bool) -> None:
    """Say why nothing is shown of a project: no selection has come yet, it could not select, or found nothing."""
    if progress.finished and progress.problem:
        say(
            translate("no page of project {project} can be selected: {message}").format(
                project=project, message=progress.problem
            ),
            _once_corrected(project),
        )
    elif not progress.listed or (
        not ledger.runs.were_selected(project) and (watched or project in ledger.care.projects())
    ):
        say(translate("the first selection of pages of project {project} is coming").format(project=project))
        for line in ledger.workers.problems(settings):
            warn(line)
    elif ledger.runs.were_selected(project):
        say(translate("project {project} has no page that waits for a prediction").format(project=project))
    else:
        say(
            translate("no page of project {project} was ever selected").format(project=project),
            translate("start with: prelabel enqueue {project}").format(project=project),
        )


def _once_corrected(project: int) -> str:
    return translate("once that is corrected: prelabel enqueue {project}").format(project=project)


def _show(runs: Runs, project: int, run_id: str | None, *, once: bool) -> None:
    progress, out = runs.progress(project, run_id), console()
    if once or is_quiet():
        out.print(render(progress))
    else:
        progress = watch(lambda: runs.progress(project, run_id), out)
    if progress.finished and progress.problem:
        hint(_once_corrected(project))
    if progress.finished and progress.failed:
        hint(translate("why pages failed: prelabel failed summary {project}").format(project=project))
