"""The runner of leased work: begin the lease, do the work, record the outcome, retry or fail.

Stages of a page and document jobs share this runner; their modules hold only the work itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, TypeVar

from celery.exceptions import Ignore, SoftTimeLimitExceeded, TimeLimitExceeded

from prelabel.errors import AuthError, ChainOver, PagesGone, PrelabelError, UnexpectedError
from prelabel.ledger.leases import Begun, Counted, Leased
from prelabel.ledger.workers import died_here
from prelabel.outages.evidence import verdict
from prelabel.retry import LONGEST_COUNTDOWN_S, MOST_WAITS, Again, decide
from prelabel.settings import Settings
from tasks.messages import has_unknown
from tasks.process import WorkerProcess, this_process
from tasks.short_waits import OwnClockTask

log = logging.getLogger(__name__)

#: A retry's lease outlives its countdown by this time, so that no selection claims the page before the retry.
_RETRY_LEASE_S = 120.0

#: A token that is refused here and accepted elsewhere is no page's fault: servers behind one address may disagree for a
#: while. After so many waits in a row the error counts, because the token's owner may lack a right.
_REFUSALS = 10

L = TypeVar("L", bound=Leased)

#: Does the work and records its output in the ledger.
Work = Callable[[WorkerProcess, L, Begun], None]


class LeasedTask(OwnClockTask, Generic[L]):
    """Base of tasks that hold a lease. The ledger counts their tries, over all processes.

    `stage`: the name of the work in ledger and log. `charge`: "alone" where the process works on nothing else, so that
    a crash counts against this work.
    """

    abstract = True
    acks_late = True
    max_retries = None
    throws = (PrelabelError,)  # the runner logs these errors, so Celery adds no traceback
    default_retry_delay = 1
    stage: str
    charge = ""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run the task; a message with arguments that only a newer release knows frees its work instead."""
        if has_unknown(self, args, kwargs):
            _leave_to_newer(self, self.leased(*args))
        self.run(*args, **kwargs)

    def leased(self, *args: Any) -> L:
        """Unpack the arguments of a message."""
        raise NotImplementedError

    def budget(self, settings: Settings) -> int:
        """Return the number of retries."""
        raise NotImplementedError

    def needs(self, here: WorkerProcess, leased: L, begun: Begun) -> Iterable[str]:
        """Return the servers without which the work cannot be done, as far as they are known before it begins."""
        return ()

    def too_long(self, settings: Settings) -> PrelabelError:
        """Return the error of work that exceeds its time limit."""
        raise NotImplementedError

    def out_of_memory(self, settings: Settings) -> PrelabelError:
        """Return the error of work that exceeds the memory."""
        raise NotImplementedError

    def ended(self, here: WorkerProcess) -> None:
        """Start work that waits for the end of this work, whatever its outcome."""

    def gone(self, here: WorkerProcess, leased: L, error: PagesGone) -> None:
        """Record that the page was deleted in Label Studio."""
        raise error

    def on_failure(self, exc: Exception, task_id: str, args: list[Any], kwargs: dict[str, Any], einfo: object) -> None:
        """Record that the pool killed the process of this work, because the work hung in native code."""
        if isinstance(exc, TimeLimitExceeded):
            here = this_process()
            here.ledger.leases.hung(self.leased(*args), self.stage, self.too_long(here.settings))
            self.ended(here)


def run(task: LeasedTask[L], leased: L, work: Work[L]) -> None:
    """Run one attempt. Raises Celery's Ignore for a chain that is over, Celery's Retry, or the error of failed work."""
    here = this_process()
    begun = _begin(task, here, leased)
    if begun is None:
        return
    here.in_hand.add(leased)
    try:
        _attempt(task, here, leased, begun, work)
    finally:
        here.in_hand.discard(leased)


def _leave_to_newer(task: LeasedTask[L], leased: L) -> NoReturn:
    """Free work whose message a newer release sent, without counting a try; raise Celery's Ignore."""
    here = this_process()
    if _begin(task, here, leased) is not None:
        log.warning("%s: handed back: a newer release sent the message; update this worker", _where(task, leased))
        here.ledger.leases.hand_back(leased)
    raise Ignore


def _begin(task: LeasedTask[L], here: WorkerProcess, leased: L) -> Begun | None:
    """Begin the lease; return None when the output of this stage is stored already, and the chain goes on."""
    try:
        begun = _take(task, here, leased)
        if begun == "busy" and died_here(owner := here.ledger.leases.owner(leased)):
            begun = _take(task, here, leased, dead_owner=owner)
    except ChainOver:
        log.info("%s: stale, ended", _where(task, leased))
        task.ended(here)  # a dead worker's crash may just have failed this work
        raise Ignore from None
    if begun in ("busy", "halted"):
        raise Ignore
    return begun if isinstance(begun, Begun) else None


