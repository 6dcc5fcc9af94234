"""A host of images besides Label Studio: it serves them, drips them byte by byte, or refuses connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ImageHost:
    """A context manager around the server, in threads of this process. `arrived`: time of every call.

    `drips_until`: until this time (monotonic s) each byte of an image takes `drip_s`.
    """

    def __init__(self, images: Mapping[int, bytes]) -> None:
        self._images = dict(images)
        self.drips_until, self.drip_s = 0.0, 0.3
        self.served = 0
        self.arrived: list[float] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]

    def address(self, page: int) -> str:
        """Return the address of a page's image."""
        return f"http://127.0.0.1:{self.port}/images/{page}.png"

    def __enter__(self) -> ImageHost:
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuse connections during the block."""
        self._server.shutdown()
        self._server.server_close()
        try:
            yield
        finally:
            self._server = _Server(("127.0.0.1", self.port), self._handler())
            self._serve()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.arrived.append(time.monotonic())
                number = self.path.rpartition("/")[2].removesuffix(".png")
                data = host._images.get(int(number)) if number.isdecimal() else None
                self.send_response(200 if data else 404)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                for byte in data or b"":
                    if time.monotonic() < host.drips_until:
                        time.sleep(host.drip_s)
                    self.wfile.write(bytes([byte]))
                host.served += bool(data)

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of connections that a client has given up."""
