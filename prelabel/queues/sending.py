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

from prelabel.errors import ServiceUnavailable
from prelabel.queues import broker
from prelabel.queues.redis_faults import fault_of
from prelabel.queues.routes import QUEUE_OF, TaskName
from prelabel.settings import Settings


def send(settings: Settings, task: str, args: Sequence[object], **options: Any) -> None:
    """Send a task to its queue; `options` are those of Celery's `send_task`.

    Raises ServiceUnavailable when Redis does not answer.
    """
    try:
        _producer(settings).send_task(task, args=list(args), queue=QUEUE_OF[task], retry=False, **options)
    except (OperationalError, RedisError) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise ServiceUnavailable(fault.text) from None


def send_select(settings: Settings, project_id: int, run_id: str | None = None, *, after_s: float = 0.0) -> None:
    """Ask an io worker to select pages of the project. Raises ServiceUnavailable when Redis does not answer.

    `after_s`: delay in seconds. A message that is then late by PRELABEL_SELECT_INTERVAL is dropped: beat has selected
    meanwhile.
    """
    options = {"countdown": after_s, "expires": after_s + settings.select_interval} if after_s else {}
    send(settings, TaskName.SELECT, [project_id, run_id], **options)


@lru_cache
def _producer(settings: Settings) -> Celery:
    app = Celery("prelabel-producer", set_as_current=False)
    app.conf.update(broker.configuration(settings))
    broker.sign(app, settings)
    return app
