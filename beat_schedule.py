"""The schedule of periodic tasks: `celery -A beat_schedule beat`. A message is sent when none of its kind waits."""

from __future__ import annotations

from typing import Any

from celery import Celery

from prelabel.queues.routes import TaskName
from prelabel.settings import get_settings
from prelabel.startup.own_modules import require_own

require_own("tasks", command="prelabel beat")

from tasks.app import app as _app  # noqa: E402  # only where it is ours


def _entry(task: str, every_s: float, *args: object) -> dict[str, Any]:
    return {"task": task, "schedule": every_s, "args": args}


settings = get_settings()
app: Celery = _app
app.conf.beat_schedule = {
    "sync": _entry(TaskName.SYNC_ALL, settings.sync_interval, list(settings.projects)),
    "select": _entry(TaskName.SELECT_ALL, settings.select_interval, list(settings.projects)),
    "wake": _entry(TaskName.WAKE, settings.probe_interval, list(settings.projects)),
    "documents": _entry(TaskName.SWEEP_DOCUMENTS, settings.select_interval),
    "recheck": _entry(TaskName.RECHECK, settings.select_interval),
}
app.conf.beat_max_loop_interval = 5.0
