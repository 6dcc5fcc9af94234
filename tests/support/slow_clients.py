"""Clients that keep a server's connections busy with as little as they can, hundreds from one thread."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

#: Pause between two drips, and before a client that was cut off comes again.
_DRIP_S, _AGAIN_S = 0.25, 1.0
#: The system drops new connections when its queue is full, and tries them again a second later.
_BREATH_S = 0.02


class SlowClients:
    """`count` connections that send `head`, then `drip` four times a second.

    `again`: those that end come again, until it is set to False. `reads`: whether they read what the server sends.
    `ended`: how many connections the server has ended.
    """

    def __init__(
        self, port: int, count: int, head: bytes, drip: bytes = b"", *, reads: bool = True, again: bool = False
    ) -> None:
        self._port, self._count, self._head, self._drip = port, count, head, drip
        self._reads, self.again = reads, again
        self._open: dict[socket.socket, None] = {}
        self._waiting: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.ended = 0

    def __enter__(self) -> Self:
        for number in range(self._count):
            self._connect()
            if number % 20 == 0:
                time.sleep(_BREATH_S)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        for client in self._open:
            client.close()

    def _connect(self) -> None:
        client = socket.socket()
        if not self._reads:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(("127.0.0.1", self._port))
        with suppress(OSError):
            client.sendall(self._head)
        client.setblocking(False)
        self._open[client] = None

    def _run(self) -> None:
        while not self._over.wait(_DRIP_S):
            for client in list(self._open):
                if self._has_ended(client):
                    client.close()
                    del self._open[client]
                    self.ended += 1
                    self._waiting.append(time.monotonic() + _AGAIN_S)
            while self.again and self._waiting and self._waiting[0] < time.monotonic():
                del self._waiting[0]
                self._connect()

    def _has_ended(self, client: socket.socket) -> bool:
        try:
            with suppress(BlockingIOError):
                if self._drip:
                    client.send(self._drip)
            with suppress(BlockingIOError):
                return client.recv(1 if not self._reads else 65536, 0 if self._reads else socket.MSG_PEEK) == b""
        except OSError:
            return True
        return False
