"""Small web servers on this machine, with fixed answers and a record of their requests."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

#: The call with which a process tries its token.
_PROJECTS = "/api/projects/?page_size=1&include=id"

#: Networks of these servers; prelabel loads no images from them unless a test allows it.
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass
class Answer:
    """A fixed answer. `drip_s`: seconds before each single byte; `slow_head`: also before the bytes of the headers."""

    status: int = 200
    body: bytes = PNG
    headers: Mapping[str, str | None] = field(default_factory=lambda: {"Content-Type": "image/png"})
    drip_s: float = 0.0
    slow_head: bool = False


class Site:
    """A web server at `url`. `requests`: path and token of each request. `tls`: serve HTTPS."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.hosts: list[str | None] = []
        self.bodies: list[bytes] = []
        self._server = ThreadingHTTPServer((host, 0), type("Handler", (_Handler,), {"site": self}))
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port = self._server.server_port
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.answers[path] = Answer(status, b"", {"Location": to})

    def pass_for_label_studio(self) -> None:
        """Answer what a process asks of Label Studio at its start."""
        for path, body in {"/api/version": b'{"release": "1.23.2"}', _PROJECTS: b'{"results": []}'}.items():
            self.answers[path] = Answer(200, body, {"Content-Type": "application/json"})

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """The handler of one request."""

    site: Site

    def do_GET(self) -> None:
        self.site.requests.append((self.path, self.headers.get("Authorization")))
        self.site.hosts.append(self.headers.get("Host"))
        answer = self.site.answers.get(self.path, Answer(404, b"", {}))
        try:
            self._answer(answer)
        except OSError:  # the client has closed the connection
            self.close_connection = True

    def do_POST(self) -> None:
        self.site.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _answer(self, answer: Answer) -> None:
        if answer.slow_head:
            self._drip(b"HTTP/1.0 200 OK\r\nX-Padding: " + bytes(10_000), answer.drip_s)
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self._drip(answer.body, answer.drip_s) if answer.drip_s else self.wfile.write(answer.body)

    def _drip(self, data: bytes, every_s: float) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            time.sleep(every_s)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server during a `with` block."""
    server = Site(tls)
    try:
        yield server
    finally:
        server.close()
