"""`prelabel status`: progress of a project's pages, from the ledger alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from prelabel.api.ledger import open_ledger
from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate, translate_count
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, say, warn, write_json
from prelabel.cli.progress_bar import render, watch
from prelabel.ocr.remarks import remark_line
from prelabel.page import Remark
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.ledger.ledger import Ledger
    from prelabel.ledger.runs import Progress, Runs
    from prelabel.project.configurations import Configurations


@click.command(short_help="Show the progress of a project.")
@project_argument
@click.option("--run", "run_id", help="Only the pages of this run; `prelabel enqueue` shows its id.")
@click.option("--once", is_flag=True, help="Show the current numbers and exit.")
@json_option
def status(project: int, run_id: str | None, once: bool, as_json: bool) -> None:
    """Show the progress of PROJECT: a live bar until all pages have ended. With --json, the current numbers.

    At the end, the configurations from which the predictions come, if there are several or older ones.
    """
    from prelabel.project.configurations import configurations

    settings = get_settings()
    ledger = open_ledger(settings)
    runs, watched = ledger.runs, project in {*ledger.watched.projects(), *settings.projects}
    if as_json:
        shown = runs.progress(project, run_id).to_json()
        made = configurations(ledger, settings, project).to_json()
        more: dict[str, Any] = {"remarks": dict(_remarks(ledger, project)), "configurations": made}
        write_json({"project_id": project, "run_id": run_id, "watched": watched, **shown, **more})
        return
    if once:
        hint(_selection(project, watched))
    progress = runs.progress(project, run_id)
    told = not progress.total and not run_id
    if told:
        _say_before_pages(ledger, settings, project, progress, watched=watched)
    if not told or not (progress.finished or once):
        _show(runs, project, run_id, once=once)
    for line in remark_counts(_remarks(ledger, project)):
        hint(line)
    for line in _configurations(project, configurations(ledger, settings, project)):
        hint(line)


def _remarks(ledger: Ledger, project: int) -> Counter[str]:
    """Count the project's pages by the codes of their remarks."""
    pages = ledger.remarks.of_pages(project)
    return Counter(code for remarks in pages.values() for code in {each.code for each in remarks})


def remark_counts(codes: Mapping[str, int]) -> Iterator[str]:
    """Tell the number of pages with each remark, and what to do about them."""
    for code, count in sorted(codes.items()):
        pages = translate_count("{count} page", "{count} pages", count)
        yield f"{pages}: {remark_line(Remark(code), translate)}"


def _configurations(project: int, made: Configurations) -> Iterator[str]:
    """Tell from which configurations the predictions come, if not all from the present one."""
    if made.hidden_by:
        told = translate('the label stream shows the predictions of "{name}", as pages hold no others')
        yield told.format(name=made.hidden_by)
    if made.older or len(made.pages) > 1:
        yield come_from(made.pages, made.current)
    if made.older:
        told = translate("to predict those that nobody has begun with again: prelabel enqueue {project} --again")
        yield told.format(project=project)


def come_from(pages: Mapping[str, int], current: str) -> str:
    """Tell how many pages come from which version, e.g. "predictions come from: prelabel-… 12 (present), …"."""
    present = translate("{version} ({count} pages, the present one)")
    other = translate("{version} ({count} pages)")
    parts = (
        (present if version == current else other).format(version=version, count=count)
        for version, count in pages.items()
    )
    return translate("predictions come from {versions}").format(versions=", ".join(parts))


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
