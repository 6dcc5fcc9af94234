"""Messages of document jobs: opening a document, rendering one of its pages."""

from __future__ import annotations

from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.ledger import Ledger
from prelabel.queues.priority import turn
from prelabel.queues.sending import send
from prelabel.queues.table import TaskName
from prelabel.settings import Settings


def dispatch(ledger: Ledger, settings: Settings) -> int:
    """Send the next document jobs, up to RENDER_AHEAD in flight; return how many were sent.

    Every caller that adds or ends a job calls this. The sweep finds jobs whose sender dies here.
    """
    sent = 0
    while pieces := ledger.jobs.take(bound=settings.render_ahead, lease_s=settings.claim_wait):
        for piece in pieces:
            _send(piece, settings)
        sent += len(pieces)
    return sent


def _send(piece: DocumentJob, settings: Settings) -> None:
    """Send a job's message: first pages of a document go before later pages of others, and before OCR's later turns."""
    args = (piece.project_id, piece.document, piece.number, piece.token)
    task = TaskName.RENDER_PAGE if piece.number else TaskName.OPEN_DOCUMENT
    send(settings, task, args, priority=turn(piece.number, settings.render_ahead))
