"""Celery tasks, thin: unpack ids, call prelabel, record. `from tasks import enqueue_project` starts a run."""

from prelabel.enqueue import (
    Run,
    cancel_project,
    enqueue_project,
    failed_pages,
    pause_project,
    resume_project,
    retry_failed,
)

__all__ = [
    "Run",
    "cancel_project",
    "enqueue_project",
    "failed_pages",
    "pause_project",
    "resume_project",
    "retry_failed",
]
