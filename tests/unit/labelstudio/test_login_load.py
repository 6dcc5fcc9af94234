"""Load test of logins: an hour of 16 threads with tokens of 5 s, on a simulated clock, with a real HTTP server."""

from __future__ import annotations

import base64
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from prelabel.labelstudio.http.auth import PersonalAccessToken
from prelabel.labelstudio.http.client import LabelStudio

HOUR_S, LIFE_S, THREADS = 3600.0, 5.0, 16
#: Advance of the clock with each request to the server, so that tokens expire while calls are on their way.
REQUEST_S = 0.02


def jwt(**claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"head.{middle}.signature"


class Clock:
    """A simulated clock in seconds; every thread may advance it."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now_s

    def turn(self, seconds: float) -> None:
        with self._lock:
            self.now_s += seconds


class TokenServer:
    """A server that exchanges the token for access tokens of LIFE_S and refuses expired ones."""

    def __init__(self, clock: Clock) -> None:
        self.refreshes = self.refused = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                clock.turn(REQUEST_S)
                self.rfile.read(int(self.headers["Content-Length"]))
                server.refreshes += 1
                self._answer(200, {"access": jwt(iat=clock(), exp=clock() + LIFE_S)})

            def do_GET(self) -> None:
                clock.turn(REQUEST_S)
                middle = self.headers["Authorization"].split(".")[1]
                claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
                good = clock() < claims["exp"]
                server.refused += not good
                self._answer(200 if good else 401, {"detail": "" if good else "no"})

            def _answer(self, status: int, body: object) -> None:
                data = json.dumps(body).encode()
                head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[TokenServer]:
    found = TokenServer(clock)
    yield found
    found.close()


def test_no_call_fails_and_tokens_are_renewed_no_more_than_needed(
    server: TokenServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, calls = random.Random(5), 0
    with LabelStudio(server.url, jwt(token_type="refresh")) as client, ThreadPoolExecutor(THREADS) as pool:
        assert isinstance(client.auth, PersonalAccessToken)
        monkeypatch.setattr(client.auth, "_clock", clock)
        while clock() < HOUR_S:
            answers = list(pool.map(lambda _: client.get("/api/projects/").status_code, range(THREADS)))
            assert answers == [200] * THREADS
            calls += THREADS
            clock.turn(chance.uniform(0.0, 3 * LIFE_S))
    assert calls > 5000
    assert server.refreshes <= HOUR_S / (LIFE_S / 2)  # one renewal for each half of a life, over all threads
    assert server.refused < calls / 100
