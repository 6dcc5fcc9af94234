"""Celery's events of a real worker, which Flower shows: gathered for a moment, and all of them sent."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery

from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.queues import broker
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.support.sites import site

MESSAGES = 30
_LIMIT_S = 60.0


class Listener:
    """A reader of events, as Flower is one. `seen`: the number of events by kind."""

    def __init__(self, settings: Settings) -> None:
        self.seen: Counter[str] = Counter()
        app = Celery("listener", set_as_current=False)
        app.conf.update(broker.configuration(settings))
        self._connection = app.connection()
        self._receiver: Any = app.events.Receiver(self._connection, handlers={"*": self._note})
        self._thread = threading.Thread(target=self._receiver.capture, kwargs={"wakeup": False}, daemon=True)
        self._thread.start()

    def _note(self, event: dict[str, Any]) -> None:
        self.seen[event["type"]] += 1

    def close(self) -> None:
        self._receiver.should_stop = True
        self._thread.join()
        self._connection.close()


def _until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {_LIMIT_S:g} s: {what}"
        time.sleep(0.05)


def test_all_events_of_tasks_arrive_the_last_ones_at_the_end_of_the_worker(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as server, site() as label_studio:
        label_studio.pass_for_label_studio()
        values = {"redis_url": server.url, "label_studio_url": label_studio.url, "label_studio_api_key": "0" * 40}
        settings = Settings(_env_file=None, **values)  # type: ignore[arg-type]
        workers = Workers(tmp_path)
        listener = Listener(settings)
        try:
            # Given a worker that is told to end in the middle of its messages
            workers.start("io", {name.upper(): value for name, value in values.items()})
            _until(lambda: listener.seen["worker-heartbeat"], "the listener hears the worker")
            for project in range(1, MESSAGES + 1):
                send_select(settings, project)
            _until(lambda: listener.seen["task-received"], "an event")
        finally:
            workers.stop()
            _until(lambda: listener.seen["worker-offline"], "its last event")
            listener.close()
    # Then nothing is missing of what it has done
    begun = listener.seen["task-received"]
    assert begun >= 1
    assert listener.seen["task-started"] == listener.seen["task-succeeded"] == begun
    assert listener.seen["task-sent"] == 0
