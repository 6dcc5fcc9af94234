"""Checks of waiting work: the messages in each queue, and the servers that are away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import redis

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.queues.keys import queue_keys
from prelabel.queues.routes import QUEUES


def waiting_messages(connection: redis.Redis, server_id: str) -> dict[str, int]:
    """Count the messages that no worker has taken yet, by queue."""
    return {queue: sum(int(connection.llen(key)) for key in queue_keys(server_id, queue)) for queue in QUEUES}


def check_queues(waiting: Mapping[str, int], server_id: str) -> Check:
    """Report the length of each queue, and where the queues are in Redis."""
    lengths = ", ".join(f"{queue} {count}" for queue, count in waiting.items())
    return Check("queues", "ok", f"waiting: {lengths}; keys of this server: prelabel:{server_id}:*")


def check_outages(ledger: Ledger) -> Iterator[Check]:
    """Report each server that is away, for which work waits."""
    try:
        for outage in ledger.outages.all():
            what = (
                f"away for {outage.lasts_s:.0f} s, next probe in {outage.next_probe_s:.0f} s; work that needs it waits"
            )
            yield Check(f"outage of {outage.name}", "warning", f"{what}: {outage.message}")
    except PrelabelError as error:
        yield Check("outages", "wrong", str(error))
