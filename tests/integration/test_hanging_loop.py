"""A worker whose loop hangs while its heartbeats go on: it would look alive, and take no message any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.support.sites import site

_LIMIT_S = 60.0


def _until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {_LIMIT_S:g} s: {what}"
        time.sleep(0.1)


def test_a_worker_whose_loop_hangs_ends_and_is_started_again(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as server, site() as label_studio:
        label_studio.pass_for_label_studio()
        key = "0" * 40
        settings = Settings(
            _env_file=None, redis_url=server.url, label_studio_url=label_studio.url, label_studio_api_key=key
        )
        env = {"REDIS_URL": server.url, "LABEL_STUDIO_URL": label_studio.url, "LABEL_STUDIO_API_KEY": key}
        workers = Workers(tmp_path)
        try:
            # Given a worker without work: its loop turns, and nobody ends it
            process = workers.start("io", env, module="tests.support.hanging_worker")
            alive = Ledger.from_settings(settings).workers.alive
            _until(alive, "the worker is alive")
            [first] = alive()
            time.sleep(4)  # twice as long as its loop may hang
            assert process.starts == 1

            # When its loop hangs
            send_select(settings, 6)

            # Then it says so and ends; its heartbeat is gone at once, and a supervisor starts it again
            _until(lambda: process.starts == 2, "it is started again")
            assert "this worker's loop hangs: it takes no messages any more" in process.log.read_text("utf-8")
            assert first.id not in [worker.id for worker in alive()]
        finally:
            workers.stop()
