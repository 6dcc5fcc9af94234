"""The living workers, and the taggers and OCR engines that workers have announced."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.queues.routes import GPU, OCR_GPU, WORKERS
from prelabel.settings import Settings

#: A worker counts as dead after this many missed heartbeats.
HEARTBEATS_MISSED = 4


@dataclass(frozen=True, slots=True)
class Announcement:
    """The tagger of a gpu worker, with name and digest of its linker. All of it enters the pipeline version."""

    name: str
    digest: str
    labels: tuple[str, ...]
    linker: str = ""


#: In place of a tagger, for pages that are only read.
READ_ONLY = Announcement("ocr", "", ())


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """A worker process with a heartbeat since `since` (unix s).

    `tagger`: None except for gpu workers. `own_models`: the models that projects choose for themselves, by
    `Settings.models_name`, as far as this gpu worker has them. `engines`: versions of OCR engines by name; empty for
    workers without OCR. `folder`: the mark of the folder PRELABEL_BUCKET; empty for S3, for workers without bucket and
    for older releases.
    """

    id: str
    kind: str
    since: float
    tagger: Announcement | None
    engines: Mapping[str, str] = field(default_factory=dict)
    own_models: Mapping[str, Announcement] = field(default_factory=dict)
    folder: str = ""

    @property
    def host(self) -> str:
        """The host on which the process runs."""
        return self.id.partition(":")[0]


def worker_id(pid: int) -> str:
    """Make a name for a process that no other process ever has: host:pid:random."""
    return f"{socket.gethostname()}:{pid}:{secrets.token_hex(4)}"


def died_here(owner: str) -> bool:
    """Return whether `owner` was a process of this host and has ended. Its heartbeat may not have run out yet."""
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


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of a process beside Redis's. `ahead_s`: how far it is ahead; negative: behind.

    `within_s`: the most by which the measure may be wrong: half of its round trip.
    """

    ahead_s: float
    within_s: float


