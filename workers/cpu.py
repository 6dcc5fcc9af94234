"""OCR processes: `celery -A workers.cpu worker`. Prefork, as many as cores, one OpenMP thread each."""

from __future__ import annotations

import os

# OpenMP reads it when Tesseract is loaded: four threads a page burn four times the CPU and are slower.
os.environ["OMP_THREAD_LIMIT"] = "1"

from celery import signals

from prelabel.settings import get_settings
from workers.start import one_line_errors, show_signs_of_life, sign_off

with one_line_errors():
    from tasks import ocr  # noqa: F401  # registers the task
    from tasks.app import app

app.amqp.queues.select(["cpu"])
app.conf.worker_pool = "prefork"
app.conf.worker_concurrency = get_settings().cpu_processes or os.cpu_count()


@signals.worker_init.connect
def _check(**_: object) -> None:
    """Find out now, not at the first page, that Tesseract or a language is missing."""
    from prelabel.errors import EngineUnavailable
    from prelabel.ocr.engines import engine_problems

    with one_line_errors():
        if problems := engine_problems(get_settings()):
            raise EngineUnavailable("; ".join(problems))


@signals.worker_ready.connect
def _ready(**_: object) -> None:
    """The parent, too, holds pages: those whose messages it has fetched and not yet given to a child."""
    show_signs_of_life("cpu")


@signals.worker_shutdown.connect
@signals.worker_process_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()


@signals.worker_process_init.connect
def _start(**_: object) -> None:
    from prelabel.ocr.engines import choice_for

    settings = get_settings()
    show_signs_of_life("ocr process")
    with one_line_errors():
        choice_for(settings, settings.for_project(0))
