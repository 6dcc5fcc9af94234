"""The environment of a run: Redis, the stand-ins for Label Studio and for a host of images, beat, and workers."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

from devstack.processes import Process
from devstack.workers import Workers
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.chaos import held
from tests.chaos.image_host import ImageHost
from tests.chaos.label_studio import LabelStudioStandIn
from tests.chaos.older import OlderRelease
from tests.chaos.plan import Scene
from tests.chaos.redis_pair import RedisPair
from tests.support.other_clock import clock_env, remove_leftovers

KINDS = ("cpu", "gpu", "io")
_PLANTED = "tests.chaos.planted_worker"
_READY_S = 120.0
#: An OCR process is replaced after a few pages, because it takes more and more memory.
_SMALL = {"CPU_PROCESS_MB": "200", "PLANTED_LEAK_MB": "8"}


class World:
    """A context manager around all processes; `env`: settings of all of them.

    `hosted`: images on another host than Label Studio. `settings`: those of a sender. `wired`: Redis is behind a wire.
    """

    def __init__(
        self,
        folder: Path,
        images: Mapping[int, bytes],
        env: Mapping[str, str],
        rng: random.Random,
        guard_off: str = "",
        *,
        scene: Scene | None = None,
        hosted: Mapping[int, bytes] | None = None,
        wired: bool = False,
        replicated: bool = False,
    ) -> None:
        self.folder, self.scene = folder, scene or Scene()
        self.timing = self.scene.timing
        self.redis = RedisPair(folder / "redis", wired=wired, replicated=replicated)
        self.label_studio = LabelStudioStandIn(images, rng)
        self.image_host = ImageHost(hosted or {})
        self.workers = Workers(folder)
        self.names = (*KINDS, *(f"io-{n}" for n in range(2, self.scene.io_workers + 1)))
        self._env = dict(env) | {
            "REDIS_URL": self.redis.url,
            "LABEL_STUDIO_URL": self.label_studio.url,
            "LABEL_STUDIO_ALIASES": self.label_studio.other_url,
            "LABEL_STUDIO_API_KEY": self.label_studio.token,
            "IMAGE_NETWORKS": "127.0.0.0/8",
            "BUCKET": str(folder / "bucket"),
            "SPOOL": str(folder / "spool"),
            "DISK_RESERVE_MB": "0",
            "GUARD_OFF": guard_off,
            **(_SMALL if self.scene.small else {}),
        }
        sender = {k.lower(): v for k, v in self._env.items()}
        if self.scene.spelling:
            here, other = self.label_studio.url, self.label_studio.other_url
            sender |= {"label_studio_url": other, "label_studio_aliases": here}
        self.settings = Settings(_env_file=None, **sender)  # type: ignore[arg-type]
        #: Set by faults: Redis lost everything or its last second; the runs' records have expired.
        self.flushed, self.run_expired = threading.Event(), threading.Event()
        #: Start and end (monotonic s) of the times in which Label Studio was away as a whole.
        self.outages: list[tuple[float, float]] = []
        self._away = 0
        self._exit = ExitStack()

    def __enter__(self) -> World:
        (self.folder / "spool").mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.enter_context(self.redis)
            undo.enter_context(self.label_studio)
            undo.enter_context(self.image_host)
            undo.callback(self._stop_workers)
            for name in self.names:
                self._start_worker(name)
            self.start_beat("beat")
            self._wait_ready()
            if self.scene.older:
                for kind in KINDS:
                    self._start_worker(f"{kind}-older", OlderRelease(self.scene.older))
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()
        if self.scene.skewed:
            remove_leftovers()

    def _start_worker(self, name: str, release: OlderRelease | None = None) -> None:
        kind = name.partition("-")[0]
        env = self._env | {"PLANTED_IN": kind} | (release.env if release else self._clock(name))
        self.workers.start(kind, env, name=name, module=_PLANTED)

    def older_sender(self, project: int) -> None:
        """Let a sender of the older release send all pages of a project, beside all that happens."""
        if self.scene.older:
            OlderRelease(self.scene.older).send(self._env, self.folder, project)

    def end_older(self) -> None:
        """End the workers of the older release: the upgrade is over."""
        if self.scene.older:
            self.workers.stop(*(f"{kind}-older" for kind in KINDS))

    def start_beat(self, name: str, **env: str) -> None:
        self.workers.start("beat", self._env | self._clock(name) | env, name=name)

    def _stop_workers(self) -> None:
        """End all workers at once: nothing is left to do, and what they would still write is judged."""
        for name in (*self.names, "beat"):
            with contextlib.suppress(KeyError):
                self.workers[name].grace_s = 0.0
        self.workers.stop()

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """Record that Label Studio is away during the block; senders see that, and wait."""
        started, self._away = time.monotonic(), self._away + 1
        try:
            yield
        finally:
            self._away -= 1
            self.outages.append((started, time.monotonic()))

    @property
    def away(self) -> bool:
        """True while Label Studio is away as a whole."""
        return self._away > 0

    def _clock(self, name: str) -> dict[str, str]:
        """Return the environment that gives a process the clock of its host."""
        return clock_env(self.scene.skew_s) if name == self.scene.skewed else {}

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while len([w for w in self.ledger.workers.alive() if w.kind in KINDS]) < len(self.names):
            self.workers.check()
            if time.monotonic() > deadline:
                raise self.workers["cpu"].failure(f"or another worker was not ready after {_READY_S:.0f} s")
            time.sleep(0.1)

    # -- observation --------------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger:
        """The ledger in the Redis that serves now, past the wire."""
        return _ledger(self.settings, self.redis.server.url)

    def child(self, rng: random.Random) -> int | None:
        """Return the process id of a random child of the cpu worker."""
        children = self.children("cpu")
        return rng.choice(children) if children else None

    def children(self, name: str) -> list[int]:
        """Return the process ids of a worker's children."""
        with contextlib.suppress(OSError):
            parent = self.workers[name].pid
            return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
        return []

    def records(self) -> dict[int, held.Record]:
        """Return the ledger's records of pages in flight."""
        return held.records(self)

    def key(self, *parts: object) -> str:
        return ":".join(map(str, ("prelabel", self.settings.server_id, *parts)))

    def process(self, name: str) -> Process:
        return self.workers[name]


@lru_cache(maxsize=32)
def _ledger(settings: Settings, url: str) -> Ledger:
    return Ledger.from_settings(settings.model_copy(update={"redis_url": url}))
