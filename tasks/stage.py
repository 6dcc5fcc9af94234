"""What every stage of a page shares: take the claim, work, record, retry or fail. The stages hold only their work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, NoReturn

from celery.exceptions import Ignore, TimeLimitExceeded

from prelabel.errors import ClaimLost, ExtractFailed, OcrFailed, PagesGone, PrelabelError
from prelabel.ledger.ledger import Begun, Claim, Stage
from prelabel.ledger.workers import died_here
from tasks.attempt import AttemptTask, attempt, settle
from tasks.resources import Resources, resources

log = logging.getLogger(__name__)

#: Does the stage's work and records its output in the ledger.
Work = Callable[[Resources, Claim, Begun], None]


class StageTask(AttemptTask):
    """Base of `ocr`, `extract` and `upload`. Retries are counted in the ledger."""

    abstract = True
    stage: Stage

    def on_failure(self, exc: Exception, task_id: str, args: list[Any], kwargs: dict[str, Any], einfo: object) -> None:
        """The pool killed the process that worked on this page, because it hung in native code."""
        if isinstance(exc, TimeLimitExceeded):
            here, claim = resources(), Claim(*args)
            here.ledger.hung(claim, self.stage, _took_too_long(here))


def run_stage(task: StageTask, claim: Claim, work: Work, *, charge: str = "") -> None:
    """Run one stage of one page. Raises Celery's Ignore for a stale claim, Retry, or the page's final error."""
    here = resources()
    begun = _begin(here, claim, task.stage, charge)
    if begun is None:
        return
    here.in_hand.add(claim)
    try:
        _run(task, here, claim, begun, work)
    finally:
        here.in_hand.discard(claim)


def _run(task: StageTask, here: Resources, claim: Claim, begun: Begun, work: Work) -> None:
    started = time.monotonic()
    where = f"stage={task.stage} project={claim.project_id} page={claim.task_id}"
    try:
        error = attempt(
            lambda: work(here, claim, begun),
            where,
            too_long=lambda: _took_too_long(here),
            out_of_memory=lambda: _out_of_memory(task.stage),
        )
    except ClaimLost:
        raise Ignore from None
    except PagesGone as gone:
        here.ledger.skip(claim, gone.code)
        log.warning("%s: %s; skipped", where, gone)
        raise Ignore from None
    if error is None:
        log.info("%s attempt=%s seconds=%.2f done", where, begun.attempts + 1, time.monotonic() - started)
        return
    settle(
        task,
        here.settings,
        error,
        where,
        failed_before=begun.attempts,
        budget=getattr(here.settings, f"{task.stage}_retries"),
        pause=lambda lease_s: here.ledger.pause(claim, lease_s=lease_s),
        fail=lambda tries: here.ledger.fail(claim, task.stage, error, tries),
    )


def hand_back(here: Resources, claim: Claim, stage: Stage, own: str) -> NoReturn:
    """The page's version wants another engine, tagger or setting than this worker's `own`: the next selection decides.

    Raises ClaimLost: this chain is over.
    """
    log.warning(
        "stage=%s project=%s page=%s: the page wants version %s, this worker has %s, or other settings; handed back",
        *(stage, claim.project_id, claim.task_id, claim.version, own),
    )
    here.ledger.release(claim)
    raise ClaimLost(f"page {claim.task_id}: handed back")


def _begin(here: Resources, claim: Claim, stage: Stage, charge: str) -> Begun | None:
    """None when this stage's output is stored already: the chain goes on."""
    try:
        begun = here.ledger.begin(claim, stage, here.owner, charge=charge, lease_s=here.lease_s)
        if begun == "busy":
            owner = here.ledger.owner(claim)
            if not died_here(owner):
                raise Ignore
            begun = here.ledger.begin(claim, stage, here.owner, charge=charge, dead_owner=owner, lease_s=here.lease_s)
    except ClaimLost:
        log.info("stage=%s project=%s page=%s: stale claim, ended", stage, claim.project_id, claim.task_id)
        raise Ignore from None
    if begun in ("busy", "halted"):
        raise Ignore
    return begun if isinstance(begun, Begun) else None


def _took_too_long(here: Resources) -> PrelabelError:
    return OcrFailed(f"the page took longer than {here.settings.ocr_time_limit:g} s (OCR_TIME_LIMIT)")


def _out_of_memory(stage: Stage) -> PrelabelError:
    text = "out of memory on this page; give the worker more, or lower MAX_IMAGE_PIXELS"
    return ExtractFailed(text) if stage == "extract" else OcrFailed(text)
