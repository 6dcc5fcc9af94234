"""The whole stack on this machine: Redis, Label Studio and prelabel's processes.

with Stack(folder) as stack:
    project = stack.label_studio.create_project("pages", xml)
    stack.start_workers()
    stack.wait_ready()
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from devstack.label_studio import LabelStudioServer
from devstack.ports import LOOPBACK, Port, choose_port, free_port
from devstack.processes import StartFailed, wait_until
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings

KINDS = ("cpu", "gpu", "io")
_UPLOADER_START_S = 60.0


class Stack:
    """Redis and Label Studio as a context manager; the `start_...` methods start workers, beat, Flower and uploader.

    `env`: settings for all processes, by the names of their environment variables; they override the stack's own
    settings. `label_studio`: a running server to use; the stack does not end it. `flower_port`: Flower starts beside
    Label Studio, which leaves a core idle while it starts.
    """

    def __init__(
        self,
        folder: Path,
        *,
        label_studio: LabelStudioServer | None = None,
        label_studio_port: int | None = None,
        uploader_port: int | None = None,
        flower_port: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.redis = RedisServer(self.folder / "redis")
        self.label_studio = label_studio or LabelStudioServer(self.folder / "label-studio", label_studio_port)
        self._lent = label_studio is not None
        self.workers = Workers(self.folder)
        self.flower_port = choose_port(flower_port) if flower_port else None
        self.uploader_port = choose_port(uploader_port) if uploader_port else Port(free_port())
        self.uploader_url = f"http://{LOOPBACK}:{self.uploader_port.number}"
        self._env = dict(env or {})
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self.redis)
            undo.callback(self.workers.stop)
            if self.flower_port:
                self.start_flower(self.flower_port)
            if not self._lent:
                undo.enter_context(self.label_studio)
            undo.callback(self.workers.stop)  # before Label Studio, which workers still need
            self._exit = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def environment(self, **env: str) -> dict[str, str]:
        """Return the settings for a process of this stack: addresses, the API key, the stack's settings, and `env`."""
        known = {
            "REDIS_URL": self.redis.url,
            "LABEL_STUDIO_URL": self.label_studio.url,
            "LABEL_STUDIO_API_KEY": self.label_studio.token,
            "UPLOADER_URL": self.uploader_url,
            "UPLOADER_PORT": str(self.uploader_port.number),
            "BUCKET": str(self.folder / "data"),
            "DISK_RESERVE_MB": "0",
        }
        return known | self._env | env

    def settings(self, **env: str) -> Settings:
        """Return `environment` as a Settings object, for code that runs in this process."""
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment(**env).items()}
        return Settings(_env_file=None, **values)

    def ledger(self) -> Ledger:
        """Return the ledger of the stack's workers."""
        return Ledger.from_settings(self.settings())

    def start_workers(self, kinds: Sequence[str] = KINDS, **env: str) -> None:
        """Start one worker of each kind; `env`: additional settings for these workers."""
        for kind in kinds:
            self.workers.start(kind, self.environment(**env))

    def start_beat(self, **env: str) -> None:
        """Start beat; PRELABEL_PROJECTS in `env` names the projects from which beat selects pages."""
        self.workers.start("beat", self.environment(**env))

    def start_flower(self, port: Port) -> None:
        """Start Flower. It needs Redis, and the address of Label Studio, which names the queues."""
        env = {"REDIS_URL": self.redis.url, "LABEL_STUDIO_URL": self.label_studio.url} | self._env
        self.workers.start("flower", env, flower_port=port.number)

    def start_uploader(self, *, wait: bool = True, **env: str) -> str:
        """Start the uploader and return its address; wait until it answers if `wait`. `env`: additional settings."""
        self.workers.start("uploader", self.environment(**env))
        if wait:
            self.wait_uploader()
        return self.uploader_url

    def wait_uploader(self) -> None:
        """Wait until the uploader answers. Raises StartFailed with the end of its log."""
        wait_until(lambda: _answers(f"{self.uploader_url}/health"), self.workers["uploader"], _UPLOADER_START_S)

    def wait_ready(self, kinds: Sequence[str] = KINDS, timeout_s: float = 120) -> None:
        """Wait until a worker of each kind sends heartbeats. Raises StartFailed with the end of a log."""
        workers, deadline = self.ledger().workers, time.monotonic() + timeout_s
        while missing := set(kinds) - {worker.kind for worker in workers.alive()}:
            self.workers.check()
            if time.monotonic() > deadline:
                name = sorted(missing)[0]
                raise self.workers[name].failure(f"was not ready after {timeout_s:.0f} s")
            time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.HTTPError:
        return False


__all__ = ["KINDS", "Stack", "StartFailed"]
