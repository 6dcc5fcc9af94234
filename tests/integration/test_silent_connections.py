"""Connections to Redis that stay open and carry nothing any more, in the middle of work of all processes."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.redis import RedisServer
from prelabel.api.runs import Run, enqueue_project
from prelabel.errors import ServiceUnavailable
from prelabel.ledger.ledger import Ledger
from prelabel.queues import broker
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn
from tests.support.wire import Wire
from tests.support.wired_workers import wired_workers

PAGES = 120
#: What a process may need to find out about all of its connections, and what a selection needs to find lost messages.
WITHIN_S = 90.0


@pytest.fixture
def label_studio() -> Iterator[LabelStudioStandIn]:
    images = {page: f"Invoice {page}".encode() for page in range(1, PAGES + 1)}
    with LabelStudioStandIn(images, random.Random(0)) as server:
        yield server


def _env(label_studio: LabelStudioStandIn) -> dict[str, str]:
    return {
        "LABEL_STUDIO_URL": label_studio.url,
        "LABEL_STUDIO_API_KEY": label_studio.token,
        "READ_S": "0.05",
        "UPLOAD_CHUNK": "20",
        "UPLOAD_WAIT": "0.3",
        "SELECT_INTERVAL": "5",
    }


def _wait(run: Run, done: int, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while (progress := run.progress()).done < done:
        assert progress.failed == 0
        assert time.monotonic() < deadline, f"{progress.done} of {done} pages after {within_s:.0f} s"
        time.sleep(0.1)


def test_work_goes_on_after_all_connections_have_fallen_silent(
    tmp_path: Path, label_studio: LabelStudioStandIn
) -> None:
    with wired_workers(tmp_path, _env(label_studio)) as wired:
        # Given a run in the middle of its pages
        run = enqueue_project(PROJECT, settings=wired.settings)
        _wait(run, PAGES // 4, within_s=60)

        # When all connections of all processes stay open, and carry nothing any more; of the io worker's, Redis still
        # gets the requests, and the answers are lost
        for name, wire in wired.wires.items():
            wire.silence(requests=name != "io")

        # Then all pages are done, each with one prediction
        _wait(run, PAGES, WITHIN_S)
        assert sorted(page for page, _ in label_studio.counts()) == list(range(1, PAGES + 1))
        assert set(label_studio.counts().values()) == {1}
        # And the same processes go on
        assert {name: wired.workers[name].starts for name in wired.wires} == dict.fromkeys(wired.wires, 1)


def test_one_silent_connection_is_enough_to_distrust_those_beside_it(redis_url: str) -> None:
    # Given a client with several connections
    port = Settings(_env_file=None, redis_url=redis_url).redis_address.hosts[0][1]
    with Wire(port) as wire:
        settings = Settings(_env_file=None, redis_url=f"redis://127.0.0.1:{wire.port}?socket_timeout=0.5")
        with closing(broker.connect(settings)) as client:
            pool = client.connection_pool
            taken: list[Any] = [pool.get_connection() for _ in range(4)]
            for connection in taken:
                pool.release(connection)
            # When all of them have fallen silent
            wire.silence()
            with pytest.raises(redis.exceptions.TimeoutError):
                client.ping()
            # Then the client waits once, and not for each of them
            again: list[Any] = [pool.get_connection() for _ in taken]
            for connection in again:
                connection.send_command("PING")
                assert connection.read_response() == b"PONG"


def test_a_frozen_redis_is_waited_for_with_a_limit_and_uses_up_no_try(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        settings = Settings(_env_file=None, redis_url=f"{server.url}?socket_timeout=1", label_studio_url="http://h")
        ledger = Ledger.from_settings(settings)
        ledger.workers.alive()
        send_select(settings, 6)
        # When Redis keeps its connections, takes new ones, and answers nothing
        server.process.signal(signal.SIGSTOP)
        try:
            for call in (ledger.workers.alive, lambda: ledger.runs.create(6), lambda: send_select(settings, 6)):
                started = time.monotonic()
                with pytest.raises(ServiceUnavailable) as away:
                    call()
                # Then each call ends soon, whatever version of redis-py there is
                assert time.monotonic() - started < 5
                assert not away.value.charged
        finally:
            server.process.signal(signal.SIGCONT)
