"""A private Redis: the `redis-server` of the PATH on a free port, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Self

from devstack.ports import LOOPBACK, free_port
from devstack.processes import Process, Server, StartFailed, wait_until


class RedisServer(Server):
    """A context manager around one redis-server. `url` is ready to use inside it.

    Nothing is kept on disk unless `append_only`; then a second start in the same folder finds everything again.
    """

    def __init__(self, folder: Path, port: int | None = None, *, append_only: bool = False, password: str = "") -> None:
        self.folder, self.append_only, self.password = folder, append_only, password
        self.port = port or free_port()
        self.url = f"redis://{f':{password}@' if password else ''}{LOOPBACK}:{self.port}/0"

    def start(self) -> Self:
        """Start it and wait for its answer. Raises StartFailed when it is not installed or does not come up."""
        program = shutil.which("redis-server")
        if program is None:
            raise StartFailed("redis-server is not on PATH: run `make setup`, or apt-get install redis-server")
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
        return [program, *(word for option in options.items() for word in option)]

    def answers(self) -> bool:
        """True when the server says PONG, or asks for its password."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False
