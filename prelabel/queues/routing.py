"""The choice of a task's queue: that of the table, except for pages that EasyOCR reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prelabel.errors import SettingError
from prelabel.queues.table import OCR_GPU, QUEUE_OF, TaskName
from prelabel.settings import Settings, get_settings


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
