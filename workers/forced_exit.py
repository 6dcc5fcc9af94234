"""Forced exits of workers that would not end by themselves: without Redis, or when their loop has failed or hangs."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import closing
from typing import Any

import redis
from celery import bootsteps, signals

from prelabel.errors import PrelabelError
from prelabel.queues import broker
from tasks.process import this_process
from workers.quiet_consumer import QuietConsumer

#: Seconds that a worker whose loop has failed gets for its tasks in hand.
_STOP_S = 10.0
#: Seconds for which Redis may be silent while a worker ends. Without Redis no work in hand can be recorded any more.
_SILENT_S = 4.5
#: A loop turns once a second, also without work. One that has not turned for so long, while Redis answers, hangs.
_HANGS_S = 60.0
_LOOK_EVERY_S = 5.0

log = logging.getLogger(__name__)


def sign_off() -> None:
    """Record the orderly end of this process, so that its work is free at once."""
    here = this_process()
    try:
        here.ledger.workers.sign_off(here.owner)
    except PrelabelError as error:
        log.warning("cannot sign off: %s", error)


class EndAfterFailure(bootsteps.StartStopStep):
    """The forced exit of a worker whose loop has failed. Without it, the worker may wait for its pool forever."""

    requires = ("celery.worker.components:Pool",)  # started after the pool, so stopped before it

    def stop(self, worker: Any) -> None:
        if worker.exitcode:
            log.error("the worker's loop has failed; the worker ends within %g s, to be started again", _STOP_S)
            threading.Thread(target=_exit_later, args=(worker.exitcode,), name="forced exit", daemon=True).start()


def _exit_later(exitcode: int) -> None:
    time.sleep(_STOP_S)
    sign_off()
    os._exit(exitcode)


def end_without_redis(**_: object) -> None:
    """Watch Redis from now on, because the worker was asked to end: its orderly end waits for Redis without a limit."""
    threading.Thread(target=_exit_without_redis, name="forced exit", daemon=True).start()


def _exit_without_redis() -> None:
    answered = time.monotonic()
    while time.monotonic() - answered < _SILENT_S:
        time.sleep(0.5)
        if _redis_answers():
            answered = time.monotonic()
    log.error("Redis does not answer, so this worker ends now; its work in hand is done again")
    os._exit(1)


def watch_loop(**_: object) -> None:
    """Watch the loop of this worker from now on: heartbeats come from another thread, so a hanging worker looks alive.

    While the worker ends, its loop may stand still.
    """
    ending = threading.Event()
    signals.worker_shutting_down.connect(lambda **_: ending.set(), weak=False)
    threading.Thread(target=_watch_loop, args=(ending,), name="loop watch", daemon=True).start()


def _watch_loop(ending: threading.Event) -> None:
    """End the process when its loop has hung for _HANGS_S. Without Redis a loop that stands still is no fault."""
    hangs_s, turned_at = 0.0, 0.0
    while not ending.wait(_LOOK_EVERY_S):
        hangs = QuietConsumer.turned_at == turned_at and _redis_answers()
        hangs_s, turned_at = hangs_s + _LOOK_EVERY_S if hangs else 0.0, QuietConsumer.turned_at
        if hangs_s >= _HANGS_S:
            log.critical("this worker's loop hangs: it takes no messages any more, and ends now, to be started again")
            sign_off()
            os._exit(1)


def _redis_answers() -> bool:
    try:
        with closing(broker.connect(this_process().settings, socket_timeout=2.0)) as client:
            client.ping()
    except (PrelabelError, redis.exceptions.RedisError):
        return False
    return True
