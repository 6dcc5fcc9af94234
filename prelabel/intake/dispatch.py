"""The messages of document jobs: opening a document, rendering one of its pages."""

from __future__ import annotations

from prelabel.ledger.document_jobs import DocumentJob
from prelabel.queues.priority import priority_of
from prelabel.queues.routes import TaskName
from prelabel.queues.sending import send
from prelabel.settings import Settings
from prelabel.workplace import Workplace


def dispatch(workplace: Workplace) -> int:
    """Send the next document jobs, up to PRELABEL_RENDER_AHEAD in flight; return their number.

    Every caller that adds or ends a job calls this. The sweep finds jobs whose sender dies here.
    """
    sent, settings = 0, workplace.settings
    while jobs := workplace.ledger.jobs.take(bound=settings.render_ahead, lease_s=settings.claim_wait):
        for job in jobs:
            _send(job, settings)
        sent += len(jobs)
    return sent


def _send(job: DocumentJob, settings: Settings) -> None:
    """Send a job's message. The first pages of a document have priority over later pages of other documents."""
    args = (job.project_id, job.document, job.number, job.token)
    task = TaskName.RENDER_PAGE if job.number else TaskName.OPEN_DOCUMENT
    send(settings, task, args, priority=priority_of(job.number, settings.render_ahead))
