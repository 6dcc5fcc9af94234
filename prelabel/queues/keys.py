"""The keys of the queues in Redis. Each Label Studio server has its own queues, beside its own ledger.

Everything that Celery keeps stands under one prefix: lists of messages, bindings, messages that workers have fetched,
and the channels of its events and commands.
"""

from __future__ import annotations

from prelabel.queues.priority import queue_lists

#: The servers on this Redis; the only key that processes of several servers share.
SERVERS = "prelabel:servers"
#: Messages that a worker has fetched and not acknowledged, below the prefix.
FETCHED = "unacked"


def key_prefix(server_id: str) -> str:
    """Return the prefix of all keys and channels of a server's queues."""
    return f"prelabel:{server_id}:queue:"


def queue_keys(server_id: str, queue: str) -> list[str]:
    """Return the keys of a queue's lists, in the order in which workers empty them."""
    return [key_prefix(server_id) + name for name in queue_lists(queue)]


def fetched_key(server_id: str) -> str:
    """Return the key of the messages that workers have fetched."""
    return key_prefix(server_id) + FETCHED
