"""The selection of pages (queue control): beat sends `select_all`, which sends `select` for each project."""

from __future__ import annotations

from prelabel.errors import (
    LABEL_STUDIO,
    LabellingConfigError,
    PrelabelError,
    ProjectNotFound,
    ServiceUnavailable,
    SettingError,
)
from prelabel.outages.evidence import verdict
from prelabel.project.select import Selected, select_pages
from prelabel.project.send_once import send_once, send_recovery
from prelabel.queues.routes import TaskName, ocr_queue
from tasks.app import app
from tasks.control_task import ControlTask
from tasks.pipeline import start_chain
from tasks.process import WorkerProcess, this_process
from tasks.runner import log

#: Retries of a run's selection while Label Studio does not answer, no gpu worker has announced itself, ...
_RUN_RETRIES = 150
_RUN_RETRY_S = 2.0

#: Errors of a selection that would come again, until a person has changed something. It counts as done.
_ANSWERS = (ProjectNotFound, LabellingConfigError, SettingError)


@app.task(name=TaskName.SELECT_ALL, base=ControlTask)
def select_all(projects: list[int]) -> None:
    """Send a selection for each project of PRELABEL_PROJECTS, each watched one, and each that needs care.

    Of a project that nobody watches, new pages are claimed only where somebody asked for them.
    `projects`: PRELABEL_PROJECTS, as beat knows it. The watched projects are read here, because they change without a
    restart.
    """
    here = this_process()
    watched = here.ledger.watched
    here.ledger.care.adopt()
    care, resting = here.ledger.care, watched.resting()
    in_care, wanted = care.projects(), {*projects, *watched.projects(), *care.with_new_pages()}
    for project_id in sorted(wanted - resting):
        send_once(here.ledger, here.settings, TaskName.SELECT, project_id)
    for project_id in sorted(in_care - wanted - resting):
        send_recovery(here.ledger, here.settings, project_id)


@app.task(name=TaskName.SELECT, bind=True, base=ControlTask, max_retries=_RUN_RETRIES)
def select(self: ControlTask, project_id: int, run_id: str | None = None) -> None:
    """Claim pages of a project and start their chains; one selection of a project at a time."""
    here = this_process()
    if here.ledger.outages.is_away(LABEL_STUDIO):  # its return selects all projects, and lists the pages of runs
        return
    try:
        held = _select_alone(here, project_id, run_id)
    except PrelabelError as error:
        if _is_own(here, project_id, run_id, error):
            here.ledger.runs.set_problem(project_id, str(error))
            _retry_or_abort(self, here, run_id, error)
    else:
        if not held and run_id is not None:  # a run's pages must be listed; beat repeats its own selections
            raise self.retry(countdown=_RUN_RETRY_S)


@app.task(name=TaskName.RECOVER, bind=True, base=ControlTask)
def recover(self: ControlTask, project_id: int) -> None:
    """Start pages in flight again that were lost, or have waited for their time; claim no new ones."""
    here = this_process()
    if here.ledger.outages.is_away(LABEL_STUDIO):
        return
    try:
        _select_alone(here, project_id, new=False)
    except PrelabelError as error:
        _is_own(here, project_id, None, error)


def _select_alone(here: WorkerProcess, project_id: int, run_id: str | None = None, *, new: bool = True) -> bool:
    """Select while no other process does, and let go of a project that needs no care; return False where one does."""
    began = here.ledger.now() if new else 0.0  # what was asked for is not answered without new pages
    try:
        with here.ledger.locks.hold(f"select:{project_id}", wait_s=_RUN_RETRY_S if run_id else 0.0) as held:
            if held:
                done = _select(here, project_id, run_id, new)
                _report(project_id, done)
                if new:
                    here.ledger.runs.set_problem(project_id, "")
                if done.names == "kept":
                    here.ledger.care.settle(project_id, selected_at=0.0 if done.full else began)
    except _ANSWERS:
        here.ledger.care.settle(project_id, selected_at=began)
        raise
    if held and done.names == "left":
        send_once(here.ledger, here.settings, TaskName.SELECT, project_id)
    return held is not None


def _select(here: WorkerProcess, project_id: int, run_id: str | None, new: bool) -> Selected:
    reader = ocr_queue(here.settings, project_id)  # a kind of worker has the name of its queue
    return select_pages(here, project_id, reader, start_chain, run_id, new=new)


def top_up(here: WorkerProcess, project_id: int) -> None:
    """Select again, sooner than beat, when at most half of PRELABEL_PAGES_IN_FLIGHT is left and more pages wait."""
    waiting = here.ledger.runs.unclaimed(project_id)
    if waiting and here.ledger.pages.in_flight(project_id) <= here.settings.pages_in_flight // 2:
        send_once(here.ledger, here.settings, TaskName.SELECT, project_id)


def _report(project_id: int, done: Selected) -> None:
    level = log.info if done.claimed or done.recovered or done.resumed else log.debug
    level(
        "stage=select project=%s claimed=%s recovered=%s resumed=%s unclaimed=%s",
        *(project_id, done.claimed, done.recovered, done.resumed, done.unclaimed),
    )


def _is_own(here: WorkerProcess, project_id: int, run_id: str | None, error: PrelabelError) -> bool:
    """Log the error of a selection; return whether it is the project's own, and not that of a server that is away."""
    told = isinstance(error, ProjectNotFound) and run_id is None  # select_pages warns once
    level = log.debug if told else log.warning
    level("stage=select project=%s reason=%s: %s", project_id, error.code, error)
    return verdict(here, error) == "own"


def _retry_or_abort(task: ControlTask, here: WorkerProcess, run_id: str | None, error: PrelabelError) -> None:
    """Retry a run's selection while that can help, then record why the run could not begin. Beat repeats its own."""
    if run_id is None:
        return
    if isinstance(error, ServiceUnavailable) and task.request.retries < _RUN_RETRIES:
        raise task.retry(exc=error, countdown=_RUN_RETRY_S)
    here.ledger.runs.abort(run_id, str(error))
