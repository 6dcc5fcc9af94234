"""Check of the queues: the messages that wait in each."""

from __future__ import annotations

from collections.abc import Mapping

import redis

from prelabel.cli.doctor.check import Check
from prelabel.queues.keys import queue_keys
from prelabel.queues.routes import QUEUES


def waiting_messages(connection: redis.Redis, server_id: str) -> dict[str, int]:
    """Count the messages that no worker has taken yet, by queue."""
    return {queue: sum(int(connection.llen(key)) for key in queue_keys(server_id, queue)) for queue in QUEUES}


def check_queues(waiting: Mapping[str, int], server_id: str) -> Check:
    """Report the length of each queue, and where the queues are in Redis."""
    lengths = ", ".join(f"{queue} {count}" for queue, count in waiting.items())
    return Check("queues", "ok", f"waiting: {lengths}; keys of this server: prelabel:{server_id}:*")
