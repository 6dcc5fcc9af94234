"""The ocr_gpu worker (EasyOCR on a GPU): `celery -A workers.ocr_gpu worker`. One process, one page at a time.

The process never forks. EasyOCR gathers the words of a page into batches by itself. Several of these workers may share
a GPU.
"""

from __future__ import annotations

from functools import cache

from celery import signals

from prelabel.queues.routes import OCR_GPU
from prelabel.settings import get_settings
from prelabel.startup.one_line import one_line_errors
from workers.forced_exit import sign_off
from workers.start import own_engines, set_up, start_heartbeat
from workers.watchdog import Watchdog

with one_line_errors():
    from tasks import ocr  # noqa: F401  # registers the task
    from tasks.app import TIME_LIMIT_GRACE_S, app

set_up(OCR_GPU, "threads")
app.conf.worker_concurrency = 1


@signals.celeryd_init.connect
def _start(**_: object) -> None:
    """Load the engine before the first page, because weights may have to be downloaded."""
    from prelabel.ocr.engines import choice_for

    settings = get_settings()
    with one_line_errors():
        choice_for(settings, settings.for_project(0))
    start_heartbeat(OCR_GPU, engines=own_engines(settings, OCR_GPU))


@signals.task_prerun.connect
def _begin(task_id: str, **_: object) -> None:
    _watchdog().begin(task_id)


@signals.task_postrun.connect
def _end(task_id: str, **_: object) -> None:
    _watchdog().end(task_id)


@cache
def _watchdog() -> Watchdog:
    return Watchdog(get_settings().ocr_time_limit + TIME_LIMIT_GRACE_S, "PRELABEL_OCR_TIME_LIMIT")


@signals.worker_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()
