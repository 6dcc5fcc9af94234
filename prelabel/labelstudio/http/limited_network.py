"""Network connections on which every wait has a limit, also where the HTTP library sets none (a SOCKS handshake)."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore

#: Returns the seconds that a wait may take, given the library's own limit; raises ReadTimeout when none are left.
Left = Callable[[float | None], float]


class LimitedNetwork(httpcore.NetworkBackend):
    """httpcore's own network with limits. `limit_s`: of each wait; with `in_all`, from connecting to the last byte."""

    def __init__(self, limit_s: float, *, in_all: bool) -> None:
        self._limit_s, self._in_all = limit_s, in_all
        self._network = httpcore.SyncBackend()
        self._opened = threading.local()

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses to try, in this order; here the host itself."""
        return [host]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left()
        failed: Exception = httpcore.ConnectTimeout()
        for address in self.addresses(host, port):
            try:
                stream = self._network.connect_tcp(address, port, left(timeout), local_address, socket_options)
                self._opened.stream = stream
                return _LimitedStream(stream, left)
            except (httpcore.ConnectError, httpcore.TimeoutException) as error:
                failed = error
        raise failed

    @contextmanager
    def closing_failed(self) -> Iterator[None]:
        """Close the connection that this thread opens in the block, if the block fails: SOCKS pools leave it open."""
        self._opened.stream = None
        try:
            yield
        except Exception:
            if self._opened.stream is not None:
                self._opened.stream.close()
            raise
        finally:
            self._opened.stream = None

    def _left(self) -> Left:
        if not self._in_all:
            return lambda timeout: self._limit_s if timeout is None else timeout
        ends_at = time.monotonic() + self._limit_s

        def left(timeout: float | None) -> float:
            seconds = ends_at - time.monotonic()
            if seconds <= 0:
                raise httpcore.ReadTimeout
            return seconds if timeout is None else min(seconds, timeout)

        return left


class _LimitedStream(httpcore.NetworkStream):
    """A stream with limits: slow bytes could otherwise arrive for ever, each within the limit of a read."""

    def __init__(self, stream: httpcore.NetworkStream, left: Left) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
