"""The tasks of intake: open and render documents (queue cpu), import pages and sweep for lost jobs (queue control).

Each job runs alone in its process. The end of a job sends the next ones.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from prelabel.errors import BUCKET, LABEL_STUDIO, ChainOver, PrelabelError, RenderFailed
from prelabel.intake.dispatch import dispatch
from prelabel.intake.import_pages import import_rendered
from prelabel.intake.kinds import page_content_type, page_suffix
from prelabel.intake.memory_limit import memory_limit
from prelabel.intake.raw_files import raw_file
from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.documents import Document
from prelabel.ledger.leases import Begun
from prelabel.outages.evidence import verdict
from prelabel.project.send_once import ask_selection, send_once
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from tasks.app import app
from tasks.control_task import ControlTask
from tasks.process import WorkerProcess, this_process
from tasks.runner import LeasedTask, log, run

#: Pages that are rendered within this time are imported or synced together.
_GATHER_S = 1.0
#: Time between two searches for partial files of killed processes.
_TIDY_S = 3600.0

Work = Callable[[WorkerProcess, DocumentJob, Document], None]


class IntakeTask(LeasedTask[DocumentJob]):
    """Base of `open_document` and `render_page`. A job is alone in its process, so a crash is charged to it."""

    abstract = True
    stage = "intake"
    charge = "alone"

    def leased(self, *args: Any) -> DocumentJob:
        """Unpack a message: project id, document id, number, token. A newer release may send more."""
        return DocumentJob(*args[:4])

    def budget(self, settings: Settings) -> int:
        """Return PRELABEL_RENDER_RETRIES."""
        return settings.render_retries

    def needs(self, here: WorkerProcess, leased: DocumentJob, begun: Begun) -> tuple[str, ...]:
        """Return the bucket."""
        return (BUCKET,)

    def too_long(self, settings: Settings) -> RenderFailed:
        """Return the error of a job that exceeds PRELABEL_RENDER_TIME_LIMIT."""
        limit_s = settings.render_time_limit
        return RenderFailed(f"opening or rendering took longer than {limit_s:g} s (PRELABEL_RENDER_TIME_LIMIT)")

    def out_of_memory(self, settings: Settings) -> RenderFailed:
        """Return the error of a job that exceeds PRELABEL_RENDER_MB."""
        return RenderFailed(f"opening or rendering needs more than {settings.render_mb} MB (PRELABEL_RENDER_MB)")

    def ended(self, here: WorkerProcess) -> None:
        """Send the next jobs."""
        dispatch(here)


@app.task(name=TaskName.OPEN_DOCUMENT, bind=True, base=IntakeTask)
def open_document(self: IntakeTask, project_id: int, document: str, number: int, token: str) -> None:
    """Count a document's pages, so that they can be rendered."""
    run(self, DocumentJob(project_id, document, number, token), _work(_open))


@app.task(name=TaskName.RENDER_PAGE, bind=True, base=IntakeTask)
def render_page(self: IntakeTask, project_id: int, document: str, number: int, token: str) -> None:
    """Put the image and the own words of one page into the bucket."""
    run(self, DocumentJob(project_id, document, number, token), _work(_render))


@app.task(name=TaskName.IMPORT_PAGES, base=ControlTask)
def import_pages(project_id: int) -> None:
    """Import and select rendered pages where no storage brings them; one import of a project at a time."""
    here = this_process()
    if here.ledger.outages.is_away(LABEL_STUDIO):
        return
    try:
        with here.ledger.locks.hold(f"import:{project_id}") as held:
            count = import_rendered(here, project_id, held) if held else 0
            if held:
                here.ledger.documents.set_import_failure(project_id, None)
    except PrelabelError as error:  # the next sweep tries again
        log.warning("stage=import project=%s reason=%s: %s", project_id, error.code, error)
        here.ledger.documents.set_import_failure(project_id, error)
        verdict(here, error)
        return
    if count:
        log.info("stage=import project=%s pages=%s done", project_id, count)
        ask_selection(here.ledger, here.settings, project_id)


@app.task(name=TaskName.SWEEP_DOCUMENTS, base=ControlTask)
def sweep_documents() -> None:
    """Recover lost jobs, send waiting ones, import rendered pages, and remove raw files that are no longer needed."""
    here = this_process()
    here.ledger.care.adopt()
    if lost := here.ledger.jobs.recover():
        log.warning("stage=intake: %s document jobs lost their worker or message and start again", lost)
    away = {outage.server for outage in here.ledger.outages.all()}
    dispatch(here)
    for project_id in sorted(here.ledger.care.with_imports()) if LABEL_STUDIO not in away else ():
        send_once(here.ledger, here.settings, TaskName.IMPORT_PAGES, project_id)
    if BUCKET in away:
        return
    _remove_raw_files(here)
    if here.ledger.locks.first("tidy", within_s=_TIDY_S):
        for prefix in (here.keys.raw, here.keys.pages, here.keys.words, here.keys.stored):
            here.bucket.tidy(prefix)


def _work(work: Work) -> Callable[[WorkerProcess, DocumentJob, Begun], None]:
    def do(here: WorkerProcess, job: DocumentJob, _: Begun) -> None:
        document = here.ledger.documents.find(job.project_id, job.document)
        if document is None:
            raise ChainOver("unknown document", job.work)
        with memory_limit(here.settings.render_mb):
            work(here, job, document)

    return do


def _open(here: WorkerProcess, job: DocumentJob, document: Document) -> None:
    from prelabel.intake.convert import count_pages

    with _raw_file(here, document) as path:
        pages = count_pages(path, document.kind, here.settings)
    here.ledger.jobs.opened(job, pages, page_suffix(document.kind))


def _render(here: WorkerProcess, job: DocumentJob, document: Document) -> None:
    from prelabel.intake.convert import convert

    key = here.keys.page_key(document.id, job.number, document.page_suffix)
    there = here.bucket.size(key) is not None  # the process died after this, or the file was added once before
    if there:
        here.ledger.documents.request_check(job.project_id, document.id)
    else:
        with _raw_file(here, document) as path:
            page = convert(path, document.kind, job.number, here.settings)
            if page.words is not None:  # before the image, which may be read as soon as it is stored
                here.bucket.put(here.keys.words_key(document.id, job.number), page.words, "application/json")
            here.bucket.put(key, page.image, page_content_type(document.kind))
    synced = bool(here.settings.storage_title)
    here.ledger.jobs.rendered(job, importing=not synced)
    for task, wanted in ((TaskName.SYNC, synced), (TaskName.IMPORT_PAGES, there or not synced)):
        if wanted:
            send_once(here.ledger, here.settings, task, document.project_id, after_s=_GATHER_S)


def _raw_file(here: WorkerProcess, document: Document) -> AbstractContextManager[Path]:
    return raw_file(here.bucket, here.keys.raw_key(document.id, document.suffix), here.settings)


def _remove_raw_files(here: WorkerProcess) -> None:
    """Remove raw files of documents whose pages are all in Label Studio, under the lock that `accept` takes."""
    for document, suffix in here.ledger.documents.finished_raw_files():
        with here.ledger.locks.hold(f"raw:{document}") as held:
            if not held:
                continue
            if here.settings.remove_raw and not here.ledger.documents.needs_raw_file(document):
                held.check()  # the file may be added again at this moment
                here.bucket.delete(here.keys.raw_key(document, suffix))
            here.ledger.documents.forget_raw_file(document, suffix)
