"""The routes: which queue each task waits in, and which kind of worker serves it.

One table holds them. Workers, the ledger's scripts and the audit read it, and nothing else names a queue. `route`
chooses from it for Celery; `ocr_queue` knows the one exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.errors import SettingError
from prelabel.settings import Settings, get_settings

#: Sync, select, imports and rechecks. These tasks never wait behind pages.
CONTROL = "control"
IO = "io"
CPU = "cpu"
#: Pages that EasyOCR reads, where PRELABEL_EASYOCR_WORKER is set.
OCR_GPU = "ocr_gpu"
GPU = "gpu"

#: The queues of each kind of worker, in the order in which a page passes the workers. `celery -A workers.KIND worker`
#: starts a worker. A queue of pages has the name of its kind of worker.
WORKERS: dict[str, tuple[str, ...]] = {IO: (CONTROL, IO), CPU: (CPU,), OCR_GPU: (OCR_GPU,), GPU: (GPU,)}
#: All queues.
QUEUES = tuple(queue for queues in WORKERS.values() for queue in queues)
#: The kind of the processes that a cpu worker forks. They get their messages from that worker and serve no queue.
OCR_PROCESS = "ocr process"


class TaskName:
    """The names of the Celery tasks. Plain strings, because Celery takes the members of a string enum for tasks."""

    SYNC = "prelabel.sync"
    SYNC_ALL = "prelabel.sync_all"
    SELECT = "prelabel.select"
    WAKE = "prelabel.wake"
    SELECT_ALL = "prelabel.select_all"
    RECOVER = "prelabel.recover"
    SWEEP_DOCUMENTS = "prelabel.sweep_documents"
    IMPORT_PAGES = "prelabel.import_pages"
    RECHECK = "prelabel.recheck"
    OPEN_DOCUMENT = "prelabel.open_document"
    RENDER_PAGE = "prelabel.render_page"
    OCR = "prelabel.ocr"
    EXTRACT = "prelabel.extract"
    UPLOAD = "prelabel.upload"


@dataclass(frozen=True, slots=True)
class Route:
    """The queue of a task. `or_queue`: another queue that `routing` may choose.

    `stage`: the ledger's name for the work that the task holds a lease on: a stage of a page, or "intake". Empty for
    tasks without a lease.
    """

    task: str
    queue: str
    stage: str = ""
    or_queue: str = ""

    @property
    def queues(self) -> tuple[str, ...]:
        """All queues in which the task may wait."""
        return (self.queue, self.or_queue) if self.or_queue else (self.queue,)


TABLE = (
    Route(TaskName.SYNC, CONTROL),
    Route(TaskName.SYNC_ALL, CONTROL),
    Route(TaskName.SELECT, CONTROL),
    Route(TaskName.SELECT_ALL, CONTROL),
    Route(TaskName.RECOVER, CONTROL),
    Route(TaskName.SWEEP_DOCUMENTS, CONTROL),
    Route(TaskName.WAKE, CONTROL),
    Route(TaskName.IMPORT_PAGES, CONTROL),
    Route(TaskName.RECHECK, CONTROL),
    Route(TaskName.OPEN_DOCUMENT, CPU, stage="intake"),
    Route(TaskName.RENDER_PAGE, CPU, stage="intake"),
    Route(TaskName.OCR, CPU, stage="ocr", or_queue=OCR_GPU),
    Route(TaskName.EXTRACT, GPU, stage="extract"),
    Route(TaskName.UPLOAD, IO, stage="upload"),
)
#: The queue of each task.
QUEUE_OF: dict[str, str] = {route.task: route.queue for route in TABLE}
#: The task of each stage of a page, in the order of the stages.
STAGE_TASKS = {route.stage: route.task for route in TABLE if route.stage not in {"", "intake"}}
#: The tasks that hold a lease on a page.
PAGE_TASKS = frozenset(STAGE_TASKS.values())
#: The tasks that hold a lease on a document job.
DOCUMENT_TASKS = frozenset(route.task for route in TABLE if route.stage == "intake")
#: The queues in which the message of leased work may wait, by the ledger's name for the work.
WAITS_IN: dict[str, tuple[str, ...]] = {route.stage: route.queues for route in TABLE if route.stage}


def route(name: str, args: Sequence[Any] | None = None, *_: object, **__: object) -> dict[str, str] | None:
    """Choose the queue by a task's name and arguments, as Celery's router; None for tasks of other applications."""
    if name == TaskName.OCR and args:
        return {"queue": ocr_queue(get_settings(), args[0])}
    return {"queue": QUEUE_OF[name]} if name in QUEUE_OF else None


def ocr_queue(settings: Settings, project_id: int) -> str:
    """Return the queue in which a project's pages wait for OCR. The kind of worker that serves it has the same name."""
    if settings.easyocr_worker:
        try:
            plan = settings.for_project(project_id).ocr
        except SettingError:  # stage ocr reports it for each page
            return QUEUE_OF[TaskName.OCR]
        if "easyocr" in plan.engines:
            return OCR_GPU
    return QUEUE_OF[TaskName.OCR]
