"""The order of the stages of a page: ocr -> extract -> upload, in one chain. Messages carry ids only."""

from __future__ import annotations

from dataclasses import astuple

from celery import Signature, chain

from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import STAGES, Stage
from prelabel.queues.routes import STAGE_TASKS
from tasks.app import app

#: An argument that io workers of earlier releases do not know, so that they leave the upload to this one: they would
#: name the prediction by its version, and move the project's name, which empties the pages of all others.
_OPTIONS_OF: dict[Stage, dict[str, bool]] = {"upload": {"named": True}}


def start_chain(claim: Claim, stage: Stage, priority: int) -> None:
    """Send the chain of a page, beginning with the stage that the page has reached. Priority 0 comes first."""
    chain(*messages(claim, stage, priority)).apply_async()


def messages(claim: Claim, stage: Stage, priority: int) -> list[Signature]:
    """Return the messages of a chain."""
    options = {"priority": priority}
    return [
        app.signature(
            STAGE_TASKS[name], args=astuple(claim), kwargs=_OPTIONS_OF.get(name), immutable=True, options=options
        )
        for name in STAGES[STAGES.index(stage) :]
    ]
