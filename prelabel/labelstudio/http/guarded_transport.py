"""Connections to hosts named in a page's data: only to addresses that the guard allows, each for a limited time.

The transport connects to the address that the guard returned, so that no second look-up can lead elsewhere;
certificates and the Host header still use the host's name. A connection serves one image. Proxies of the environment
are not used: behind a proxy the address could not be checked.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from prelabel.labelstudio.http.image_guard import ImageGuard


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport on guarded connections. `limit_s`: from connecting to the last byte."""

    def __init__(self, guard: ImageGuard, limit_s: float) -> None:
        trust = httpx.create_ssl_context()
        super().__init__(verify=trust)
        self._pool.close()  # if a later httpx uses its pool under another name, calls fail instead of going unguarded
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust,
            max_connections=100,
            max_keepalive_connections=0,
            network_backend=_GuardedNetwork(guard, limit_s),
        )


class _GuardedNetwork(httpcore.NetworkBackend):
    def __init__(self, guard: ImageGuard, limit_s: float) -> None:
        self._guard, self._limit_s = guard, limit_s
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        ends_at = time.monotonic() + self._limit_s
        try:
            addresses = self._guard.addresses(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name is not known") from None
        failed: Exception = httpcore.ConnectTimeout()
        for address in addresses:
            try:
                stream = self._network.connect_tcp(address, port, _left(ends_at), local_address, socket_options)
                return _LimitedStream(stream, ends_at)
            except (httpcore.ConnectError, httpcore.TimeoutException) as error:
                failed = error
        raise failed


class _LimitedStream(httpcore.NetworkStream):
    """A stream with a limit in all: slow bytes could otherwise arrive for ever, each within the limit of a read."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream, self._ends_at = stream, ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, _left(self._ends_at)), self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
