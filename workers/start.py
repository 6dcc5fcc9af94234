"""Start, heartbeat and end of every worker process. A wrong set-up ends the process before it takes a message."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import astuple
from typing import Any

from celery import signals
from celery.worker import state

from prelabel.bucket.folder import FolderBucket
from prelabel.errors import PrelabelError
from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.leases import Leased
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.queues.routes import DOCUMENT_TASKS, PAGE_TASKS, WORKERS, ocr_queue
from prelabel.settings import Settings, get_settings
from prelabel.startup.needs import NEEDS, bucket_opens, check_needs
from prelabel.startup.one_line import celery_command, one_line_errors
from tasks import useless_commands
from tasks.process import WorkerProcess, this_process
from workers.celery_options import check_options
from workers.forced_exit import EndAfterFailure, end_without_redis, watch_loop
from workers.other_servers import announce_server
from workers.unknown_tasks import ReturningConsumer

#: Tries to copy Celery's sets of messages, which other threads change.
_SNAPSHOT_TRIES = 5

log = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every request would hide our line for every stage


def set_up(kind: str, pool: str) -> None:
    """Make this process a worker of one kind: its queues, its pool, and the checks before its first message.

    `celery -A workers.io inspect ...` imports the module, too, so nothing is checked before a worker starts.
    """
    from tasks.app import app

    useless_commands.worker_kinds.append(kind)
    app.amqp.queues.select(WORKERS[kind])
    app.conf.worker_pool = pool
    app.conf.worker_consumer = ReturningConsumer
    app.steps["worker"].add(EndAfterFailure)
    signals.worker_ready.connect(watch_loop)
    signals.worker_shutting_down.connect(end_without_redis)

    @signals.celeryd_init.connect(weak=False)
    def _check(options: Mapping[str, Any], **_: object) -> None:
        with one_line_errors():
            check_options(kind, pool, options)
            check_needs(get_settings(), kind)

    if celery_command() == "worker" and {"-D", "--detach"} & {*sys.argv}:
        with one_line_errors():  # now, because nobody sees what a detached process says
            check_needs(get_settings(), kind)


def start_heartbeat(
    kind: str,
    tagger: Announcement | None = None,
    engines: Mapping[str, str] | None = None,
    own_models: Callable[[], Mapping[str, Announcement]] = lambda: {},
) -> None:
    """Record a heartbeat now and every PRELABEL_HEARTBEAT seconds, from a thread that ends with the process.

    `own_models`: returns the models of projects at each heartbeat, because they change without a restart.
    """
    here = this_process()
    with one_line_errors():
        since, folder = here.ledger.now(), _folder(here, kind)

    def info() -> WorkerInfo:
        return WorkerInfo(here.owner, kind, since, tagger, dict(engines or {}), dict(own_models()), folder)

    with one_line_errors():
        here.ledger.workers.sign_in(info(), every_s=here.settings.heartbeat)
    threading.Thread(target=_repeat_heartbeat, args=(info,), name="heartbeat", daemon=True).start()


def _folder(here: WorkerProcess, kind: str) -> str:
    """Return the mark of this worker's folder of documents and stored pages; empty where it has none."""
    if here.settings.bucket_name or bucket_opens not in NEEDS.get(kind, ()):  # a cpu worker speaks for its processes
        return ""
    try:
        return here.bucket.mark(make=True) if isinstance(here.bucket, FolderBucket) else ""
    except PrelabelError as error:  # work that needs the bucket waits
        log.warning("the folder of PRELABEL_BUCKET gets no mark: %s", error)
        return ""


def own_engines(settings: Settings, kind: str) -> dict[str, str]:
    """Return the versions, by name, of the OCR engines for all projects whose pages this kind of worker reads."""
    from prelabel.ocr.versions import engine_versions

    engines: dict[str, str] = {}
    for project_id in (0, *settings.project_ids()):
        try:
            if ocr_queue(settings, project_id) == kind:
                engines |= engine_versions(settings, settings.for_project(project_id))
        except PrelabelError as error:
            log.warning("this worker will not read project %s: %s", project_id or "without a table of its own", error)
    return engines


def _repeat_heartbeat(info: Callable[[], WorkerInfo]) -> None:
    """Record heartbeats and renew the leases of this process's work, forever."""
    here = this_process()
    while True:
        if info().kind in WORKERS:
            announce_server(here.settings)
        time.sleep(here.settings.heartbeat)
        try:
            here.ledger.workers.sign_in(info(), every_s=here.settings.heartbeat)
            here.ledger.leases.renew({*here.in_hand, *_fetched()}, here.owner, lease_s=here.lease_s)
        except PrelabelError as error:
            log.warning("heartbeat failed: %s", error)
        except Exception:  # the boundary of the thread: if it ended, this worker's pages would go to others
            log.exception("heartbeat failed: a bug of prelabel")


def _leased(request: Any) -> Leased | None:
    """Unpack the message of leased work; return None for other tasks, and for messages that name no work."""
    kind = Claim if request.name in PAGE_TASKS else DocumentJob if request.name in DOCUMENT_TASKS else None
    if kind is None:
        return None
    try:
        leased = kind(*request.args)
    except TypeError:
        return None
    return leased if all(_is_part(value) for value in astuple(leased)) else None


def _is_part(value: object) -> bool:
    """Return whether a message's value can be a part of a claim. Others would end the renewal of all leases."""
    return type(value) is int or (isinstance(value, str) and value.isprintable())


def _fetched() -> set[Leased]:
    """Return the work whose messages this worker has fetched and not begun, retries that wait here included."""
    held = (*_snapshot(state.reserved_requests), *_snapshot(state.scheduled_requests))
    return {leased for request in held if (leased := _leased(request))}


def _snapshot(requests: Iterable[Any]) -> list[Any]:
    """Copy a set that other threads change; [] if it changed in all tries: the next heartbeat renews these leases."""
    for _ in range(_SNAPSHOT_TRIES):
        with suppress(RuntimeError):
            return list(requests)
    return []


@signals.task_received.connect
def _reserve(request: Any, **_: object) -> None:
    """Record that this process has fetched a message, so that the work is recovered if the process dies.

    A retry may wait in this process for its time; heartbeats renew its lease meanwhile.
    """
    here, leased = this_process(), _leased(request)
    if leased is None:
        return
    try:
        here.ledger.leases.reserve(leased, here.owner, lease_s=here.lease_s)
    except PrelabelError as error:
        log.warning("cannot reserve %s: %s", leased.work, error)
