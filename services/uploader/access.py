"""Access control, before every endpoint: the key, the session cookie, the client's address, and the request's origin.

Browsers send a cookie that they received for the key; programs send the key itself. Without a key only this machine has
access. Images of pages and the health check are public, because Label Studio has no key. Other addresses are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prelabel.errors import PrelabelError
from services.uploader.door.addresses import client_address
from services.uploader.door.connections import guest_of
from services.uploader.door.crowd import Guest
from services.uploader.door.guesses import Guesses
from services.uploader.door.pace import read_in_time
from services.uploader.door.places import Places
from services.uploader.error_answers import Refused, error_response
from services.uploader.request_body import RequestBody
from services.uploader.security_headers import headers_of
from services.uploader.sessions import COOKIE, Sessions

#: Public: the pages (they hold no data), sign-in, health, images of pages, webhooks (they have a secret).
_PUBLIC = ("/", "/session", "/health", "/docs", "/openapi.json")
_PUBLIC_BELOW = ("/web/", "/files/", "/webhooks/")
#: Other servers call these, also where no key is set and only this machine has access.
_FOR_SERVERS = ("/health", "/files/", "/webhooks/")
#: Answers that are large, and that strangers may ask for.
_IMAGES = "/files/"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY_CURE = "send the header X-API-Key with the value of PRELABEL_UPLOADER_API_KEY, or sign in on the page"


class AccessMiddleware:
    """ASGI middleware that checks every request. `sessions`: None where PRELABEL_UPLOADER_API_KEY is not set."""

    def __init__(self, app: ASGIApp, sessions: Sessions | None, guesses: Guesses) -> None:
        self._app, self._sessions, self._guesses = app, sessions, guesses
        self._places = Places()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guest = guest_of(scope)
        body = RequestBody(scope, receive)
        send = _with_headers(read_in_time(send, guest), body, headers_of(scope["path"]))
        async with AsyncExitStack() as place:
            try:
                await self._admit(Request(scope), guest)
                await place.enter_async_context(self._place(scope["path"], guest))
            except PrelabelError as error:
                await error_response(error)(scope, receive, send)
            else:
                await self._app(scope, body.receive, send)

    def _place(self, path: str, guest: Guest) -> AbstractAsyncContextManager[None]:
        return self._places.place(guest) if path.startswith(_IMAGES) and not guest.member else nullcontext()

    async def _admit(self, request: Request, guest: Guest) -> None:
        """Raise Refused if the request has no access; note whether its client is a member."""
        path: str = request.scope["path"]
        signed_in = self._sessions is not None and self._sessions.valid(request.cookies.get(COOKIE, ""))
        guest.begins(client_address(request), member=signed_in)
        if self._sessions is None and not path.startswith(_FOR_SERVERS):
            _require_this_machine(request)
            guest.becomes_member()
        if request.method not in _SAFE_METHODS and not path.startswith(_FOR_SERVERS):
            _require_own_origin(request.headers)
        if self._sessions is not None and path not in _PUBLIC and not path.startswith(_PUBLIC_BELOW):
            await self._require_key(self._sessions, request, signed_in=signed_in)
            guest.becomes_member()

    async def _require_key(self, sessions: Sessions, request: Request, *, signed_in: bool) -> None:
        if (key := _sent_key(request.headers)) is not None:
            if not await self._guesses.judge(client_address(request), lambda: sessions.matches(key)):
                raise Refused(401, "wrong_key", "this is not the key of the uploader", _KEY_CURE)
        elif not signed_in:
            raise Refused(401, "key_missing", "the uploader requires its key", _KEY_CURE)


def _sent_key(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else None)


def _require_this_machine(request: Request) -> None:
    """Refuse other machines, and other host names: a foreign site may let its own name resolve to this address."""
    client = request.client.host if request.client else ""
    host = _host(f"//{request.headers.get('host', '')}")
    if not (_is_loopback(client) and (host == "localhost" or _is_loopback(host))):
        raise Refused(
            403,
            "key_not_set",
            "without a key only the machine of the uploader has access",
            "set PRELABEL_UPLOADER_API_KEY (16 characters or more), restart the uploader, then sign in with the key",
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


def _require_own_origin(headers: Headers) -> None:
    """Refuse requests that another site's page makes with a person's browser and cookie."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is None:  # a program, or a browser without TLS
        own = origin is None or origin.partition("://")[2] == headers.get("host")
    else:
        own = site in {"same-origin", "none"}
    if not own:
        raise Refused(403, "foreign_origin", "another site's page made this request", "use the uploader's own page")


def _with_headers(send: Send, body: RequestBody, headers: Mapping[str, str]) -> Send:
    """Return a `send` that adds the security headers, and reads the rest of a refused body before the answer."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent = MutableHeaders(scope=message)
            for name, value in headers.items():
                sent.setdefault(name, value)
            if message["status"] >= HTTPStatus.BAD_REQUEST and not await body.drain():
                sent["Connection"] = "close"
        await send(message)

    return send_with_headers
