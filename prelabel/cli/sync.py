"""`prelabel sync`: let Label Studio sync a project's source storage now."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import progress_console, say, say_error, write_json
from prelabel.errors import SyncFailed
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.labelstudio.storages import Storage
    from prelabel.project.sync import Synced


@click.command(short_help="Sync a project's storage now.")
@project_argument
@click.option("--title", help="Title of the storage; default: PRELABEL_STORAGE_TITLE.")
@json_option
def sync(project: int, title: str | None, as_json: bool) -> int:
    """Sync the source storage of PROJECT, wait until it has ended, and have the new pages selected.

    A sync that already runs is waited for. A sync that failed or hangs is started again. The exit code is 1 if the
    sync fails.
    """
    from prelabel.project.connection import DEFAULT_TITLE

    settings = get_settings()
    done = _sync(settings, project, title or settings.storage_title or DEFAULT_TITLE)
    _report(done, as_json)
    return int(any(synced.outcome == "failed" for synced in done))


def _sync(settings: Settings, project: int, title: str) -> list[Synced]:
    """Sync the storages of this title, send the selection, and name the new pages. Raises SyncFailed."""
    from prelabel.labelstudio.projects import get_project
    from prelabel.project.page_names import name_pages
    from prelabel.project.send_once import ask_selection
    from prelabel.project.sync import sync_project
    from prelabel.workplace import Workplace

    with Workplace(settings) as workplace, progress_console().status(escape(f"storage {title!r}")) as bar:
        get_project(workplace.client, project)

        def watched(storage: Storage) -> None:
            bar.update(escape(f"storage {storage}: {storage.status}, {storage.new_pages} new pages"))

        done = sync_project(workplace, project, title, patience_s=math.inf, insist=True, watched=watched)
        if done is None:
            raise SyncFailed(f"another process is syncing project {project}: see its log, or try again")
        if any(synced.new_pages for synced in done):
            ask_selection(workplace.ledger, workplace.settings, project)
        bar.update(f"page names of project {project}")
        name_pages(workplace, project, until=math.inf)
    return done


def _report(done: Iterable[Synced], as_json: bool) -> None:
    for synced in done:
        if as_json:
            row = {"storage": synced.storage.title, "kind": synced.storage.kind, "id": synced.storage.id}
            write_json(row | {"outcome": synced.outcome, "new_pages": synced.new_pages, "reason": synced.reason})
        elif synced.outcome == "done":
            say(f"storage {synced.storage}: {synced.new_pages} new pages")
        if synced.reason:
            say_error(f"storage {synced.storage}: {synced.reason}")
