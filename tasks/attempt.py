"""One try of a piece of work: what went wrong as an error of ours, and whether and when the next try comes."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import NoReturn

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded

from prelabel.errors import ClaimLost, PagesGone, PrelabelError, ServiceUnavailable, UnexpectedError
from prelabel.settings import Settings

log = logging.getLogger(__name__)

#: A retry's claim outlives its countdown by this much, so that a selection does not overtake it.
_RETRY_LEASE_S = 120.0
#: A retry waits in a worker's hands, unacknowledged; some servers ask for days.
_LONGEST_WAIT_S = 3600.0


class AttemptTask(Task):
    """Base of tasks that count their retries themselves: one budget for a piece of work, whoever runs it."""

    abstract = True
    acks_late = True
    max_retries = None
    throws = (PrelabelError,)  # our own line says it all: Celery adds no traceback
    default_retry_delay = 1


def attempt(
    work: Callable[[], None],
    where: str,
    *,
    too_long: Callable[[], PrelabelError],
    out_of_memory: Callable[[], PrelabelError],
) -> PrelabelError | None:
    """Do the work; None when it is done, else what went wrong. ClaimLost and PagesGone are raised.

    `where`: `stage=NAME project=... page=...`, for the log.
    """
    try:
        work()
    except (ClaimLost, PagesGone):
        raise
    except PrelabelError as error:
        return error
    except SoftTimeLimitExceeded:
        return too_long()
    except MemoryError:  # must not leave the task: a MemoryError ends a whole worker
        return out_of_memory()
    except Exception as error:  # the boundary of the task
        log.exception("%s: a bug of prelabel", where)
        return UnexpectedError(f"{type(error).__name__} in {where.split()[0].replace('=', ' ')}; see the log")
    return None


def settle(
    task: Task,
    settings: Settings,
    error: PrelabelError,
    where: str,
    *,
    failed_before: int,
    budget: int,
    pause: Callable[[float], None],
    fail: Callable[[int], None],
) -> NoReturn:
    """Retry or fail, as the error and the budget say. Raises Celery's Retry, or the error.

    `pause`: keep the claim for so many seconds; `fail`: record the failure after so many tries.
    """
    tries = failed_before + 1
    if error.retryable and tries <= budget:
        countdown_s = _countdown_s(settings, failed_before, error)
        pause(countdown_s + _RETRY_LEASE_S)
        log.warning("%s attempt=%s reason=%s retry in %.1f s: %s", where, tries, error.code, countdown_s, error)
        raise task.retry(exc=error, countdown=countdown_s)
    fail(tries)
    log.error("%s attempt=%s reason=%s failed: %s", where, tries, error.code, error)
    raise error.with_traceback(None) from None  # Celery sends tracebacks to whoever listens to its events


def _countdown_s(settings: Settings, failed_before: int, error: PrelabelError) -> float:
    """Exponential backoff with jitter (half to whole), never before the other side wants to hear from us again."""
    backoff_s = settings.retry_backoff * 2.0**failed_before * random.uniform(0.5, 1.0)
    after_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
    return min(max(backoff_s, after_s or 0.0), _LONGEST_WAIT_S)
