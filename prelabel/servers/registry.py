"""The servers on this Redis whose workers live. One hash for all servers holds them, by the server's name."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import redis

from prelabel.environment.server_address import one_spelling
from prelabel.ledger.redis_state import redis_errors
from prelabel.ledger.workers import HEARTBEATS_MISSED
from prelabel.queues import broker
from prelabel.queues.keys import SERVERS
from prelabel.settings import Settings

#: A server whose workers have been gone for so long is forgotten.
_KEPT_S = 30 * 86400.0


@dataclass(frozen=True, slots=True)
class KnownServer:
    """A server as one of its workers announced it: the address that the worker uses, and the worker's host."""

    id: str
    address: str
    host: str


class Servers:
    """The servers in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, client: redis.Redis, own: KnownServer) -> None:
        self._redis: Any = client
        self._own = own

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Make a registry that connects with its first call. The address is kept without a user or password."""
        own = KnownServer(settings.server_id, one_spelling(settings.label_studio_url), socket.gethostname())
        return cls(broker.connect(settings), own)

    def announce(self, *, every_s: float) -> list[KnownServer]:
        """Record that a worker of the own server lives; return `others`.

        Call this with each heartbeat, every `every_s` seconds. Servers whose workers have been gone for a month are
        forgotten.
        """
        with redis_errors(), self._redis.pipeline(transaction=False) as pipe:
            now = self._now()
            row = asdict(self._own) | {"at": now, "for_s": every_s * HEARTBEATS_MISSED}
            pipe.hset(SERVERS, self._own.id, json.dumps(row))
            pipe.hgetall(SERVERS)
            _, rows = pipe.execute()
            if gone := [name for name, each in _read(rows).items() if now - float(each["at"]) > _KEPT_S]:
                self._redis.hdel(SERVERS, *gone)
        return self._living(rows, now)

    def others(self) -> list[KnownServer]:
        """Return the other servers with living workers."""
        with redis_errors():
            now, rows = self._now(), self._redis.hgetall(SERVERS)
        return self._living(rows, now)

    def _living(self, rows: Mapping[bytes, bytes], now: float) -> list[KnownServer]:
        return [
            KnownServer(name, str(row["address"]), str(row["host"]))
            for name, row in sorted(_read(rows).items())
            if name != self._own.id and now - float(row["at"]) < float(row["for_s"])
        ]

    def _now(self) -> float:
        """Return the time of Redis' clock, because those of two hosts may differ."""
        seconds, micros = self._redis.time()
        return float(seconds) + float(micros) / 1e6


def _read(rows: Mapping[bytes, bytes]) -> dict[str, dict[str, Any]]:
    return {name.decode(): json.loads(row) for name, row in rows.items()}
