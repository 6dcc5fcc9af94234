"""Queueing locks in a real Redis: one message of each kind waits, and a lost one is noticed."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.project.send_once import send_once
from prelabel.queues.routes import CONTROL, TABLE, TaskName
from prelabel.settings import Settings
from tests.support.queues import lose, settings_of, waiting

_servers = itertools.count()


@pytest.fixture
def settings(redis_url: str) -> Settings:
    return settings_of(redis_url, f"http://queueing-{next(_servers)}")


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return Ledger.from_settings(settings)


def age(ledger: Ledger, by_s: float) -> None:
    """Let all locks be older."""
    redis: Any = ledger._state.redis
    for key in redis.keys(ledger._state.name("queued", "*")):
        for field in ("sent", "looked"):
            redis.hset(key, field, float(redis.hget(key, field)) - by_s)


def send(ledger: Ledger, settings: Settings, project: int = 6) -> bool:
    return send_once(ledger, settings, TaskName.SELECT, project)


def test_one_message_of_a_task_and_its_arguments_waits(ledger: Ledger, settings: Settings) -> None:
    assert [send(ledger, settings), send(ledger, settings), send(ledger, settings, 7)] == [True, False, True]
    age(ledger, 3600)
    assert not send(ledger, settings), "it still waits"
    assert len(waiting(settings, CONTROL)) == 2


def test_the_next_message_may_be_sent_once_a_worker_begins_the_first(ledger: Ledger) -> None:
    first = ledger.queueing_locks.grant("task", [6])
    assert first
    ledger.queueing_locks.begin("task", [6], "an older message")
    assert ledger.queueing_locks.grant("task", [6]) is None
    ledger.queueing_locks.begin("task", [6], first)
    assert ledger.queueing_locks.grant("task", [6])


def test_a_lost_message_is_sent_again(ledger: Ledger, settings: Settings) -> None:
    send(ledger, settings)
    lose(settings, CONTROL)
    assert not send(ledger, settings), "it may be on its way"
    age(ledger, 11)
    assert send(ledger, settings)


@pytest.mark.parametrize("lost", [True, False])
def test_a_message_in_a_queue_that_never_empties_is_looked_for(ledger: Ledger, settings: Settings, lost: bool) -> None:
    send(ledger, settings)
    if lost:
        lose(settings, CONTROL)
    for project in range(7, 17):
        send(ledger, settings, project)
    age(ledger, 11)
    assert not send(ledger, settings), "others wait too"
    age(ledger, 60)
    assert send(ledger, settings) == lost


def test_a_redis_clock_that_was_set_back_holds_no_message_up(ledger: Ledger, settings: Settings) -> None:
    send(ledger, settings)
    lose(settings, CONTROL)
    age(ledger, -86_000)
    assert send(ledger, settings)


def test_every_task_of_the_queue_ends_its_lock() -> None:
    import tasks
    from tasks.app import app
    from tasks.control_task import ControlTask

    for module in pkgutil.iter_modules(tasks.__path__):
        importlib.import_module(f"tasks.{module.name}")
    names = [route.task for route in TABLE if route.queue == CONTROL]
    assert [name for name in names if not isinstance(app.tasks[name], ControlTask)] == []


def beat_env(settings: Settings) -> dict[str, str]:
    return {
        "REDIS_URL": settings.redis_url,
        "LABEL_STUDIO_URL": settings.label_studio_url,
        "SELECT_INTERVAL": "0.3",
        "SYNC_INTERVAL": "0.3",
        "HEARTBEAT": "0.5",
    }


def until(met: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 90
    while not met():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_a_queue_without_workers_collects_one_message_of_each_entry(settings: Settings, tmp_path: Path) -> None:
    """Given a beat that is due ten times, when no worker fetches a message, then one of each entry waits."""
    from beat_schedule import app

    entries = len(app.conf.beat_schedule)
    workers = Workers(tmp_path)
    workers.start("beat", beat_env(settings))
    try:
        until(lambda: len(waiting(settings, CONTROL)) >= entries, "a message of each entry")
        time.sleep(3)
        assert len(waiting(settings, CONTROL)) == entries
    finally:
        workers.stop()


def test_beat_outlives_a_redis_that_is_away(tmp_path: Path) -> None:
    """Given a beat whose Redis is killed and comes back without its data, then beat says so and goes on."""
    server, workers = RedisServer(tmp_path / "redis"), Workers(tmp_path)
    with server:
        settings = settings_of(server.url, "http://queueing-away")
        beat = workers.start("beat", beat_env(settings))
        try:
            until(lambda: waiting(settings, CONTROL), "messages")
            server.process.signal(signal.SIGKILL)
            server.process.collect()
            until(lambda: "beat cannot send" in beat.tail(50), "beat says that it cannot send")
            server.start()
            until(lambda: waiting(settings, CONTROL), "messages again")
            until(lambda: Ledger.from_settings(settings).workers.alive(), "a heartbeat again")
            assert beat.starts == 1
            log = beat.tail(5000)
        finally:
            workers.stop()
    assert "Traceback" not in log
    assert "Redis does not answer" in log