def _take(task: LeasedTask[L], here: WorkerProcess, leased: L, dead_owner: str = "") -> Begun | str:
    return here.ledger.leases.begin(
        leased, task.stage, here.owner, charge=task.charge, dead_owner=dead_owner, lease_s=here.lease_s
    )


def _attempt(task: LeasedTask[L], here: WorkerProcess, leased: L, begun: Begun, work: Work[L]) -> None:
    started, where = time.monotonic(), _where(task, leased)
    if begun.away and (missing := set(begun.away).intersection(task.needs(here, leased, begun))):
        _wait_for(task, here, leased, min(missing), counted="")
    try:
        error = _error_of(task, here, leased, begun, work)
    except ChainOver:
        raise Ignore from None
    except PagesGone as error:
        task.gone(here, leased, error)
        log.warning("%s: %s; skipped", where, error)
        raise Ignore from None
    if error is not None:
        _settle(task, here, leased, error, begun)
    log.info("%s attempt=%s seconds=%.2f done", where, begun.attempts + 1, time.monotonic() - started)
    task.ended(here)


def _error_of(task: LeasedTask[L], here: WorkerProcess, leased: L, begun: Begun, work: Work[L]) -> PrelabelError | None:
    """Perform the work; return its error, or None. Raises ChainOver and PagesGone."""
    try:
        work(here, leased, begun)
    except (ChainOver, PagesGone):
        raise
    except PrelabelError as error:
        return error
    except SoftTimeLimitExceeded:
        return task.too_long(here.settings)
    except MemoryError:  # it must not leave the task, because it would end the whole worker
        return task.out_of_memory(here.settings)
    except Exception as error:  # the boundary of the task
        log.exception("%s: a bug of prelabel", _where(task, leased))
        return UnexpectedError(f"{type(error).__name__} in stage {task.stage}; see the log")
    return None


def _settle(task: LeasedTask[L], here: WorkerProcess, leased: L, error: PrelabelError, begun: Begun) -> NoReturn:
    """Schedule a retry or fail the work. Raises Celery's Retry, Ignore for a wait in the ledger, or the error.

    While the server is away that the error names, the work waits for it and uses up no try.
    """
    tries, backoff_s = begun.attempts + 1, here.settings.retry_backoff
    where = f"{_where(task, leased)} attempt={tries} reason={error.code}"
    found = verdict(here, error) if begun.waits < MOST_WAITS else "own"
    if found == "away":
        log.info("%s waits for %s: %s", where, error.server, error)
        _wait_for(task, here, leased, error.server, counted="wait")
    charged = error.charged and found == "own" and not (isinstance(error, AuthError) and begun.waits < _REFUSALS)
    decision = decide(error, tries, task.budget(here.settings), charged=charged, waits=begun.waits, backoff_s=backoff_s)
    if isinstance(decision, Again):
        log.warning("%s retry in %.1f s: %s", where, decision.after_s, error)
        _wait(task, here, leased, error, decision)
    here.ledger.leases.fail(leased, task.stage, error, tries)
    log.error("%s failed: %s", where, error)
    task.ended(here)
    raise error.with_traceback(None) from None  # Celery's events carry tracebacks, which may hold secrets


def _wait_for(task: LeasedTask[L], here: WorkerProcess, leased: L, server: str, *, counted: Counted) -> NoReturn:
    """Let the work wait in the ledger until the server is back."""
    here.ledger.leases.postpone(leased, server=server, counted=counted)
    task.ended(here)
    raise Ignore


def _counted(again: Again) -> Counted:
    return "try" if again.charged else "wait"


def _wait(task: LeasedTask[L], here: WorkerProcess, leased: L, error: PrelabelError, again: Again) -> NoReturn:
    """Let the work wait for its retry: in a process for a short time, else in the ledger."""
    if again.after_s <= LONGEST_COUNTDOWN_S:
        lease_s = again.after_s + _RETRY_LEASE_S
        here.ledger.leases.wait_for_retry(leased, lease_s=lease_s, counted=_counted(again))
        raise task.retry(exc=error, countdown=again.after_s)
    here.ledger.leases.postpone(leased, wait_s=again.after_s, counted=_counted(again))
    task.ended(here)
    raise Ignore


def _where(task: LeasedTask[L], leased: L) -> str:
    return f"stage={task.stage} {leased.log_fields}"
