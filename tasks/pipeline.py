"""The order of the stages of a page: ocr -> extract -> upload, in one chain. Messages carry ids only."""

from __future__ import annotations

from dataclasses import astuple

from celery import chain

from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import STAGES, Stage
from prelabel.queues.routes import STAGE_TASKS
from tasks.app import app


def start_chain(claim: Claim, stage: Stage, priority: int) -> None:
    """Send the chain of a page, beginning with the stage that the page has reached. Priority 0 comes first."""
    left = STAGES[STAGES.index(stage) :]
    options = {"priority": priority}
    signatures = (
        app.signature(STAGE_TASKS[name], args=astuple(claim), immutable=True, options=options) for name in left
    )
    chain(*signatures).apply_async()
