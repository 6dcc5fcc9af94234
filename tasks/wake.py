"""The wake-up of waiting work (queue control): probes of servers that are away, and work whose wait is over."""

from __future__ import annotations

from collections.abc import Iterable

from prelabel.errors import LABEL_STUDIO
from prelabel.outages.ends import probe_due, retry_documents, retry_failed
from prelabel.project.send_once import ask_selection, send_once, send_recovery
from prelabel.queues.routes import TaskName
from tasks.app import app
from tasks.control_task import ControlTask
from tasks.process import WorkerProcess, this_process


@app.task(name=TaskName.WAKE, base=ControlTask)
def wake(projects: list[int]) -> None:
    """Probe servers that are away, where it is time, and start all work whose wait is over.

    `projects`: PRELABEL_PROJECTS, as beat knows it.
    """
    here = this_process()
    for back in probe_due(here):
        retried, documents = retry_failed(here, back.server), retry_documents(here, back.server)
        if back.server == LABEL_STUDIO:  # nothing was selected meanwhile
            send_once(here.ledger, here.settings, TaskName.SELECT_ALL, projects)
        _start(
            here,
            back.waiting.projects,
            retried,
            documents=documents or back.waiting.documents or back.server == LABEL_STUDIO,
        )
    due = here.ledger.outages.due_waits()
    _start(here, due.projects, retry_failed(here), documents=retry_documents(here) or due.documents)


def _start(here: WorkerProcess, waiting: Iterable[int], retried: Iterable[int], *, documents: bool) -> None:
    """Start pages in flight that have waited, failed pages that are tried again, and document jobs."""
    for project_id in waiting:
        send_recovery(here.ledger, here.settings, project_id)
    for project_id in retried:
        ask_selection(here.ledger, here.settings, project_id)
    if documents:
        send_once(here.ledger, here.settings, TaskName.SWEEP_DOCUMENTS)
