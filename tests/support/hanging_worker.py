"""A real io worker whose loop hangs with its first message: `celery -A tests.support.hanging_worker worker`."""

from __future__ import annotations

import time

from celery import signals

from tasks.app import app
from workers import forced_exit
from workers import io as worker

__all__ = ["app", "worker"]

forced_exit._HANGS_S, forced_exit._LOOK_EVERY_S = 2.0, 0.25


@signals.task_received.connect
def _hang(**_: object) -> None:
    while True:
        time.sleep(1)
