"""Periodic work that somebody asks for between two of beat's turns: sent unless the same message waits already."""

from __future__ import annotations

from prelabel.ledger.ledger import Ledger
from prelabel.queues.routes import TaskName
from prelabel.queues.sending import send
from prelabel.settings import Settings


def send_once(ledger: Ledger, settings: Settings, task: str, *args: object, after_s: float = 0.0) -> bool:
    """Send a task with these arguments unless such a message waits; return whether it was sent.

    `after_s`: delay in seconds. Raises ServiceUnavailable when Redis does not answer.
    """
    message_id = ledger.queueing_locks.grant(task, args)
    if message_id is None:
        return False
    send(settings, task, args, task_id=message_id, after_s=after_s)
    return True


def send_recovery(ledger: Ledger, settings: Settings, project_id: int) -> bool:
    """Let pages in flight that were lost, or have waited for their time, start again; no new ones are claimed.

    Raises ServiceUnavailable when Redis does not answer.
    """
    return send_once(ledger, settings, TaskName.RECOVER, project_id)


def ask_selection(ledger: Ledger, settings: Settings, project_id: int) -> None:
    """Ask for a selection of the project: now by a message, and by beat if that message is lost.

    Raises ServiceUnavailable when Redis does not answer.
    """
    ledger.care.ask(project_id)
    send_once(ledger, settings, TaskName.SELECT, project_id)
