"""Web server: one uvicorn process that limits connections, slow request heads, and the time for shutting down."""

from __future__ import annotations

import asyncio
import resource
import socket

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from prelabel.errors import SettingError

#: A connection must send a whole request head within this time. uvicorn has no such limit.
_HEAD_S = 20.0
#: Connections at a time; further ones are answered with 503.
_MAX_CONNECTIONS = 800
#: Time for uploads in progress to finish when the process is asked to stop.
_END_S = 20


class _TimedProtocol(H11Protocol):
    """HTTP/1.1 with a time limit on a request's head."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._expect_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._head_timer is not None:
            self._head_timer.cancel()

    def _expect_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        self._head_timer = self.loop.call_later(_HEAD_S, self._close_if_late)

    def _close_if_late(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self.transport.close()


def check_address(host: str, port: int) -> None:
    """Check that this process can listen there. Raises SettingError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            probe.bind((host, port))
    except OSError as error:
        raise SettingError(
            f"the uploader cannot listen on {host}:{port} ({(error.strerror or 'unknown address').lower()}): end what "
            "listens there, or correct PRELABEL_UPLOADER_HOST and PRELABEL_UPLOADER_PORT"
        ) from None


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until the process is asked to stop."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=_TimedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=_END_S,
    )
