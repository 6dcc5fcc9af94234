"""Servers that pass connections on: an HTTP proxy, a SOCKS 5 proxy, and TLS in front of a plain server.

The proxies know names that DNS does not (`routes`), as proxies do for machines that see no outside names.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

_LIMIT_S = 20.0


class Relay:
    """A server that passes connections on. `asked`: the targets, as clients named them; `heads`: first lines.

    `routes`: names and the ports of this machine to which they lead. `login`: user and password that it demands.
    `answers`: its own answer to every request, for an HTTP proxy that serves nobody.
    """

    kind = "http"

    def __init__(self, routes: Mapping[str, int], login: str = "", answers: bytes = b"") -> None:
        self.routes, self.login, self.answers = routes, login, answers
        self.asked: list[str] = []
        self._server = ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        login = f"{self.login}@" if self.login else ""
        return f"{self.kind}://{login}127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        """Serve one connection."""
        raise NotImplementedError

    def open(self, host: str, port: int) -> socket.socket:
        """Connect to a target. Raises OSError."""
        self.asked.append(f"{host}:{port}")
        if host not in self.routes:
            raise ConnectionRefusedError(host)
        return socket.create_connection(("127.0.0.1", self.routes[host]), _LIMIT_S)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseRequestHandler):
    relay: Relay

    def handle(self) -> None:
        self.request.settimeout(_LIMIT_S)
        with suppress(OSError):  # a client that leaves, or does not trust us
            self.relay.serve(self.request)


class HttpProxy(Relay):
    """A proxy for CONNECT and for requests with whole addresses."""

    def serve(self, client: socket.socket) -> None:
        head = b"" if self.answers else _read_head(client)
        if self.answers:
            client.recv(2**16)
        if not head:
            client.sendall(self.answers or _answer("400 Bad Request"))
            return
        line, _, fields = head.partition(b"\r\n")
        method, target, _ = line.decode().split(" ", 2)
        token = base64.b64encode(self.login.encode())
        if self.login and b"Basic " + token not in fields:
            client.sendall(_answer("407 Proxy Authentication Required", "Proxy-Authenticate: Basic"))
            return
        place, path = (target, "") if method == "CONNECT" else target.removeprefix("http://").split("/", 1)
        host, _, port = place.partition(":")
        try:
            far = self.open(host, int(port or 80))
        except OSError:
            client.sendall(_answer("502 Bad Gateway"))
            return
        with closing(far):
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                far.sendall(f"{method} /{path} HTTP/1.1\r\nConnection: close\r\n".encode() + fields)
            _pass_on(client, far)


class SocksProxy(Relay):
    """A SOCKS 5 proxy."""

    kind = "socks5h"

    def serve(self, client: socket.socket) -> None:
        _, count = _read(client, 2)
        methods = _read(client, count)
        wanted = 2 if self.login else 0
        if wanted not in methods:
            client.sendall(b"\x05\xff")
            return
        client.sendall(bytes([5, wanted]))
        if self.login and not self._right_login(client):
            return
        _, _, _, kind = _read(client, 4)
        host = socket.inet_ntoa(_read(client, 4)) if kind == 1 else _read(client, _read(client, 1)[0]).decode()
        try:
            far = self.open(host, int.from_bytes(_read(client, 2)))
        except OSError:
            client.sendall(b"\x05\x05\x00\x01" + bytes(6))
            return
        with closing(far):
            client.sendall(b"\x05\x00\x00\x01" + bytes(6))
            _pass_on(client, far)

    def _right_login(self, client: socket.socket) -> bool:
        _read(client, 1)
        user, password = (_read(client, _read(client, 1)[0]).decode() for _ in range(2))
        right = f"{user}:{password}" == self.login
        client.sendall(b"\x01\x00" if right else b"\x01\x01")
        return right


class TlsFront(Relay):
    """TLS in front of the plain server at a port of this machine."""

    kind = "https"

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        self._context = context
        super().__init__({"": port})

    def serve(self, client: socket.socket) -> None:
        with self._context.wrap_socket(client, server_side=True) as inside, closing(self.open("", 0)) as far:
            _pass_on(inside, far)


@contextmanager
def running(relay: Relay) -> Iterator[Relay]:
    """Close a relay at the end of a `with` block."""
    try:
        yield relay
    finally:
        relay.close()


def _answer(status: str, field: str = "Connection: close") -> bytes:
    return f"HTTP/1.1 {status}\r\n{field}\r\nContent-Length: 0\r\n\r\n".encode()


def _read_head(client: socket.socket) -> bytes:
    """Read a request up to the empty line; what follows it stays with the head. Empty for what is not HTTP."""
    head = b""
    while b"\r\n\r\n" not in head:
        if head and not head[:1].isalpha():
            return b""
        part = client.recv(2**16)
        if not part:
            raise ConnectionError
        head += part
    return head


def _read(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    """Pass bytes on in both directions until one side ends."""
    back = threading.Thread(target=_copy, args=(far, near))
    back.start()
    _copy(near, far)
    back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
