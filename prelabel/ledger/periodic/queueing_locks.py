"""Queueing locks: of the messages with the same task and arguments, one waits in the queue at a time.

So no message needs a time at which it expires, which would compare the clocks of two hosts, and a queue without workers
collects one message of each kind. The start of the task ends the lock. A lock whose message is in the queue no longer
is taken over: the message was lost, or a worker has fetched it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence

from prelabel.ledger.redis_state import RedisState


class QueueingLocks:
    """Queueing locks in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def grant(self, task: str, args: Sequence[object]) -> str | None:
        """Return the id of the message that the caller must send now; None while such a message waits."""
        message_id = secrets.token_hex(16)
        granted = self._state.run("queueing/grant", _name(task, args), message_id)
        return message_id if granted else None

    def begin(self, task: str, args: Sequence[object], message_id: str) -> None:
        """Record that a worker begins the message: the next one may be sent."""
        self._state.run("queueing/begin", _name(task, args), message_id)


def _name(task: str, args: Sequence[object]) -> str:
    return f"{task}:{hashlib.sha256(json.dumps(list(args)).encode()).hexdigest()[:16]}"
