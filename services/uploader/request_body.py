"""Limits on a request's body while it arrives: its size, and how long the client may take or send nothing."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from services.uploader.error_answers import Refused

#: Limit of every body except an uploaded file and a webhook's event.
_SMALL_BODY_BYTES = 2**16
_HOOK_BODY_BYTES = 2**22
#: A small body has to arrive whole within this time; `pace` watches over an uploaded file.
_SMALL_BODY_S = 10.0
#: A client that sends nothing for this long is disconnected.
_SILENCE_S = 30.0
#: A client reads the answer only after it has sent its body. A refused client may send this much more.
_DRAINED_BYTES, _DRAINED_S = 2**25, 5.0


class RequestBody:
    """The body of one request while it arrives."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        self._receive = receive
        self._more = True
        self._read_bytes = 0
        self._max_bytes = _size_limit(scope["path"], headers)
        self._ends_at = math.inf if self._max_bytes is None else time.monotonic() + _SMALL_BODY_S
        self._late = False
        self._announced = int(length) if length.isdecimal() else 0
        self._waits = "expect" in headers  # the client sends nothing before the server asks it to continue

    async def receive(self) -> Message:
        """Act as the `receive` of ASGI, within the limits. Raises Refused."""
        if not self._more:
            return await self._receive()
        message = await self._receive_in_time()
        self._note(message)
        if self._max_bytes is not None and self._read_bytes > self._max_bytes:
            raise Refused(413, "body_too_large", f"this request may have {self._max_bytes} bytes", "send less at once")
        return message

    async def drain(self) -> bool:
        """Read the rest of a refused request, up to a limit; return whether all of it was read.

        A client that is cut off while it sends sees a closed connection in place of the answer.
        """
        if self._waits or self._late or self._announced > _DRAINED_BYTES:
            return not self._more
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAINED_S):
                while self._more and self._read_bytes <= _DRAINED_BYTES:
                    self._note(await self._receive())
        return not self._more

    async def _receive_in_time(self) -> Message:
        left_s = self._ends_at - time.monotonic()
        try:
            async with asyncio.timeout(min(_SILENCE_S, left_s)):
                return await self._receive()
        except TimeoutError:
            self._late = True
            whole = f"the request did not arrive within {_SMALL_BODY_S:.0f} s"
            message = whole if left_s < _SILENCE_S else f"nothing arrived for {_SILENCE_S:.0f} s"
            raise Refused(408, "too_slow", message, "check the connection, then send it again") from None

    def _note(self, message: MutableMapping[str, Any]) -> None:
        self._read_bytes += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)


def _size_limit(path: str, headers: Headers) -> int | None:
    """Return the most bytes of a body; None for an uploaded file, whose limit intake applies."""
    if path == "/documents" and headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return None
    return _HOOK_BODY_BYTES if path.startswith("/webhooks/") else _SMALL_BODY_BYTES
