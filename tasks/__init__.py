"""Celery tasks, thin: unpack ids, call prelabel, record. `from tasks import enqueue_project` starts a run."""

from prelabel.enqueue import Run, enqueue_project, failed_pages, retry_failed

__all__ = ["Run", "enqueue_project", "failed_pages", "retry_failed"]
