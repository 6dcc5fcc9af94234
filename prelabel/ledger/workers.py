"""Which workers are alive, and which tagger and which OCR engines they have announced."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.queues.table import OCR_GPU, WORKERS
from prelabel.settings import Settings

#: A worker counts as dead after so many missed heartbeats.
HEARTBEATS_MISSED = 4


@dataclass(frozen=True, slots=True)
class Announcement:
    """A gpu worker's tagger, and name and digest of its linker; all of it enters the pipeline version."""

    name: str
    digest: str
    labels: tuple[str, ...]
    linker: str = ""


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """A worker process that shows signs of life since `since` (unix s).

    `tagger` is None except for gpu workers; `engines` is empty except for workers that read: versions by name.
    """

    id: str
    kind: str
    since: float
    tagger: Announcement | None
    engines: Mapping[str, str] = field(default_factory=dict)


def worker_id(pid: int) -> str:
    """A name for a process that no other process, earlier or later, will have: host:pid:random."""
    return f"{socket.gethostname()}:{pid}:{secrets.token_hex(4)}"


def died_here(owner: str) -> bool:
    """Is `owner` a process of this host that exists no more? Faster than waiting for its heartbeat to run out."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Workers:
    """Heartbeats in Redis. A page held by a worker whose heartbeat has run out is free."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def sign_in(self, info: WorkerInfo, *, every_s: float) -> None:
        """Show a sign of life; call it every `every_s` seconds."""
        row = json.dumps(asdict(info))
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.set(self._state.name("worker", info.id), row, px=int(1000 * every_s * HEARTBEATS_MISSED))
            pipe.sadd(self._state.name("workers"), info.id)
            if info.tagger:
                self._announce(pipe, "taggers", asdict(info.tagger), info.since)
            if info.engines:
                self._announce(pipe, f"engines:{info.kind}", dict(info.engines), info.since)
            pipe.execute()

    def _announce(self, pipe: Any, what: str, announced: dict[str, Any], since: float) -> None:
        """Kept with the start of the newest worker that says the same, also when an older one repeats it."""
        pipe.zadd(self._state.name(what), {json.dumps(announced, sort_keys=True): since}, gt=True)

    def sign_off(self, worker_id: str) -> None:
        """The worker ends in order: what it still holds is free at once."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.delete(self._state.name("worker", worker_id))
            pipe.srem(self._state.name("workers"), worker_id)
            pipe.execute()

    def alive(self) -> list[WorkerInfo]:
        """Workers alive now, oldest first."""
        with redis_errors():
            ids = [x.decode() for x in self._state.redis.smembers(self._state.name("workers"))]
            rows = self._state.redis.mget([self._state.name("worker", x) for x in ids]) if ids else []
            gone = [x for x, row in zip(ids, rows, strict=True) if row is None]
            if gone:
                self._state.redis.srem(self._state.name("workers"), *gone)
        return sorted((_worker(row) for row in rows if row), key=lambda worker: worker.since)

    def missing(self, settings: Settings) -> list[str]:
        """One line, with the cure, for each kind of worker that these settings want and of which none is alive."""
        alive = {worker.kind for worker in self.alive()}
        return [
            f"no {kind} worker is alive; start one: celery -A workers.{kind} worker"
            for kind in WORKERS
            if kind not in alive and (kind != OCR_GPU or settings.easyocr_worker)
        ]

    def newest_tagger(self) -> Announcement | None:
        """What the gpu worker that started last has announced, be it alive or not; None before the first."""
        with redis_errors():
            rows = self._state.redis.zrange(self._state.name("taggers"), -1, -1)
        return _announcement(json.loads(rows[0])) if rows else None

    def newest_engines(self, kind: str, names: Collection[str]) -> dict[str, str] | None:
        """Versions of these OCR engines: those of the worker of that kind that started last of all that have them.

        Be it alive or not; None before the first.
        """
        with redis_errors():
            rows = self._state.redis.zrevrange(self._state.name(f"engines:{kind}"), 0, -1)
        for row in rows:
            engines = json.loads(row)
            if engines.keys() >= set(names):
                return {name: engines[name] for name in names}
        return None


def _worker(row: bytes) -> WorkerInfo:
    data = json.loads(row)
    tagger = data.pop("tagger")
    return WorkerInfo(**data, tagger=_announcement(tagger) if tagger else None)


def _announcement(data: dict[str, Any]) -> Announcement:
    return Announcement(data["name"], data["digest"], tuple(data["labels"]), data.get("linker", ""))
