"""Connections of the web server: counted by the crowd, with a time limit on a request's head and on an answer's rest.

uvicorn and h11 bound the size of a head (16 kB), but not its time. uvicorn's own limit on connections refuses members
as well, so that strangers can fill it.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.uploader.door.addresses import address_of
from services.uploader.door.crowd import Crowd, Guest

#: The name in a request's state under which its connection's guest is found.
_GUEST = "guest"
#: A connection must send a whole request head within this time, and take what is left of an answer.
_HEAD_S = 20.0
#: Bytes of an answer that the system keeps unsent; more would hide for minutes that a client reads nothing.
_UNSENT_BYTES = 2**16

_crowd = Crowd()


def guest_of(scope: Scope) -> Guest:
    """Return the guest of a request's connection; one by itself where another web server runs the app."""
    guest: Guest | None = scope.get("state", {}).get(_GUEST)
    return guest or Guest(Crowd(), lambda: None)


class DoorProtocol(H11Protocol):
    """HTTP/1.1 of one connection."""

    _timer: asyncio.TimerHandle | None = None
    _unsent = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guest = Guest(_crowd, self._abort)
        self.app_state = {**self.app_state, _GUEST: self._guest}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        if option := getattr(socket, "TCP_NOTSENT_LOWAT", None):
            cast(socket.socket, transport.get_extra_info("socket")).setsockopt(
                socket.IPPROTO_TCP, option, _UNSENT_BYTES
            )
        self._guest.arrives(address_of(self.client[0] if self.client else ""))
        self._expect_head()

    def on_response_complete(self) -> None:
        self._guest.rests()
        super().on_response_complete()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._guest.leaves()
        if self._timer is not None:
            self._timer.cancel()

    def _expect_head(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._unsent = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(_HEAD_S, self._close_if_late)

    def _close_if_late(self) -> None:
        """Close unless a request is in progress, or the client still reads the last answer."""
        if self.cycle is not None and not self.cycle.response_complete:
            return
        if 0 < self.transport.get_write_buffer_size() < self._unsent:
            self._expect_head()
        else:
            self._abort()

    def _abort(self) -> None:
        self.transport.abort()
