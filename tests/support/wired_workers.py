"""Real workers and beat, each behind a wire of its own to a private Redis, for pages that are read in no time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from devstack.processes import StartFailed
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.support.wire import Wire

KINDS = ("cpu", "gpu", "io")
_ENV = {"CPU_PROCESSES": "2", "LINKER": "alignment"}
_START_S = 120.0


@dataclass(frozen=True, slots=True)
class WiredWorkers:
    """The running processes. `settings` and `redis` of the test itself lead to Redis without a wire."""

    settings: Settings
    redis: Any
    server: RedisServer
    wires: dict[str, Wire]
    workers: Workers

    @property
    def ledger(self) -> Ledger:
        return Ledger.from_settings(self.settings)


@contextmanager
def wired_workers(
    folder: Path, env: Mapping[str, str], watch: Callable[[str, bytes], None] | None = None
) -> Iterator[WiredWorkers]:
    """Start them, and end them afterwards. `env`: settings, without REDIS_URL. `watch`: gets process and request."""
    with ExitStack() as stack:
        server = stack.enter_context(RedisServer(folder / "redis"))
        workers = Workers(folder)
        stack.callback(workers.stop)
        env = _ENV | dict(env)
        wires = {name: stack.enter_context(_wire(server.port, name, watch)) for name in (*KINDS, "beat")}
        for name, wire in wires.items():
            module = "" if name == "beat" else "tests.support.quick_worker"
            url = f"redis://127.0.0.1:{wire.port}/0"
            workers.start(name, env | {"REDIS_URL": url, "PLANTED_IN": name}, module=module)
        values = {name.lower(): value for name, value in env.items() if name.lower() in Settings.model_fields}
        settings = Settings(_env_file=None, redis_url=server.url, **values)  # type: ignore[arg-type]
        wired = WiredWorkers(settings, redis.Redis.from_url(server.url), server, wires, workers)
        _wait_ready(wired)
        yield wired


def _wire(port: int, name: str, watch: Callable[[str, bytes], None] | None) -> Wire:
    return Wire(port, watch=None if watch is None else lambda request: watch(name, request))


def _wait_ready(wired: WiredWorkers) -> None:
    ledger, deadline = wired.ledger, time.monotonic() + _START_S
    while {*KINDS} - {worker.kind for worker in ledger.workers.alive()}:
        wired.workers.check()
        if time.monotonic() > deadline:
            raise StartFailed(f"the workers were not ready after {_START_S:.0f} s")
        time.sleep(0.1)
