"""The Redis of a run: it writes to disk; behind a wire that can be cut; with a replica that can take its place."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis

from devstack.redis import RedisServer
from tests.support.wire import Wire


class DurableRedis(RedisServer):
    """A Redis that writes everything to disk, as the docs recommend. A full disk is an error for it, not a signal."""

    def __init__(self, folder: Path, password: str, options: Mapping[str, str] | None = None) -> None:
        super().__init__(folder, append_only=True, password=password, options=options)

    def _command(self, program: str) -> list[str]:
        return ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", *super()._command(program)]


class RedisPair:
    """A context manager around the server, and where the run needs them, its replica and the wire before both.

    `url`: the address for senders and workers. `server`: the one that serves now. `restarting`: held by faults that end
    it.
    """

    def __init__(self, folder: Path, *, wired: bool = False, replicated: bool = False) -> None:
        self.password = secrets.token_hex(12)
        self.server = DurableRedis(folder, self.password)
        self._replica: DurableRedis | None = None
        if replicated:
            options = {"--masterauth": self.password}
            self._replica = DurableRedis(folder.with_name("replica"), self.password, options)
        self.wire = Wire(self.server.port) if wired or replicated else None
        self.restarting = threading.Lock()
        self._ended: list[RedisServer] = []

    @property
    def url(self) -> str:
        port = self.wire.port if self.wire else self.server.port
        return self.server.url.replace(str(self.server.port), str(port))

    @property
    def direct(self) -> Any:
        """A client of the server that serves now, past the wire."""
        return redis.Redis.from_url(self.server.url, decode_responses=True, socket_timeout=10)

    def __enter__(self) -> RedisPair:
        self.server.start()
        if self._replica:
            self._replica.start()
            # By a command, so that the replica that has taken over does not follow a dead server after a restart.
            redis.Redis.from_url(self._replica.url).replicaof("127.0.0.1", self.server.port)
        return self

    def __exit__(self, *_: object) -> None:
        if self.wire:
            self.wire.close()
        for server in (self.server, self._replica, *self._ended):
            if server:
                server.stop()

    def restart(self, number: int) -> None:
        """End Redis by this signal, and start it again on the same files."""
        with self.restarting:
            self.server.process.signal(number)
            self.server.process.collect()
            self.server.start()

    def fail_over(self, lost_s: float) -> bool:
        """Let the replica take the server's place. It has missed all that was written in the last `lost_s` seconds.

        Returns False when it has taken that place before.
        """
        with self.restarting:
            if self._replica is None or self.wire is None:
                return False
            self._separate(self._replica, lost_s)
            self.server.process.signal(9)
            self.server.process.collect()
            self._ended.append(self.server)
            self.server, self._replica = self._replica, None
            self.wire.target = self.server.port
            self.wire.cut()
            return True

    def _separate(self, replica: DurableRedis, lost_s: float) -> None:
        """End the replication, after the last write unless some are to be lost."""
        here = self.direct
        there: Any = redis.Redis.from_url(replica.url, decode_responses=True, socket_timeout=10)
        _until_linked(there)
        if not lost_s:
            here.client_pause(20_000, all=False)
            while here.info("replication")["master_repl_offset"] != there.info("replication")["slave_repl_offset"]:
                time.sleep(0.01)
        there.execute_command("REPLICAOF", "NO", "ONE")
        time.sleep(lost_s)


def _until_linked(replica: Any) -> None:
    """Wait until the replica has all of the server's data; a restart of the server cuts the link for a while."""
    while True:
        with suppress(redis.exceptions.RedisError):
            if replica.info("replication")["master_link_status"] == "up":
                return
        time.sleep(0.05)
