"""Celery commands that would start and serve nothing, or do harm: they end with the right command instead.

Without this, `celery -A tasks.app worker` takes messages of all queues and drops them, because it knows no task, and
`celery -A tasks.app beat` runs without a schedule.
"""

from __future__ import annotations

from typing import Any

from celery import signals
from celery.beat import Scheduler

from prelabel.errors import ConfigurationError
from prelabel.settings import get_settings
from prelabel.startup.needs import BEAT, check_needs
from prelabel.startup.one_line import one_line_errors

#: The kinds of workers that this process is; a module of `workers/` adds its own.
worker_kinds: list[str] = []


class CheckedScheduler(Scheduler):
    """Beat's plain scheduler; it ends a beat that has no schedule, or lacks what beat needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with one_line_errors():
            if not self.app.conf.beat_schedule:
                raise ConfigurationError(
                    "this beat has no schedule, because -A names another module; start `prelabel beat`, "
                    "or celery -A beat_schedule beat"
                )
            check_needs(get_settings(), BEAT)


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