class Workers:
    """Workers in Redis. The work of a worker whose heartbeat has run out is free.

    All methods raise ServiceUnavailable when Redis does not answer.
    """

    def __init__(self, state: RedisState) -> None:
        self._state = state
        self._clock: Clock | None = None

    def sign_in(self, info: WorkerInfo, *, every_s: float) -> None:
        """Record a heartbeat, and what the one before has measured of this process's clock.

        Call this every `every_s` seconds.
        """
        row = json.dumps(asdict(info))
        with redis_errors(), self._state.redis.pipeline() as pipe:
            began, asked_at = time.time(), time.monotonic()
            pipe.time()
            pipe.set(self._state.name("worker", info.id), row, px=int(1000 * every_s * HEARTBEATS_MISSED))
            pipe.sadd(self._state.name("workers"), info.id)
            if info.tagger:
                self._announce(pipe, "taggers", asdict(info.tagger), info.since)
            if info.engines:
                self._announce(pipe, f"engines:{info.kind}", dict(info.engines), info.since)
            if self._clock:
                pipe.hset(self._state.name("clocks"), info.id, json.dumps(asdict(self._clock)))
            (seconds, micros), *_ = pipe.execute()
        self._clock = _measured(began, time.monotonic() - asked_at, float(seconds) + float(micros) / 1e6)

    def own_clock(self) -> Clock:
        """Measure the clock of this process, in a round trip of its own."""
        with redis_errors():
            began, asked_at = time.time(), time.monotonic()
            seconds, micros = self._state.redis.time()
        return _measured(began, time.monotonic() - asked_at, float(seconds) + float(micros) / 1e6)

    def clocks(self) -> dict[str, Clock]:
        """Return the clocks of living workers, by worker; those that have sent one heartbeat only are left out."""
        alive = [worker.id for worker in self.alive()]
        with redis_errors():
            rows = self._state.redis.hmget(self._state.name("clocks"), alive) if alive else []
        return {worker: Clock(**json.loads(row)) for worker, row in zip(alive, rows, strict=True) if row}

    def _announce(self, pipe: Any, what: str, announced: dict[str, Any], since: float) -> None:
        """Record an announcement with the start of the newest worker that makes it; an older worker changes nothing."""
        pipe.zadd(self._state.name(what), {json.dumps(announced, sort_keys=True): since}, gt=True)

    def sign_off(self, worker_id: str) -> None:
        """Record the orderly end of a worker: the work in its hands is free at once."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.delete(self._state.name("worker", worker_id))
            pipe.srem(self._state.name("workers"), worker_id)
            pipe.hdel(self._state.name("clocks"), worker_id)
            pipe.execute()

    def alive(self) -> list[WorkerInfo]:
        """Return the living workers, oldest first."""
        with redis_errors():
            ids = [x.decode() for x in self._state.redis.smembers(self._state.name("workers"))]
            rows = self._state.redis.mget([self._state.name("worker", x) for x in ids]) if ids else []
            gone = [x for x, row in zip(ids, rows, strict=True) if row is None]
            if gone:
                self._state.redis.srem(self._state.name("workers"), *gone)
                self._state.redis.hdel(self._state.name("clocks"), *gone)
        return sorted((_worker(row) for row in rows if row), key=lambda worker: worker.since)

    def problems(self, settings: Settings) -> list[str]:
        """Return one line, with the cure, for each kind of worker that is needed and has no living worker."""
        workers = self.alive()
        alive = {worker.kind for worker in workers}
        return [
            f"no {kind} worker is alive; start one: celery -A workers.{kind} worker"
            for kind in WORKERS
            if kind not in alive and (kind != OCR_GPU or settings.easyocr_worker)
        ] + (_models_missing(workers, settings) if GPU in alive else [])

    def newest_tagger(self, models_name: str = "") -> Announcement | None:
        """Return the announcement of the gpu worker that started last, alive or not; None before the first.

        `models_name`: a project's own models, see `Settings.models_name`; only living workers count for them.
        """
        if models_name:
            found = [x.own_models[models_name] for x in self.alive() if models_name in x.own_models]
            return found[-1] if found else None
        with redis_errors():
            rows = self._state.redis.zrange(self._state.name("taggers"), -1, -1)
        return _announcement(json.loads(rows[0])) if rows else None

    def newest_engines(self, kind: str, names: Collection[str]) -> dict[str, str] | None:
        """Return the versions of these OCR engines, as the newest worker of this kind that has all of them announced.

        The worker may be dead. None before the first such worker.
        """
        with redis_errors():
            rows = self._state.redis.zrevrange(self._state.name(f"engines:{kind}"), 0, -1)
        for row in rows:
            engines = json.loads(row)
            if engines.keys() >= set(names):
                return {name: engines[name] for name in names}
        return None


def _models_missing(workers: Iterable[WorkerInfo], settings: Settings) -> list[str]:
    """Return one line for each choice of models in the projects file that no living worker has."""
    projects: dict[str, list[str]] = {}
    for project_id in settings.project_ids():
        if name := settings.models_name(project_id):
            projects.setdefault(name, []).append(str(project_id))
    there = {name for worker in workers for name in worker.own_models}
    return [f"project {', '.join(ids)}: {no_own_models(name)}" for name, ids in projects.items() if name not in there]


def no_own_models(models_name: str) -> str:
    """Return the reason why pages wait whose project chooses these models, with the cure."""
    return (
        f"no living gpu worker has {models_name}, so pages wait; put the model where a gpu worker finds it (its log "
        "says what is wrong), or correct [project.ID] in PRELABEL_PROJECTS_FILE"
    )


def _measured(began: float, took_s: float, redis_time: float) -> Clock:
    """Compare with Redis's clock in the middle of the round trip, when it was probably read."""
    return Clock(ahead_s=began + took_s / 2 - redis_time, within_s=took_s / 2)


def _worker(row: bytes) -> WorkerInfo:
    """Read a heartbeat; fields of a later release are passed over."""
    data = {name: value for name, value in json.loads(row).items() if name in WorkerInfo.__slots__}
    tagger, own = data.pop("tagger"), data.pop("own_models", {})
    own_models = {name: _announcement(found) for name, found in own.items()}
    return WorkerInfo(**data, tagger=_announcement(tagger) if tagger else None, own_models=own_models)


def _announcement(data: dict[str, Any]) -> Announcement:
    return Announcement(data["name"], data["digest"], tuple(data["labels"]), data.get("linker", ""))
