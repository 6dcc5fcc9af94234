"""A Celery command that would do harm: it ends with the right command instead.

Without this, `celery -A tasks.app worker` takes messages of all queues and drops them, because it knows no task. A
`celery -A tasks.app beat` without a schedule is refused by `tasks.scheduler`.
"""

from __future__ import annotations

from typing import Any

from celery import signals

from prelabel.errors import ConfigurationError
from prelabel.startup.one_line import one_line_errors

#: The kinds of workers that this process is; a module of `workers/` adds its own.
worker_kinds: list[str] = []


@signals.celeryd_init.connect
def _refuse_worker(instance: Any, **_: object) -> None:
    """End a worker that none of the modules of `workers/` has set up, before it takes a message."""
    if instance.app.main != "prelabel" or worker_kinds:
        return
    with one_line_errors():
        raise ConfigurationError(
            "this worker would know no task and drop messages, because -A names no kind of worker; start "
            "`prelabel worker cpu` (or io, gpu, all), or celery -A workers.cpu worker (or workers.io, workers.gpu)"
        )
