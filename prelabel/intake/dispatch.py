"""Messages of document jobs: opening a document, rendering one of its pages."""

from __future__ import annotations

from prelabel.ledger.document_jobs import DocumentJob
from prelabel.queues.priority import turn
from prelabel.queues.sending import send
from prelabel.queues.table import TaskName
from prelabel.settings import Settings
from prelabel.workplace import Workplace


def dispatch(place: Workplace) -> int:
    """Send the next document jobs, up to RENDER_AHEAD in flight; return how many were sent.

    Every caller that adds or ends a job calls this. The sweep finds jobs whose sender dies here.
    """
    sent = 0
    while jobs := place.ledger.jobs.take(bound=place.settings.render_ahead, lease_s=place.settings.claim_wait):
        for job in jobs:
            _send(job, place.settings)
        sent += len(jobs)
    return sent


def _send(job: DocumentJob, settings: Settings) -> None:
    """Send a job's message: first pages of a document go before later pages of others, and before OCR's later turns."""
    args = (job.project_id, job.document, job.number, job.token)
    task = TaskName.RENDER_PAGE if job.number else TaskName.OPEN_DOCUMENT
    send(settings, task, args, priority=turn(job.number, settings.render_ahead))
