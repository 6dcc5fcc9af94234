"""Celery tasks: they unpack ids, call prelabel, and record the outcome.

`from tasks import enqueue_project` starts a run, `from tasks import add_document` adds a file.
"""

from prelabel import (
    Run,
    add_document,
    cancel_project,
    create_project,
    enqueue_project,
    failed_pages,
    pause_project,
    resume_project,
    retry_document,
    retry_failed,
    unwatch_project,
    watch_project,
)

__all__ = [
    "Run",
    "add_document",
    "cancel_project",
    "create_project",
    "enqueue_project",
    "failed_pages",
    "pause_project",
    "resume_project",
    "retry_document",
    "retry_failed",
    "unwatch_project",
    "watch_project",
]
