"""Checks of the Redis server: whether it answers, its set-up, and the queues and workers that it knows."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

from prelabel.cli.doctor.check import Check
from prelabel.cli.doctor.clocks import check_clocks
from prelabel.cli.doctor.queues import check_outages, check_queues, waiting_messages
from prelabel.cli.doctor.redis_server import check_server_settings
from prelabel.cli.doctor.watched import check_watched
from prelabel.cli.doctor.workers import check_workers
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.redis_state import redis_errors
from prelabel.queues import broker
from prelabel.queues.redis_check import check_server
from prelabel.settings import Settings


def check_redis(settings: Settings) -> Iterator[Check]:
    """Check the server, then the queues and workers that it knows."""
    try:
        check_server(settings)
        ledger = Ledger.from_settings(settings)
        connection = broker.connect(settings, decode_responses=True)
        with redis_errors():
            info: dict[str, Any] = dict(connection.info())
            waiting = waiting_messages(connection, settings.server_id)
    except PrelabelError as error:
        yield Check("redis", "wrong", str(error))
        return
    where = settings.redis_address
    yield Check("redis", "ok", f"{info['redis_version']} at {where}, {info['used_memory_human']} in use")
    if where.tls and where.tls.cert_reqs == ssl.CERT_NONE:
        problem = "ssl_cert_reqs=none accepts any server's certificate"
        yield Check("redis TLS", "warning", f"{problem}; name the authority in REDIS_CA instead")
    yield from check_server_settings(connection, info, where)
    yield check_queues(waiting, settings.server_id)
    yield from check_outages(ledger)
    yield from check_workers(ledger, settings)
    yield from check_clocks(ledger)
    yield check_watched(ledger, settings)
