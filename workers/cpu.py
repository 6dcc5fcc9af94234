"""The cpu worker: `celery -A workers.cpu worker`. Forked OCR processes, one for each core, one OpenMP thread each."""

from __future__ import annotations

import os

# OpenMP reads this when Tesseract is loaded. Four threads a page take four times the CPU time and are slower.
os.environ["OMP_THREAD_LIMIT"] = "1"

from celery import signals

from prelabel.queues.routes import CPU, OCR_PROCESS, ocr_queue
from prelabel.settings import get_settings
from prelabel.startup.one_line import one_line_errors
from tasks.process import this_process
from workers.forced_exit import sign_off
from workers.start import own_engines, set_up, start_heartbeat

with one_line_errors():
    from tasks import intake, ocr  # noqa: F401  # registers the tasks
    from tasks.app import app

#: CUDA does not survive a fork, so EasyOCR uses a GPU in `workers.ocr_gpu` only.
SETTINGS = get_settings().model_copy(update={"device": "cpu"})

set_up(CPU, "prefork")
app.conf.worker_concurrency = SETTINGS.cpu_processes or os.cpu_count()
# One more page for each process waits here, so that no process waits for four round trips to Redis between two pages.
app.conf.worker_prefetch_multiplier = 2
# Measured over 60 scans: 230 MB with Tesseract, 840 MB at the start and 1100 MB at the end with EasyOCR beside it.
app.conf.worker_max_memory_per_child = SETTINGS.cpu_process_mb * 1000 or None


@signals.celeryd_init.connect
def _check(**_: object) -> None:
    """End the worker now, not at the first page, when Tesseract or a language is missing."""
    from prelabel.errors import EngineUnavailable
    from prelabel.ocr.engines import engine_problems

    with one_line_errors():
        if _reads_here() and (problems := engine_problems(SETTINGS)):
            raise EngineUnavailable("; ".join(problems))


@signals.worker_ready.connect
def _ready(**_: object) -> None:
    """Start the parent's heartbeat: the parent holds work whose messages it has not given to a child yet."""
    start_heartbeat(CPU, engines=own_engines(SETTINGS, CPU))


@signals.worker_shutdown.connect
@signals.worker_process_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()


@signals.worker_process_init.connect
def _start(**_: object) -> None:
    from prelabel.ocr.engines import choice_for

    start_heartbeat(OCR_PROCESS)
    this_process().ocr_settings = SETTINGS
    with one_line_errors():
        if _reads_here():
            choice_for(SETTINGS, SETTINGS.for_project(0))


def _reads_here() -> bool:
    """Return whether this worker reads pages with the general settings.

    Engines of projects with other settings are loaded with their first page.
    """
    return ocr_queue(SETTINGS, 0) == CPU
