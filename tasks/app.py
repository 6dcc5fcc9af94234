"""The Celery app that every worker shares: queues, routes, limits. JSON only, signed where keys are set."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from celery import Celery, signals
from kombu import Exchange, Queue
from kombu.exceptions import SerializerNotInstalled
from kombu.serialization import unregister

from prelabel.api.runs import CONTROL_QUEUE
from prelabel.errors import SettingError
from prelabel.ledger.workers import OCR_GPU
from prelabel.queues import broker
from prelabel.queues.priority import TURNS
from prelabel.redaction import RedactingFormatter, secrets_of
from prelabel.settings import LONGEST_TASK_S, Settings, get_settings

#: Longer than any task: Redis gives a message out again that is not acknowledged by then.
VISIBILITY_TIMEOUT_S = int(2 * LONGEST_TASK_S)
#: Between asking a task to stop and killing its process.
TIME_LIMIT_GRACE_S = 10.0

QUEUES = (CONTROL_QUEUE, "io", "cpu", OCR_GPU, "gpu")
#: Which queue a task waits in; `ocr_queue` knows the exception.
ROUTES = {
    "prelabel.sync": CONTROL_QUEUE,
    "prelabel.sync_all": CONTROL_QUEUE,
    "prelabel.select": CONTROL_QUEUE,
    "prelabel.select_all": CONTROL_QUEUE,
    "prelabel.sweep_documents": CONTROL_QUEUE,
    "prelabel.import_pages": CONTROL_QUEUE,
    "prelabel.open_document": "cpu",
    "prelabel.render_page": "cpu",
    "prelabel.ocr": "cpu",
    "prelabel.extract": "gpu",
    "prelabel.upload": "io",
}


def route(name: str, args: Sequence[Any] | None = None, *_: object, **__: object) -> dict[str, str] | None:
    """Celery's router: task name and arguments -> queue; None leaves foreign tasks alone."""
    if name == "prelabel.ocr" and args:
        return {"queue": ocr_queue(get_settings(), args[0])}
    return {"queue": ROUTES[name]} if name in ROUTES else None


def ocr_queue(settings: Settings, project_id: int) -> str:
    """The queue in which a project's pages wait for being read."""
    if settings.easyocr_worker:
        from prelabel.ocr.choose import Plan

        try:
            plan = Plan.parse(settings.for_project(project_id).ocr)
        except SettingError:  # the page will say so when it is to be read
            return ROUTES["prelabel.ocr"]
        if "easyocr" in plan.engines:
            return OCR_GPU
    return ROUTES["prelabel.ocr"]


def _configuration(settings: Settings) -> dict[str, Any]:
    return broker.configuration(settings) | {
        "broker_transport_options": {"visibility_timeout": VISIBILITY_TIMEOUT_S, "priority_steps": list(TURNS)},
        "broker_connection_retry_on_startup": True,
        "broker_channel_error_retry": True,  # else workers end or hang when Redis refuses to write
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_routes": [route],
        "task_default_queue": CONTROL_QUEUE,
        "task_acks_late": True,
        "task_retry_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "worker_hijack_root_logger": True,
        "worker_proc_alive_timeout": 120.0,  # an engine may load for a while
        "task_annotations": {
            "prelabel.ocr": _time_limits(settings.ocr_time_limit),
            "prelabel.open_document": _time_limits(settings.render_time_limit),
            "prelabel.render_page": _time_limits(settings.render_time_limit),
        },
        "timezone": "UTC",
    }


def _time_limits(limit_s: float) -> dict[str, float]:
    return {"soft_time_limit": limit_s, "time_limit": limit_s + TIME_LIMIT_GRACE_S}


# A signature covers a message's body, and not what it says its format is: no format that runs code may be known at all.
with suppress(SerializerNotInstalled):
    unregister("pickle")

app = Celery("prelabel")
app.conf.update(_configuration(get_settings()))
broker.sign(app, get_settings())


@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def _redact(logger: logging.Logger, **_: object) -> None:
    """What workers and beat write holds no secret, whatever an exception of some library tells."""
    for handler in logger.handlers:
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(
                RedactingFormatter(handler.formatter or logging.Formatter(), secrets_of(get_settings()))
            )
