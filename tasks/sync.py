"""The sync of storages (queue control): beat sends `sync_all`, which sends `sync` for each project."""

from __future__ import annotations

import time

from prelabel.errors import LABEL_STUDIO, PrelabelError
from prelabel.outages.evidence import verdict
from prelabel.project.page_names import name_pages
from prelabel.project.send_once import ask_selection, send_once
from prelabel.project.sync import Synced, sync_project
from prelabel.queues.routes import TaskName
from tasks.app import app
from tasks.control_task import ControlTask
from tasks.process import WorkerProcess, this_process
from tasks.runner import log


@app.task(name=TaskName.SYNC_ALL, base=ControlTask)
def sync_all(projects: list[int]) -> None:
    """Send a sync for each project of PRELABEL_PROJECTS, each watched one, and each with documents on their way, if
    PRELABEL_STORAGE_TITLE is set.

    Projects that Label Studio no longer has are left out until a selection finds them again.
    """
    here = this_process()
    if here.settings.storage_title:
        watched = here.ledger.watched
        here.ledger.care.adopt()
        known = {*projects, *watched.projects(), *here.ledger.care.with_documents()}
        for project_id in sorted(known - watched.missing()):
            send_once(here.ledger, here.settings, TaskName.SYNC, project_id)


@app.task(name=TaskName.SYNC, base=ControlTask)
def sync(project_id: int) -> None:
    """Sync the project's storages, select the new pages at once, and write the names of documents' pages."""
    here = this_process()
    if here.ledger.outages.is_away(LABEL_STUDIO):
        return
    try:
        done = sync_project(
            here,
            project_id,
            here.settings.storage_title,
            patience_s=here.settings.http_timeout,
        )
        for synced in done or []:
            _report(project_id, synced)
        if any(synced.new_pages for synced in done or []):
            ask_selection(here.ledger, here.settings, project_id)
        _name(here, project_id)
    except PrelabelError as error:  # beat sends the next sync
        log.warning("stage=sync project=%s reason=%s: %s", project_id, error.code, error)
        verdict(here, error)


def _name(here: WorkerProcess, project_id: int) -> None:
    name_pages(here, project_id, until=time.monotonic() + here.settings.sync_interval)


def _report(project_id: int, synced: Synced) -> None:
    level = log.info if synced.new_pages else log.debug
    (log.warning if synced.reason and synced.outcome != "resting" else level)(
        "stage=sync project=%s storage=%s %s new_pages=%s %s",
        *(project_id, synced.storage, synced.outcome, synced.new_pages, synced.reason),
    )
