"""How every worker process starts and ends: wrong settings end it with one line; it shows signs of life."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from celery import bootsteps, signals
from celery.worker import state

from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Claim
from prelabel.ledger.pieces import Piece
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.queues.routing import ocr_queue
from prelabel.queues.table import DOCUMENT_TASKS, PAGE_TASKS
from prelabel.settings import Settings
from tasks.resources import resources

log = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request is noise beside our own line a stage

#: A worker whose loop has failed gets so long for its tasks in hand.
_STOP_S = 10.0


@contextmanager
def one_line_errors() -> Iterator[None]:
    """One line on stderr, no traceback. Exit code 2: a person must mend it; 1: to be started again."""
    try:
        yield
    except PrelabelError as error:
        sys.stderr.write(f"prelabel: {error}\n")
        sys.exit(1 if error.retryable else 2)


def show_signs_of_life(kind: str, tagger: Announcement | None = None, engines: Mapping[str, str] | None = None) -> None:
    """Sign in now and every HEARTBEAT seconds, from a thread that ends with the process."""
    here = resources()
    info = WorkerInfo(here.owner, kind, time.time(), tagger, dict(engines or {}))
    with one_line_errors():
        here.ledger.roster.sign_in(info, every_s=here.settings.heartbeat)
    threading.Thread(target=_beat, args=(info,), name="heartbeat", daemon=True).start()


def own_engines(settings: Settings, kind: str) -> dict[str, str]:
    """Versions, by name, of the OCR engines for all projects whose pages this kind of worker reads."""
    from prelabel.ocr.versions import engine_versions

    engines: dict[str, str] = {}
    for project_id in (0, *settings.project_ids()):
        try:
            if ocr_queue(settings, project_id) == kind:
                engines |= engine_versions(settings, settings.for_project(project_id))
        except PrelabelError as error:
            log.warning("this worker will not read project %s: %s", project_id or "without a table of its own", error)
    return engines


def _beat(info: WorkerInfo) -> None:
    here = resources()
    while True:
        time.sleep(here.settings.heartbeat)
        try:
            here.ledger.roster.sign_in(info, every_s=here.settings.heartbeat)
            here.ledger.renew({*here.in_hand, *_fetched()}, here.owner, lease_s=here.lease_s)
        except PrelabelError as error:
            log.warning("no sign of life: %s", error)
        except Exception:  # the boundary of the thread: without it, this worker's pages would go to others
            log.exception("no sign of life: a bug of prelabel")


def _fetched() -> set[Claim]:
    """Pages whose messages are here and wait for a free hand, or for the time of their retry."""
    with suppress(RuntimeError):  # one came while they were listed: next time
        return {Claim(*request.args) for request in state.reserved_requests if request.name in PAGE_TASKS}
    return set()


@signals.task_received.connect
def _reserve(request: Any, **_: object) -> None:
    """The message is out of its queue: if this process dies before a pool worker begins, the page must be found."""
    here = resources()
    try:
        if request.name in PAGE_TASKS:
            here.ledger.reserve(Claim(*request.args), here.owner, lease_s=here.lease_s)
        elif request.name in DOCUMENT_TASKS:
            here.ledger.pieces.reserve(Piece(*request.args), here.owner, lease_s=here.settings.claim_wait)
    except PrelabelError as error:
        log.warning("cannot reserve a page: %s", error)


def sign_off() -> None:
    """The process ends in order: what it still holds is free at once."""
    here = resources()
    try:
        here.ledger.roster.sign_off(here.owner)
    except PrelabelError as error:
        log.warning("cannot sign off: %s", error)


class _EndsForSure(bootsteps.StartStopStep):
    """A worker whose loop has failed may wait for ever on its pool, and look alive; it ends, to be started again."""

    requires = ("celery.worker.components:Pool",)  # begun after the pool, so stopped before it

    def stop(self, worker: Any) -> None:
        if worker.exitcode:
            log.error("the worker's loop has failed; it ends in %g s at the latest, to be started again", _STOP_S)
            threading.Thread(target=_end, args=(worker.exitcode,), name="end", daemon=True).start()


def _end(exitcode: int) -> None:
    time.sleep(_STOP_S)
    sign_off()
    os._exit(exitcode)


@signals.worker_init.connect
def _watch_the_end(sender: Any, **_: object) -> None:
    sender.app.steps["worker"].add(_EndsForSure)
