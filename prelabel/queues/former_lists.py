"""The lists in which releases before the present one kept messages, the same for all servers on a Redis.

Only workers of these releases read them. The ledger starts their pages and document jobs again, so what is left there
is of no use once those workers are gone. Messages of other applications are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import redis
from celery import Celery

from prelabel.queues import broker
from prelabel.queues.keys import FETCHED
from prelabel.queues.priority import queue_lists
from prelabel.queues.routes import QUEUE_OF, QUEUES
from prelabel.settings import Settings

#: Beside the fetched messages, kombu keeps their times.
_FETCHED_AT = "unacked_index"
#: Seconds that workers of an earlier release get for an answer.
_ANSWER_S = 1.0


@dataclass(frozen=True, slots=True)
class FormerMessages:
    """Messages of our tasks in the former lists, and the workers that still read these lists."""

    waiting: int
    fetched: int
    workers: tuple[str, ...]


def find(settings: Settings) -> FormerMessages:
    """Count our messages in the former lists. Workers are asked for only where there are some.

    A user without the right to these keys sees none. Raises errors of redis-py.
    """
    connection = broker.connect(settings)
    try:
        waiting, fetched = len(list(_waiting(connection))), len(list(_fetched(connection)))
    except redis.exceptions.NoPermissionError:
        return FormerMessages(0, 0, ())
    return FormerMessages(waiting, fetched, _workers(settings) if waiting or fetched else ())


def remove(settings: Settings) -> int:
    """Remove our messages from the former lists; return their number. Raises errors of redis-py."""
    connection: Any = broker.connect(settings)
    removed = sum(int(connection.lrem(name, 0, row)) for name, row in set(_waiting(connection)))
    for tag in list(_fetched(connection)):
        removed += int(connection.hdel(FETCHED, tag))
        connection.zrem(_FETCHED_AT, tag)
    return removed


def _waiting(connection: Any) -> Iterator[tuple[str, bytes]]:
    for name in (name for queue in QUEUES for name in queue_lists(queue)):
        yield from ((name, row) for row in connection.lrange(name, 0, -1) if _is_ours(row))


def _fetched(connection: Any) -> Iterator[bytes]:
    for tag, row in connection.hgetall(FETCHED).items():
        try:
            message = json.dumps(json.loads(row)[0]).encode()
        except (ValueError, LookupError, TypeError):
            continue
        if _is_ours(message):
            yield tag


def _is_ours(row: bytes) -> bool:
    try:
        return json.loads(row)["headers"]["task"] in QUEUE_OF
    except (ValueError, LookupError, TypeError):
        return False


def _workers(settings: Settings) -> tuple[str, ...]:
    """Return the names of living workers of ours that read the former lists."""
    app = Celery("former", set_as_current=False)
    configuration = broker.configuration(settings)
    options = {**configuration["broker_transport_options"]}
    del options["global_keyprefix"]
    app.conf.update(configuration | {"broker_transport_options": options})
    broker.sign(app, settings)
    with app:
        answers = app.control.inspect(timeout=_ANSWER_S).registered() or {}
    return tuple(sorted(name for name, tasks in answers.items() if any(task in QUEUE_OF for task in tasks)))
