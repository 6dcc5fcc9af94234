"""Messages sent by task name, without the module that defines the task.

So sending works beside a user's own `tasks` module, and without the packages of the workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from prelabel.queues import broker
from prelabel.queues.redis_faults import fault_of
from prelabel.queues.routes import QUEUE_OF, TaskName
from prelabel.settings import Settings

#: The header of a message that waits in the process that fetches it, for so many seconds by the clock of that process.
#: The time that Celery writes beside it is one of the sender's clock.
WAIT_HEADER = "wait_s"


def waiting(after_s: float) -> dict[str, Any]:
    """Return Celery's options of a message that waits for `after_s` in the process that fetches it."""
    return {"countdown": after_s, "headers": {WAIT_HEADER: after_s}} if after_s else {}


def send(settings: Settings, task: str, args: Sequence[object], *, after_s: float = 0.0, **options: Any) -> None:
    """Send a task to its queue; `options` are those of Celery's `send_task`.

    `after_s`: delay in seconds. Raises ServiceUnavailable when Redis does not answer.
    """
    options |= waiting(after_s)
    try:
        _producer(settings).send_task(task, args=list(args), queue=QUEUE_OF[task], retry=False, **options)
    except (OperationalError, RedisError) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault.at_work() from None


def send_select(settings: Settings, project_id: int, run_id: str | None = None) -> None:
    """Ask an io worker to select pages of the project. Raises ServiceUnavailable when Redis does not answer."""
    send(settings, TaskName.SELECT, [project_id, run_id])


@lru_cache
def _producer(settings: Settings) -> Celery:
    app = Celery("prelabel-producer", set_as_current=False)
    app.conf.update(broker.configuration(settings))
    broker.sign(app, settings)
    return app
