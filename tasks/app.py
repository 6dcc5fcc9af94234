"""The Celery app of all workers: queues, routes, limits. Messages are JSON, signed where keys are set."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from celery import Celery, signals
from kombu import Exchange, Queue
from kombu.exceptions import SerializerNotInstalled
from kombu.serialization import unregister

from prelabel.queues import broker
from prelabel.queues.priority import PRIORITIES
from prelabel.queues.routes import CONTROL, QUEUES, TaskName, route
from prelabel.redaction import RedactingFormatter, secrets_of
from prelabel.settings import LONGEST_TASK_S, Settings, get_settings
from prelabel.startup.flower import before_flower
from prelabel.startup.needs import label_studio_is_named
from prelabel.startup.one_line import celery_command, one_line_errors_of_commands
from tasks import useless_commands as useless_commands  # refuses commands that would do harm
from tasks.scheduler import IntervalScheduler

#: Longer than any task: after this time Redis delivers an unacknowledged message again.
VISIBILITY_TIMEOUT_S = int(2 * LONGEST_TASK_S)
#: Time between asking a task to stop and killing its process.
TIME_LIMIT_GRACE_S = 10.0


def _configuration(settings: Settings) -> dict[str, Any]:
    common = broker.configuration(settings)
    delivery = {"visibility_timeout": VISIBILITY_TIMEOUT_S, "priority_steps": list(PRIORITIES)}
    return common | {
        "broker_transport_options": common["broker_transport_options"] | delivery,
        "broker_connection_retry_on_startup": True,
        "broker_channel_error_retry": True,  # otherwise workers end or hang when Redis refuses to write
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_routes": [route],
        "task_default_queue": CONTROL,
        "task_acks_late": True,
        "task_retry_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,
        "worker_hijack_root_logger": True,
        "worker_proc_alive_timeout": 120.0,  # loading an engine may take long
        "task_annotations": {
            TaskName.OCR: _time_limits(settings.ocr_time_limit),
            TaskName.OPEN_DOCUMENT: _time_limits(settings.render_time_limit),
            TaskName.RENDER_PAGE: _time_limits(settings.render_time_limit),
        },
        "timezone": "UTC",
        # Plain intervals do not depend on earlier runs, so beat keeps no schedule file.
        "beat_scheduler": IntervalScheduler,
    }


def _time_limits(limit_s: float) -> dict[str, float]:
    return {"soft_time_limit": limit_s, "time_limit": limit_s + TIME_LIMIT_GRACE_S}


#: Commands of Celery that speak to the workers or queues of one Label Studio.
_ASKING = ("amqp", "call", "control", "events", "inspect", "list", "purge", "result", "status")

# A signature covers a message's body but not the name of its format, so formats that run code must not be registered.
with suppress(SerializerNotInstalled):
    unregister("pickle")

app = Celery("prelabel")
with one_line_errors_of_commands():
    app.conf.update(_configuration(get_settings()))
    broker.sign(app, get_settings())
    if celery_command() == "flower":
        before_flower(get_settings())
    elif celery_command() in _ASKING:
        label_studio_is_named(get_settings())


@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def _redact(logger: logging.Logger, **_: object) -> None:
    """Remove secrets from the logs of workers and beat; exceptions of libraries may hold some."""
    for handler in logger.handlers:
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(
                RedactingFormatter(handler.formatter or logging.Formatter(), secrets_of(get_settings()))
            )
