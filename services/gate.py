"""What every request passes first: who may come in, from where, with how much, and the headers of every answer.

People show a cookie that they got for the key; programs show the key itself. Without a key only this machine is let in.
Pages' images and the process's health are open: Label Studio has no key. Everything that is not named here is closed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prelabel.errors import PrelabelError
from services.problems import Refused, answer

COOKIE = "prelabel_uploader"
SESSION_S = 30 * 86400

#: Open to all: the pages (they hold nothing), signing in, health, pages' images, hooks (they have a secret).
_OPEN = ("/", "/session", "/health", "/docs", "/openapi.json")
_OPEN_BELOW = ("/web/", "/files/", "/webhooks/")
#: Not held back by the rule that without a key only this machine is let in: servers ask here.
_FOR_SERVERS = ("/health", "/files/", "/webhooks/")

#: A body is small unless it is a file; a client that sends none of it for so long is gone.
_SMALL_BODY_BYTES = 2**16
_HOOK_BODY_BYTES = 2**22
_SILENCE_S = 30.0
#: What a refused client may still send before it is cut off: it reads the answer only afterwards.
_DRAINED_BYTES, _DRAINED_S = 2**25, 5.0

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}
#: Asked for again each time, and sent only when it has changed.
_CACHED = _HEADERS | {"Cache-Control": "no-cache"}
#: Swagger UI sets styles inline.
DOCS_POLICY = _HEADERS["Content-Security-Policy"].replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


class Sessions:
    """Cookies that only the key can make; another key, and all of them are void. Nothing is stored."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def fits(self, key: str) -> bool:
        """Is it the key? In a time that does not tell how much of it is right."""
        return hmac.compare_digest(key.encode("utf-8", "surrogateescape"), self._key)

    def make(self) -> str:
        """A cookie's value, good for SESSION_S."""
        ends_at = str(int(time.time()) + SESSION_S)
        return f"{ends_at}.{self._signature(ends_at)}"

    def good(self, cookie: str) -> bool:
        """Was it made by `make`, and not too long ago?"""
        ends_at, _, signature = cookie.partition(".")
        genuine = hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), self._signature(ends_at).encode())
        return genuine and int(ends_at) > time.time()

    def _signature(self, ends_at: str) -> str:
        text = f"prelabel uploader session {ends_at}".encode("utf-8", "surrogateescape")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


class Gate:
    """ASGI middleware, see the module. `sessions`: None where UPLOADER_API_KEY is not set."""

    def __init__(self, app: ASGIApp, sessions: Sessions | None) -> None:
        self._app, self._sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(scope, receive)
        send = _answering(send, body, _CACHED if scope["path"].startswith("/web/") else _HEADERS)
        try:
            self._admit(Request(scope))
        except PrelabelError as error:
            await answer(error)(scope, receive, send)
        else:
            await self._app(scope, body.receive, send)

    def _admit(self, request: Request) -> None:
        """Raises Refused."""
        path: str = request.scope["path"]
        if self._sessions is None and not path.startswith(_FOR_SERVERS):
            _require_this_machine(request)
        if request.method not in _SAFE and not path.startswith(_FOR_SERVERS):
            _require_own_page(request.headers)
        if self._sessions is None or path in _OPEN or path.startswith(_OPEN_BELOW):
            return
        if (shown := _shown_key(request.headers)) is not None:
            if not self._sessions.fits(shown):
                raise Refused(401, "wrong_key", "this is not the key of the uploader", _KEY_CURE)
        elif not self._sessions.good(request.cookies.get(COOKIE, "")):
            raise Refused(401, "key_missing", "the uploader asks for its key", _KEY_CURE)


_KEY_CURE = "send the header X-API-Key with the value of UPLOADER_API_KEY, or sign in on the page"


def _shown_key(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else None)


def _require_this_machine(request: Request) -> None:
    """Also by the name that was asked for: a foreign page may give its own name our address."""
    client = request.client.host if request.client else ""
    asked_for = _host(f"//{request.headers.get('host', '')}")
    if not (_is_loopback(client) and (asked_for == "localhost" or _is_loopback(asked_for))):
        raise Refused(
            403,
            "key_not_set",
            "without a key the uploader serves only the machine it runs on",
            "set UPLOADER_API_KEY (16 signs or more), start the uploader again, then sign in with it",
        )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _require_own_page(headers: Headers) -> None:
    """No other site's page may make a person's browser send something, whatever the cookie: Origin gives it away."""
    came_from, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is None:  # a program, or a browser without TLS
        own = came_from is None or came_from.partition("://")[2] == headers.get("host")
    else:
        own = site in {"same-origin", "none"}
    if not own:
        raise Refused(
            403, "foreign_origin", "the request was made by another site's page", "use the uploader's own page"
        )


class _Body:
    """A request's body as it comes in: bounded, and ended when the client falls silent."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._more = True
        self._read_bytes = 0
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        hook = scope["path"].startswith("/webhooks/")
        self._most: int | None = (
            None if is_form and scope["path"] == "/documents" else _HOOK_BODY_BYTES if hook else _SMALL_BODY_BYTES
        )
        length = headers.get("content-length", "")
        self._announced = int(length) if length.isdecimal() else 0
        self._waits = "expect" in headers  # it sends nothing before it is told to go on

    async def receive(self) -> Message:
        """ASGI's `receive`. Raises Refused."""
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(_SILENCE_S):
                message = await self._receive()
        except TimeoutError:
            raise Refused(
                408, "too_slow", f"nothing arrived for {_SILENCE_S:.0f} s", "see to the connection, then send it again"
            ) from None
        self._note(message)
        if self._most is not None and self._read_bytes > self._most:
            raise Refused(413, "body_too_large", f"this request may have {self._most} bytes", "send less at once")
        return message

    async def drained(self) -> bool:
        """Read what a refused client still sends, up to a bound: else it meets a closed connection, not the answer.

        False when there is more.
        """
        if self._waits or self._announced > _DRAINED_BYTES:
            return not self._more
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAINED_S):
                while self._more and self._read_bytes <= _DRAINED_BYTES:
                    self._note(await self._receive())
        return not self._more

    def _note(self, message: MutableMapping[str, Any]) -> None:
        self._read_bytes += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)


def _answering(send: Send, body: _Body, ours: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ours.items():
                headers.setdefault(name, value)
            if message["status"] >= HTTPStatus.BAD_REQUEST and not await body.drained():
                headers["Connection"] = "close"
        await send(message)

    return sending
