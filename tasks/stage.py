"""What every stage of a page shares: take the claim, work, record, retry or fail. The stages hold only their work."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Any, NoReturn

from celery import Task
from celery.exceptions import Ignore, SoftTimeLimitExceeded, TimeLimitExceeded

from prelabel.errors import (
    ClaimLost,
    ExtractFailed,
    OcrFailed,
    PagesGone,
    PrelabelError,
    ServiceUnavailable,
    UnexpectedError,
)
from prelabel.ledger import Begun, Claim, Stage
from prelabel.roster import died_here
from tasks.resources import Resources, resources

log = logging.getLogger(__name__)

#: Does the stage's work and records its output in the ledger.
Work = Callable[[Resources, Claim, Begun], None]

#: A retry's claim outlives its countdown by this much, so that a selection does not overtake it.
_RETRY_LEASE_S = 120.0
#: A retry waits in a worker's hands, unacknowledged; some servers ask for days.
_LONGEST_WAIT_S = 3600.0


class StageTask(Task):
    """Base of `ocr`, `extract` and `upload`. Retries are counted in the ledger: one budget a stage, whoever runs it."""

    abstract = True
    acks_late = True
    max_retries = None
    throws = (PrelabelError,)  # our own line says it all: Celery adds no traceback
    default_retry_delay = 1
    stage: Stage

    def on_failure(self, exc: Exception, task_id: str, args: list[Any], kwargs: dict[str, Any], einfo: object) -> None:
        """The pool killed the process that worked on this page, because it hung in native code."""
        if isinstance(exc, TimeLimitExceeded):
            here, claim = resources(), Claim(*args)
            here.ledger.fail(claim, self.stage, _took_too_long(here), attempts=1)


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
    failed: PrelabelError
    try:
        work(here, claim, begun)
    except ClaimLost:
        raise Ignore from None
    except PagesGone as error:
        here.ledger.skip(claim, error.code)
        log.warning("stage=%s project=%s page=%s: %s; skipped", task.stage, claim.project_id, claim.task_id, error)
        raise Ignore from None
    except PrelabelError as error:
        failed = error
    except SoftTimeLimitExceeded:
        failed = _took_too_long(here)
    except MemoryError:  # must not leave the task: a MemoryError ends a whole worker
        failed = _out_of_memory(task.stage)
    except Exception as error:  # the boundary of the task
        log.exception("stage=%s project=%s page=%s: a bug of prelabel", task.stage, claim.project_id, claim.task_id)
        failed = UnexpectedError(f"{type(error).__name__} in stage {task.stage}; see the log")
    else:
        log.info(
            "stage=%s project=%s page=%s attempt=%s seconds=%.2f done",
            *(task.stage, claim.project_id, claim.task_id, begun.attempts + 1, time.monotonic() - started),
        )
        return
    _settle(task, here, claim, begun, failed)


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


def _settle(task: StageTask, here: Resources, claim: Claim, begun: Begun, error: PrelabelError) -> None:
    """Retry or fail, as the error and the stage's budget say."""
    attempts = begun.attempts + 1
    budget: int = getattr(here.settings, f"{task.stage}_retries")
    where = f"stage={task.stage} project={claim.project_id} page={claim.task_id} attempt={attempts}"
    if error.retryable and attempts <= budget:
        countdown_s = _countdown_s(here, begun.attempts, error)
        here.ledger.pause(claim, lease_s=countdown_s + _RETRY_LEASE_S)
        log.warning("%s reason=%s retry in %.1f s: %s", where, error.code, countdown_s, error)
        raise task.retry(exc=error, countdown=countdown_s)
    here.ledger.fail(claim, task.stage, error, attempts)
    log.error("%s reason=%s failed: %s", where, error.code, error)
    raise error.with_traceback(None) from None  # Celery sends tracebacks to whoever listens to its events


def _countdown_s(here: Resources, failed_before: int, error: PrelabelError) -> float:
    """Exponential backoff with jitter (half to whole), never before the other side wants to hear from us again."""
    backoff_s = here.settings.retry_backoff * 2.0**failed_before * random.uniform(0.5, 1.0)
    after_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
    return min(max(backoff_s, after_s or 0.0), _LONGEST_WAIT_S)


def _took_too_long(here: Resources) -> PrelabelError:
    return OcrFailed(f"the page took longer than {here.settings.ocr_time_limit:g} s (OCR_TIME_LIMIT)")


def _out_of_memory(stage: Stage) -> PrelabelError:
    text = "out of memory on this page; give the worker more, or lower MAX_IMAGE_PIXELS"
    return ExtractFailed(text) if stage == "extract" else OcrFailed(text)
