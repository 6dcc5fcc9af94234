"""Outages: servers that are away (Label Studio, the bucket, a host of images), and the work that waits for them.

One record for each server holds since when it is away, why, and when it is probed next, all by Redis's clock. Probes
renew the record; without them it ends, so that no work is held for ever. `prelabel.outages` probes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from prelabel.errors import BUCKET, LABEL_STUDIO, PrelabelError
from prelabel.ledger.redis_state import RedisState, redis_errors

#: A record lives so long after the time of its next probe.
_KEPT_S = 120.0
#: A server that has answered a probe within this time is not away for one caller that gets no answer.
_EVIDENCE_S = 15.0
#: The pause between two probes is a little shorter than the interval of their sender, which is never quite exact.
_PAUSE_SHARE = 0.8
#: Hosts of images are remembered for this time after their last answer.
_HOST_KEPT_S = 30 * 86400.0
#: Longer paths are not remembered.
_PATH_CHARS = 1000
#: The document jobs, among the projects whose work waits.
_DOCUMENTS = "documents"
_RECORDED: tuple[Literal["answered", "new", "known"], ...] = ("answered", "new", "known")


@dataclass(frozen=True, slots=True)
class Outage:
    """A server that is away. `code`, `message`: the error of its last caller. `since` in unix time."""

    server: str
    code: str
    message: str
    since: float
    lasts_s: float
    next_probe_s: float

    @property
    def name(self) -> str:
        """The server as people know it."""
        return {LABEL_STUDIO: "Label Studio", BUCKET: "the bucket"}.get(self.server, self.server)

    def to_json(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The work that may begin now: pages of these projects, document jobs. `lasted_s`: duration of an outage."""

    projects: tuple[int, ...] = ()
    documents: bool = False
    lasted_s: float = 0.0


class Outages:
    """Outages in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def open(
        self, server: str, error: PrelabelError, *, every_s: float, named_s: float | None = None
    ) -> Literal["answered", "new", "known"]:
        """Record that a server is away; probes follow every `every_s`, the first after `named_s` where it named that.

        Returns "answered", and records nothing, for a server that has just answered somebody else and names no time.
        """
        probe_in_s = _PAUSE_SHARE * every_s if named_s is None else named_s
        code, kept_s, named = error.code, _KEPT_S + every_s, int(named_s is not None)
        recorded = self._state.run("outages/open", server, code, str(error), probe_in_s, kept_s, named, _EVIDENCE_S)
        return _RECORDED[int(recorded)]

    def close(self, server: str) -> Waiting | None:
        """Record that the server has answered; return the work that waits for it, None when it was not away."""
        row = self._state.run("outages/close", server)
        if row is None:
            return None
        since, *whose = (part.decode() for part in row)
        return _waiting(whose, max(0.0, self._now() - float(since)))

    def due(self, *, every_s: float, limit_s: float) -> str | None:
        """Return a server that the caller, and nobody else, must probe now within `limit_s`; None without one."""
        server = self._state.run("outages/due", _PAUSE_SHARE * every_s, limit_s)
        return server.decode() if server is not None else None

    def due_waits(self) -> Waiting:
        """Return the work whose wait is over, once."""
        return _waiting([part.decode() for part in self._state.run("outages/due_waits")])

    def due_retries(self, after_s: float) -> list[int]:
        """Return projects with failed pages that may be tried again by now; they come again after `after_s`."""
        with redis_errors():
            name, now = self._state.name("retries"), self._now()
            due = [int(project) for project in self._state.redis.zrangebyscore(name, "-inf", now)]
            if due:
                self._state.redis.zadd(name, dict.fromkeys(due, now + after_s))
            return due

    def may_retry(self) -> list[int]:
        """Return all projects with failed pages that may be tried again once."""
        with redis_errors():
            return [int(project) for project in self._state.redis.zrange(self._state.name("retries"), 0, -1)]

    def no_retries(self, project_id: int) -> None:
        """Record that no failed page of the project may be tried again by itself."""
        with redis_errors():
            self._state.redis.zrem(self._state.name("retries"), project_id)

    def all(self) -> list[Outage]:
        """Return the present outages, the longest first."""
        row = [part.decode() for part in self._state.run("outages/read")]
        found = [Outage(*row[i : i + 3], *map(float, row[i + 3 : i + 6])) for i in range(0, len(row), 6)]
        return sorted(found, key=lambda outage: outage.since)

    def of_project(self, project_id: int) -> tuple[Outage, ...]:
        """Return the outages that hold up work of the project: that of Label Studio, and others that its pages need."""
        return tuple(outage for outage in self.all() if self._holds_up(outage, project_id))

    def is_away(self, server: str) -> bool:
        """Return whether the server is away."""
        with redis_errors():
            return bool(self._state.redis.exists(self._state.name("outage", server)))

    def host_answered(self, host: str, path: str = "/") -> None:
        """Remember that a host of images has served one, and its path, without query."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            now = self._now()
            pipe.zadd(self._state.name("image_hosts"), {host: now})
            pipe.zremrangebyscore(self._state.name("image_hosts"), "-inf", now - _HOST_KEPT_S)
            if len(path) <= _PATH_CHARS:
                pipe.set(self._state.name("image_path", host), path, ex=int(_HOST_KEPT_S))
            pipe.execute()

    def served_path(self, host: str) -> str:
        """Return the path of an image that a host has served; "/" where none is known."""
        with redis_errors():
            path = self._state.redis.get(self._state.name("image_path", host))
        return path.decode() if isinstance(path, bytes) else "/"

    def has_answered(self, host: str) -> bool:
        """Return whether a host of images has ever served one; others are not waited for."""
        with redis_errors():
            return self._state.redis.zscore(self._state.name("image_hosts"), host) is not None

    def forget_host(self, host: str) -> None:
        """Forget that a host of images has served any."""
        with redis_errors():
            self._state.redis.zrem(self._state.name("image_hosts"), host)

    def begin_evidence(self, server: str, *, limit_s: float) -> bool:
        """Return whether the caller must ask the server now whether it is there; others wait for the result."""
        with redis_errors():
            key = self._state.name("evidence", server)
            return bool(self._state.redis.set(key, "asking", nx=True, px=int(1000 * limit_s)))

    def end_evidence(self, server: str, result: str, *, kept_s: float) -> None:
        """Tell the others the result. It is kept for `kept_s`, in which nobody asks again."""
        with redis_errors():
            key = self._state.name("evidence", server)
            self._state.redis.set(key, result, px=int(1000 * kept_s))

    def evidence(self, server: str) -> str:
        """Return the state of the question whether the server is there: asking, a result, or '' for none."""
        with redis_errors():
            found = self._state.redis.get(self._state.name("evidence", server))
        return found.decode() if isinstance(found, bytes) else ""

    def _holds_up(self, outage: Outage, project_id: int) -> bool:
        if outage.server == LABEL_STUDIO:
            return True
        with redis_errors():
            waiting = self._state.redis.smembers(self._state.name("waiting", outage.server))
        return str(project_id).encode() in waiting or _DOCUMENTS.encode() in waiting

    def _now(self) -> float:
        seconds, micros = self._state.redis.time()
        return float(seconds) + float(micros) / 1e6


def _waiting(whose: Sequence[str], lasted_s: float = 0.0) -> Waiting:
    projects = tuple(sorted(int(part) for part in whose if part != _DOCUMENTS))
    return Waiting(projects, _DOCUMENTS in whose, lasted_s)
