"""Check of the queues: the messages that wait in each."""

from __future__ import annotations

from collections.abc import Mapping

import redis

from prelabel.cli.doctor.check import Check
from prelabel.queues.priority import queue_lists
from prelabel.queues.routes import QUEUES


def waiting_messages(connection: redis.Redis) -> dict[str, int]:
    """Count the messages that no worker has taken yet, by queue."""
    return {queue: sum(int(connection.llen(part)) for part in queue_lists(queue)) for queue in QUEUES}


def check_queues(waiting: Mapping[str, int]) -> Check:
    """Report the length of each queue."""
    return Check("queues", "ok", "waiting: " + ", ".join(f"{queue} {count}" for queue, count in waiting.items()))
