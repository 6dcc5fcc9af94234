"""The order of the stages of a page: ocr -> extract -> upload, one chain a page. Messages carry ids only."""

from __future__ import annotations

from dataclasses import astuple

from celery import chain

from prelabel.ledger import STAGES, Claim, Stage
from tasks.app import app


def start_chain(claim: Claim, stage: Stage) -> None:
    """Send the chain of a page, from the stage that it has reached."""
    left = STAGES[STAGES.index(stage) :]
    chain(*(app.signature(f"prelabel.{name}", args=astuple(claim), immutable=True) for name in left)).apply_async()
