"""The pace of clients: the least at which a file must arrive, and at which an answer must be read.

Only the time in which the client is waited for counts, so a slow disk of ours is not charged to it. The rates leave
room for the slowest lines of phones; they end connections that are kept open on purpose.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Message, Send

from services.uploader.door.crowd import Guest
from services.uploader.error_answers import Refused

#: A file arrives at no less than this, in each window.
_SLOWEST_BYTES_S, _WINDOW_S = 2048, 60.0
#: An answer is handed on in such pieces, each within so many seconds: 2 kB/s.
_PIECE_BYTES, _PIECE_S = 2**16, 30.0


class Pace:
    """Bytes of a file and the time in which they were waited for, by windows."""

    def __init__(self) -> None:
        self._waited_s, self._bytes = 0.0, 0

    def note(self, waited_s: float, received: int) -> None:
        """Note a wait and what it brought. Raises Refused."""
        self._waited_s += waited_s
        self._bytes += received
        if self._waited_s < _WINDOW_S:
            return
        rate = self._bytes / self._waited_s
        self._waited_s, self._bytes = 0.0, 0
        if rate < _SLOWEST_BYTES_S:
            raise Refused(
                408, "too_slow", f"fewer than {_SLOWEST_BYTES_S} bytes a second arrive", "check the connection"
            )


def read_in_time(send: Send, guest: Guest) -> Send:
    """Return a `send` that hands on an answer in pieces, and ends the connection of a client that does not read."""
    gone = False

    async def in_time(message: Message) -> None:
        nonlocal gone
        for piece in _pieces(message):
            if gone:
                return
            try:
                async with asyncio.timeout(_PIECE_S):
                    await send(piece)
            except TimeoutError:
                gone = True
                guest.close()

    return in_time


def _pieces(message: Message) -> list[dict[str, Any]]:
    body = message.get("body", b"")
    if message["type"] != "http.response.body" or len(body) <= _PIECE_BYTES:
        return [dict(message)]
    parts = [body[start : start + _PIECE_BYTES] for start in range(0, len(body), _PIECE_BYTES)]
    more = [True] * (len(parts) - 1) + [message.get("more_body", False)]
    return [{"type": message["type"], "body": part, "more_body": rest} for part, rest in zip(parts, more, strict=True)]
