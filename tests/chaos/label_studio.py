"""A stand-in for Label Studio: it answers prelabel's calls from its `contents`, or with planted faults."""

from __future__ import annotations

import base64
import json
import random
import re
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.chaos.contents import OUTSIDE, PROJECT, Answer, Contents

__all__ = ["OUTSIDE", "PROJECT", "LabelStudioStandIn"]

_LIFE_S = 300.0


class Cut(Exception):
    """The connection ends without an answer."""


def _token(**claims: float) -> str:
    """Make a token in the form of a JWT, without a valid signature."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{secrets.token_hex(8)}.{body}.{secrets.token_hex(16)}"


@dataclass(slots=True)
class Misbehaviour:
    """A planted behaviour until `until` (monotonic s), for a `share` of the calls whose path matches `paths`."""

    act: Callable[[], Answer | None]
    until: float
    share: float
    paths: re.Pattern[str]


class LabelStudioStandIn:
    """A context manager around the server, in threads of this process. Workers get its `url` and `token`."""

    def __init__(self, images: Mapping[int, bytes], rng: random.Random) -> None:
        self.state = Contents(images=dict(images), pages=set(images))
        self.token = _token(token=1.0)
        self.access_tokens: list[str] = []
        #: Calls that the stand-in cannot answer; a mistake of the harness.
        self.unknown: list[str] = []
        #: For each import that is to be cut: seconds after which it is stored.
        self._cuts: list[float] = []
        self._late: set[threading.Timer] = set()
        self._valid: set[str] = set()
        self._rng = rng
        self._lock = threading.Lock()
        self._wrong: list[Misbehaviour] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.other_url = f"http://localhost:{self.port}"

    def __enter__(self) -> LabelStudioStandIn:
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        for timer in self._late:
            timer.cancel()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    # -- on command ---------------------------------------------------------------------------------------------------

    def answer(self, status: int, for_s: float, *, share: float = 1.0, paths: str = "") -> None:
        """Refuse calls with this status."""
        self._misbehave(lambda: (status, {"detail": f"planted {status}"}), for_s, share, paths)

    def reset(self, for_s: float) -> None:
        """Take every call and end its connection at once."""

        def end() -> None:
            raise Cut

        self._misbehave(end, for_s, 1.0, "")

    def behave(self) -> None:
        """End all planted behaviour."""
        with self._lock:
            self._wrong.clear()

    def hang(self, for_s: float, each_s: float, *, acts: bool, share: float = 1.0, paths: str = "") -> None:
        """Delay calls by `each_s`; then perform and answer them (`acts`), or disconnect without an effect."""

        def wait() -> None:
            time.sleep(each_s)
            if not acts:
                raise Cut

        self._misbehave(wait, for_s, share, paths)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Be down during the block: nothing listens, and all connections are cut, as in a restart."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_all()
        try:
            yield
        finally:
            self._server = _Server(("127.0.0.1", self.port), _handler(self))
            self._serve()

    def cut(self, imports: int, store_after_s: float) -> None:
        """Cut the connections of the next imports, or changes of predictions; store them after `store_after_s`."""
        with self._lock:
            self._cuts += [store_after_s] * imports

    def drop_once(self, pages: list[int]) -> None:
        """Silently drop the next prediction of these pages."""
        with self.state.lock:
            self.state.dropped.update(pages)

    def revoke(self) -> None:
        """Refuse all present access tokens; new ones can be fetched."""
        with self._lock:
            self._valid.clear()

    def _misbehave(self, act: Callable[[], Answer | None], for_s: float, share: float, paths: str) -> None:
        with self._lock:
            self._wrong.append(Misbehaviour(act, time.monotonic() + for_s, share, re.compile(paths)))

    # -- for the judge ------------------------------------------------------------------------------------------------

    def counts(self) -> Counter[tuple[int, str]]:
        """Count the predictions by page and version, of pages that still exist."""
        with self.state.lock:
            return Counter(self.state.predictions.values())

    def calls(self, start: float, end: float) -> int:
        """Count the calls between two times (monotonic s)."""
        return sum(start <= at < end for times in list(self.state.asked_at.values()) for at in list(times))

    @property
    def still_storing(self) -> bool:
        """True while an import whose connection was cut is not stored."""
        with self._lock:
            return bool(self._late)

    # -- the API ------------------------------------------------------------------------------------------------------

    def handle(self, method: str, target: str, bearer: str, body: Any) -> Answer:
        """Answer a call. Raises Cut."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        call = f"{method} {re.sub(r'[0-9]+', 'N', path)}"
        self.state.asked[call] += 1
        self.state.asked_at[call].append(time.monotonic())
        for wrong in list(self._wrong):
            due = time.monotonic() < wrong.until and wrong.paths.search(path) and self._rng.random() < wrong.share
            if due and (said := wrong.act()) is not None:
                return said
        if path == "/api/token/refresh/":
            return self._refresh(body)
        if path == "/api/version":
            return 200, {"release": "1.23.2"}
        if path == "/health":
            return 200, {"status": "UP"}
        if bearer not in self._valid:
            return 401, {"detail": "Authentication credentials were not provided."}
        for verb, pattern, answer in self.state.calls():
            if verb == method and (found := re.fullmatch(pattern, path)):
                act = partial(answer, found[1] if found.groups() else "", query, body)
                if verb == "POST" or answer == self.state.change_prediction:
                    self._cut_import(act)
                return act()
        self.unknown.append(f"{method} {path}")
        return 404, {"detail": "the stand-in has no such call"}

    def _cut_import(self, store: Callable[[], object]) -> None:
        """Cut the connection if this is planted, and let the import be stored later. Raises Cut."""
        with self._lock:
            if not self._cuts:
                return
            timer = threading.Timer(self._cuts.pop(0), lambda: self._store_late(timer, store))
            self._late.add(timer)
        timer.start()
        raise Cut

    def _store_late(self, timer: threading.Timer, store: Callable[[], object]) -> None:
        store()
        with self._lock:
            self._late.discard(timer)

    def _refresh(self, body: Any) -> Answer:
        if body != {"refresh": self.token}:
            return 401, {"detail": "Token is invalid"}
        now = time.time()
        access = _token(iat=now, exp=now + _LIFE_S)
        with self._lock:
            self._valid.add(access)
            self.access_tokens.append(access)
        return 200, {"access": access}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)

    def cut_all(self) -> None:
        """End all connections."""
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of connections to killed clients."""


def _handler(server: LabelStudioStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _call(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                status, said = server.handle(self.command, self.path, bearer, body)
            except Cut:
                self.close_connection = True
                return
            except Exception as error:  # noqa: BLE001  # a mistake of the harness, which the judge tells
                server.unknown.append(f"{self.command} {self.path[:200]}: {error!r}")
                status, said = 500, {"detail": "the stand-in has failed"}
            data = said if isinstance(said, bytes) else json.dumps(said).encode() if said is not None else b""
            self.send_response(status)
            if status in {429, 503} and server.state.retry_after:
                self.send_header("Retry-After", server.state.retry_after)
            self.send_header("Content-Type", "image/png" if isinstance(said, bytes) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _call  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler
