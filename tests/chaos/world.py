"""The environment of a run: a Redis that writes to disk, the stand-in for Label Studio, beat, a worker of each kind."""

from __future__ import annotations

import contextlib
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from devstack.processes import Process
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn

KINDS = ("cpu", "gpu", "io")
_PLANTED = "tests.chaos.planted_worker"


@dataclass(frozen=True, slots=True)
class Held:
    """A page in a worker's hands, with its present state, to notice later that it has advanced."""

    page: int
    token: str
    stage: str
    owner: str


class ChaosRedis(RedisServer):
    """A Redis that writes everything to disk, as the docs recommend. A full disk is an error for it, not a signal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, append_only=True, password=secrets.token_hex(12))
        self.restarting = threading.Lock()

    def _command(self, program: str) -> list[str]:
        return ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", *super()._command(program)]

    def restart(self, number: int) -> None:
        """End Redis by this signal, and start it again on the same files."""
        with self.restarting:
            self.process.signal(number)
            self.process.collect()
            self.start()


class World:
    """A context manager around all processes; `env`: settings of all of them."""

    def __init__(
        self, folder: Path, images: Mapping[int, bytes], env: Mapping[str, str], rng: random.Random, guard_off: str = ""
    ) -> None:
        self.folder = folder
        self.redis = ChaosRedis(folder / "redis")
        self.label_studio = LabelStudioStandIn(images, rng)
        self.workers = Workers(folder)
        self._env = dict(env) | {
            "REDIS_URL": self.redis.url,
            "LABEL_STUDIO_URL": self.label_studio.url,
            "LABEL_STUDIO_API_KEY": self.label_studio.token,
            "GUARD_OFF": guard_off,
        }
        self.settings = Settings(_env_file=None, **{k.lower(): v for k, v in self._env.items()})  # type: ignore[arg-type]
        self.ledger = Ledger.from_settings(self.settings)
        #: A connection for faults of Redis and for reading its keys.
        self.broker: Any = redis.Redis.from_url(self.redis.url, decode_responses=True)
        self._exit = ExitStack()

    def __enter__(self) -> World:
        with ExitStack() as undo:
            undo.enter_context(self.redis)
            undo.enter_context(self.label_studio)
            undo.callback(self.workers.stop)
            for kind in KINDS:
                self.workers.start(kind, self._env | {"PLANTED_IN": kind}, module=_PLANTED)
            self.start_beat("beat")
            self._wait_ready()
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def start_beat(self, name: str) -> None:
        self.workers.start("beat", self._env, name=name)

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + 120
        while missing := set(KINDS) - {worker.kind for worker in self.ledger.workers.alive()}:
            self.workers.check()
            if time.monotonic() > deadline:
                raise self.workers[min(missing)].failure("was not ready after 120 s")
            time.sleep(0.1)

    # -- observation --------------------------------------------------------------------------------------------------

    def child(self, rng: random.Random) -> int | None:
        """Return the process id of a random child of the cpu worker."""
        with contextlib.suppress(OSError):
            parent = self.workers["cpu"].pid
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            return int(rng.choice(children)) if children else None
        return None

    def records(self) -> dict[int, dict[str, str]]:
        """Return the ledger's records of pages in flight; with a guard off, a record may be incomplete."""
        keys = list(self.broker.scan_iter(self.key("page", PROJECT, "*"), count=1000))
        found = ((int(key.rpartition(":")[2]), self.broker.hgetall(key)) for key in keys)
        return {page: record for page, record in found if record}

    def held_by(self, *pids: int) -> list[Held]:
        """Return the pages that these processes have in hand or have fetched."""
        names = tuple(f"{socket.gethostname()}:{pid}:" for pid in pids)
        return [
            Held(page, record["token"], record["stage"], owner)
            for page, record in self._wait_for_records().items()
            if (owner := record.get("owner") or record.get("reserved", "")).startswith(names)
        ]

    def have_advanced(self, held: Iterable[Held]) -> bool:
        """Return whether each page has ended, begun again, or passed its stage."""
        records = self._wait_for_records()
        return all(
            (record := records.get(h.page)) is None or (record.get("token"), record.get("stage")) != (h.token, h.stage)
            or record.get("owner") not in ("", h.owner)
            for h in held
        )  # fmt: skip

    def _wait_for_records(self) -> dict[int, dict[str, str]]:
        """Return `records`, after waiting for a Redis that is away."""
        while True:
            with contextlib.suppress(redis.exceptions.RedisError):
                return self.records()
            time.sleep(0.1)

    def key(self, *parts: object) -> str:
        return ":".join(map(str, ("prelabel", self.settings.server_id, *parts)))

    def process(self, name: str) -> Process:
        return self.workers[name]
