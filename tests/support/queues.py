"""The queues as tests see them: messages that a test sends by hand, and the lists in which they wait."""

from __future__ import annotations

from typing import Any

from celery import Celery

from prelabel.queues import broker
from prelabel.queues.keys import fetched_key, queue_keys
from prelabel.queues.routes import QUEUES
from prelabel.settings import Settings


def sender(settings: Settings) -> Celery:
    """Return a Celery app, of no worker, that sends to the queues of these settings' server."""
    app = Celery("sender", set_as_current=False)
    app.conf.update(broker.configuration(settings))
    return app


def settings_of(redis_url: str, label_studio_url: str) -> Settings:
    """Return settings with these two addresses."""
    return Settings(_env_file=None, redis_url=redis_url, label_studio_url=label_studio_url)


def waiting(settings: Settings, queue: str) -> list[bytes]:
    """Return the messages that wait in a queue, the newest of each priority first."""
    connection: Any = broker.connect(settings)
    return [row for key in queue_keys(settings.server_id, queue) for row in connection.lrange(key, 0, -1)]


def lose(settings: Settings, queue: str) -> None:
    """Remove the messages that wait in a queue, as if they had been lost: their queueing locks stay."""
    connection: Any = broker.connect(settings)
    connection.delete(*queue_keys(settings.server_id, queue))


def empty(settings: Settings, queue: str) -> list[bytes]:
    """Remove and return the messages that wait in a queue, with their queueing locks, as if workers had begun them.

    In one step: a message that comes meanwhile stays.
    """
    connection: Any = broker.connect(settings)
    keys = queue_keys(settings.server_id, queue)
    with connection.pipeline(transaction=True) as step:
        for key in keys:
            step.lrange(key, 0, -1)
        step.delete(*keys)
        *lists, _ = step.execute()
    messages = [row for rows in lists for row in rows]
    for lock in connection.scan_iter(f"prelabel:{settings.server_id}:queued:*"):
        sent = connection.hget(lock, "id")
        if any(sent in message for message in messages):
            connection.delete(lock)
    return messages


def counts(settings: Settings) -> dict[str, int]:
    """Count the messages in each queue, and those that some process has taken."""
    connection: Any = broker.connect(settings)
    taken = int(connection.hlen(fetched_key(settings.server_id)))
    return {queue: len(waiting(settings, queue)) for queue in QUEUES} | {"taken": taken}
