"""A private Redis: the `redis-server` or `valkey-server` on PATH, with a free port and its own folder.

`REDIS_SERVER` names another program that takes Redis's options, e.g. to run the tests on Valkey where both are there.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from devstack.ports import LOOPBACK, free_port
from devstack.processes import Process, Server, StartFailed, wait_until

#: In the order of preference.
_PROGRAMS = ("redis-server", "valkey-server")


def server_program() -> str:
    """Return the path of the Redis or Valkey to start. Raises StartFailed if there is none."""
    named = os.environ.get("REDIS_SERVER")
    names = (named,) if named else _PROGRAMS
    program = next((path for name in names if (path := shutil.which(name))), None)
    if program is None:
        raise StartFailed(f"{names[0]} is not on PATH: run `make setup`, or apt-get install {names[0]}")
    return program


class RedisServer(Server):
    """A Redis or Valkey as a context manager; inside the context `url` is ready to use.

    Data is kept on disk only with `append_only`; in this case a second start in the same folder loads the data.
    `options`: more of redis-server's, such as {"--unixsocket": "..."}.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        append_only: bool = False,
        password: str = "",
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.append_only, self.password = folder, append_only, password
        self._more = dict(options or {})
        self.port = port or free_port()
        self.url = f"redis://{f':{password}@' if password else ''}{LOOPBACK}:{self.port}/0"

    def start(self) -> Self:
        """Start Redis and wait until it answers. Raises StartFailed if it is not installed or does not start."""
        program = server_program()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = Process("redis", self._command(program), log=self.folder / "redis.log").start()
        try:
            wait_until(self.answers, self._process, timeout_s=10, every_s=0.02)
        except StartFailed:
            self._process.stop()
            raise
        return self

    def _command(self, program: str) -> list[str]:
        options = {
            "--bind": LOOPBACK,
            "--port": str(self.port),
            "--dir": str(self.folder),
            "--save": "",
            "--appendonly": "yes" if self.append_only else "no",
            "--daemonize": "no",
        } | ({"--requirepass": self.password} if self.password else {})
        options |= self._more
        return [program, *(word for option in options.items() for word in option)]

    def answers(self) -> bool:
        """Return whether the server answers a PING, if only with a request for the password."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False


class SentinelServer(RedisServer):
    """A Redis Sentinel that watches a server under the name `master`, and replaces it within about two seconds."""

    def __init__(self, folder: Path, master: str, watched: RedisServer, *, password: str = "") -> None:
        super().__init__(folder, password=password)
        self._master, self._watched = master, watched

    def _command(self, program: str) -> list[str]:
        lines = [
            f"port {self.port}",
            f"bind {LOOPBACK}",
            f"dir {self.folder}",
            f"sentinel monitor {self._master} {LOOPBACK} {self._watched.port} 1",
            f"sentinel down-after-milliseconds {self._master} 500",
            f"sentinel failover-timeout {self._master} 2000",
            *([f"requirepass {self.password}"] if self.password else []),
            *([f"sentinel auth-pass {self._master} {self._watched.password}"] if self._watched.password else []),
        ]
        configuration = self.folder / "sentinel.conf"
        configuration.write_text("\n".join(lines) + "\n", "utf-8")
        return [program, str(configuration), "--sentinel"]
