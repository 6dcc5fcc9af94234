"""Real workers beside messages that they do not know, a Label Studio that is away, and a Redis that falls silent."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devstack.processes import Process
from devstack.workers import Workers, command, environment
from prelabel.queues.routes import CONTROL, IO
from tests.support.queues import sender, settings_of
from tests.support.sites import Site, site
from tests.support.started import FullQueues

WAIT_S = 90.0


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what}"
        time.sleep(0.2)


@pytest.fixture
def queues(studio: Site, tmp_path: Path) -> Iterator[FullQueues]:
    with FullQueues(tmp_path / "redis", studio.url, databases=4) as made:
        yield made


@pytest.fixture
def studio() -> Iterator[Site]:
    with site() as server:
        server.pass_for_label_studio()
        yield server


def test_messages_of_unknown_tasks_stay_in_their_queue(queues: FullQueues, studio: Site, tmp_path: Path) -> None:
    # Given an io worker's queue with messages of a newer release, and behind them one that it knows
    address = queues.empty()
    with sender(settings_of(address, studio.url)) as app:
        for number in range(100):
            app.send_task("prelabel.check", args=[6, number, "token", "version"], queue=IO)
        app.send_task("prelabel.select", args=[7, None], queue=CONTROL)
    # When the worker runs
    workers = Workers(tmp_path)
    env = {
        "REDIS_URL": address,
        "LABEL_STUDIO_URL": studio.url,
        "LABEL_STUDIO_API_KEY": "0" * 40,
        "PRELABEL_IO_THREADS": "4",
    }
    try:
        log = workers.start("io", env).log
        # Then it does its own work, although its queue is full of others'
        until(lambda: any("/api/projects/7" in path for path, _ in studio.requests), "its own message is processed")
        until(lambda: "prelabel.check" in log.read_text("utf-8"), "the unknown task is named")
    finally:
        workers.stop()
    # And all messages of the unknown task are in the queue again once it has ended
    assert queues.waiting(address)[IO] == 100
    assert queues.waiting(address)["taken"] == 0
    assert log.read_text("utf-8").count("which this worker does not know") == 1


def test_a_worker_ends_soon_although_redis_is_silent(queues: FullQueues, studio: Site, tmp_path: Path) -> None:
    # Given a worker, and a Redis that accepts connections and answers nothing
    env = {"REDIS_URL": queues.empty(), "LABEL_STUDIO_URL": studio.url, "LABEL_STUDIO_API_KEY": "0" * 40}
    log = tmp_path / "io.log"
    worker = Process("io", command("io"), log=log, env=environment(env), cwd=tmp_path).start()
    try:
        until(lambda: "ready." in log.read_text("utf-8"), "the worker is ready")
        with queues.silent():
            # When it is asked to end
            asked = time.monotonic()
            worker.signal(signal.SIGTERM)
            until(lambda: not worker.running(), "the worker has ended")
            # Then it ends soon
            assert time.monotonic() - asked < 10
    finally:
        worker.stop()


def test_a_label_studio_that_is_away_is_waited_for(queues: FullQueues, tmp_path: Path) -> None:
    # Given a worker whose Label Studio is away
    env = {"REDIS_URL": queues.empty(), "LABEL_STUDIO_URL": "http://127.0.0.1:1", "LABEL_STUDIO_API_KEY": "0" * 40}
    log = tmp_path / "io.log"
    # When it starts
    worker = Process("io", command("io"), log=log, env=environment(env), cwd=tmp_path).start()
    try:
        # Then it says so in one line, and is ready
        until(lambda: "ready." in log.read_text("utf-8"), "the worker is ready")
    finally:
        worker.stop()
    lines = [line for line in log.read_text("utf-8").splitlines() if line.startswith("prelabel: ")]
    assert len(lines) == 1
    assert "does not answer" in lines[0]
    assert lines[0].endswith("work that needs it waits")
