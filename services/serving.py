"""One uvicorn process that outlives what it is sent: bounds on connections, on silence and on its end."""

from __future__ import annotations

import asyncio
import resource

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

#: A connection that has not sent a whole request head by then is closed; uvicorn would wait for ever.
_HEAD_S = 20.0
#: Connections at a time; more are answered with 503.
_MAX_CONNECTIONS = 800
#: Uploads in hand may end when the process is told to.
_END_S = 20


class _Patient(H11Protocol):
    """HTTP/1.1 with a limit on how long a request's head may take."""

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
        self._head_timer = self.loop.call_later(_HEAD_S, self._head_is_late)

    def _head_is_late(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self.transport.close()


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until the process is told to end."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=_Patient,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=_END_S,
    )
