"""A wire to a port of this machine: it passes connections on, late, not at all, or until it is cut.

One thread serves all connections. It waits for the next byte or the next delivery, to a tenth of a millisecond, so that
added latency is the network's and not the scheduler's.
"""

from __future__ import annotations

import heapq
import itertools
import os
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal, Self

#: What becomes of new connections: they work, they hang as silent ones do, or they are reset at once.
New = Literal["work", "hang", "fail"]

_MOST_BYTES, _ANSWER_S = 2**20, 20.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close without a goodbye


class Wire:
    """A port, `port`, behind which is the server at `target`; a context manager.

    `latency_s`: added to every byte each way; it may be changed at any time. `watch` is called with the first bytes of
    each request, in the wire's thread. Requests that a client sends without waiting for answers count as one:
    `round_trips` is the number of times that clients waited for the network.
    """

    def __init__(self, target: int, *, latency_s: float = 0.0, watch: Callable[[bytes], None] | None = None) -> None:
        self.target, self.latency_s, self.watch = target, latency_s, watch
        self.round_trips = self.opened = 0
        self._new: New = "work"
        self._links: set[_Link] = set()
        self._due: list[tuple[float, int, _Way]] = []
        self._number = itertools.count()
        self._orders: deque[Callable[[], None]] = deque()
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._epoll, self._bell = select.epoll(), os.eventfd(0, os.EFD_NONBLOCK)
        self._handlers: dict[int, tuple[int, Callable[[int], None]]] = {}
        self._listen(self._listener.fileno(), select.EPOLLIN, lambda _: self._accept())
        self._listen(self._bell, select.EPOLLIN, lambda _: self._obey())
        self._thread = threading.Thread(target=self._serve, name=f"wire to {target}", daemon=True)
        self._thread.start()

    def silence(self, *, requests: bool = True, answers: bool = True, new: New = "work") -> None:
        """Let nothing pass on today's connections any more, and tell neither end: not even that the other one is gone.

        With `requests=False` the server gets and does what it is asked for, and nobody hears of it.
        """
        self._order(lambda: self._silence(requests, answers, new))

    def cut(self, *, new: New = "work") -> None:
        """Reset today's connections, at both ends."""
        self._order(lambda: self._cut(new))

    def resume(self) -> None:
        """Let everything pass again, what has waited first."""
        self._order(self._resume)

    @property
    def connections(self) -> int:
        """The number of today's connections, silent ones included."""
        return len(self._links)

    def close(self) -> None:
        """Reset all connections and end; safe to call twice."""
        if self._open:
            self._order(self._end)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- orders of other threads --------------------------------------------------------------------------------------

    def _order(self, order: Callable[[], None]) -> None:
        """Let the wire's thread carry an order out, and wait for it."""
        done = threading.Event()
        self._orders += [order, done.set]
        os.eventfd_write(self._bell, 1)
        if not done.wait(_ANSWER_S):
            raise RuntimeError("the wire's thread has ended: see its traceback")

    def _obey(self) -> None:
        with suppress(BlockingIOError):
            os.eventfd_read(self._bell)
        while self._orders:
            self._orders.popleft()()

    def _silence(self, requests: bool, answers: bool, new: New) -> None:
        self._new = new
        for link in self._links:
            link.request.silent |= requests
            link.answer.silent |= answers
            self._listen_to(link)

    def _cut(self, new: New) -> None:
        self._new = new
        for link in [*self._links]:
            self._drop(link)

    def _resume(self) -> None:
        self._new = "work"
        for link in self._links:
            for way in (link.request, link.answer):
                way.silent = False
                for due, _ in way.waiting:
                    heapq.heappush(self._due, (due, next(self._number), way))
            self._listen_to(link)

    def _end(self) -> None:
        self._open = False
        self._cut("fail")

    # -- the wire's thread --------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while self._open:
            wait_s = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            select.select([self._epoll], [], [], wait_s)  # epoll's own limit is rounded to milliseconds
            for file, events in self._epoll.poll(0):
                if file in self._handlers:
                    self._handlers[file][1](events)
            self._deliver()
        self._listener.close()
        self._epoll.close()
        os.close(self._bell)

    def _listen(self, file: int, events: int, handler: Callable[[int], None]) -> None:
        """Ask for events of a file; 0: for none, not even of its end."""
        known = self._handlers[file][0] if file in self._handlers else 0
        if events and events != known:
            (self._epoll.modify if known else self._epoll.register)(file, events)
            self._handlers[file] = events, handler
        elif known and not events:
            self._epoll.unregister(file)
            del self._handlers[file]

    def _accept(self) -> None:
        with suppress(OSError):
            near, _ = self._listener.accept()
            if self._new == "fail":
                _reset(near)
                return
            far = socket.socket()
            far.setblocking(False)
            far.connect_ex(("127.0.0.1", self.target))
            link = _Link(near, far, silent=self._new == "hang")
            self._links.add(link)
            self.opened += 1
            self._listen_to(link)

    def _listen_to(self, link: _Link) -> None:
        for way, back in ((link.request, link.answer), (link.answer, link.request)):
            reads = not (way.silent or way.ended or way.bytes > _MOST_BYTES)
            writes = bool(back.out) and not back.silent
            events = reads * select.EPOLLIN | writes * select.EPOLLOUT
            self._listen(way.source.fileno(), events, partial(self._turn, link, way, back))

    def _turn(self, link: _Link, way: _Way, back: _Way, events: int) -> None:
        if events & select.EPOLLOUT:
            back.send()
        if events & ~select.EPOLLOUT and not (way.silent or way.ended):
            self._read(link, way)
        self._after(link)

    def _read(self, link: _Link, way: _Way) -> None:
        try:
            data = way.source.recv(2**16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        way.ended = not data
        if data:
            self._count(link, way, data)
        due = max(time.monotonic() + self.latency_s, way.waiting[-1][0] if way.waiting else 0.0)
        way.waiting.append((due, data))
        way.bytes += len(data)
        heapq.heappush(self._due, (due, next(self._number), way))

    def _count(self, link: _Link, way: _Way, data: bytes) -> None:
        if way is link.answer:
            link.answered = True
        elif link.answered:
            link.answered = False
            self.round_trips += 1
            if self.watch:
                self.watch(data)

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, way = heapq.heappop(self._due)
            if way.link in self._links and not way.silent and way.waiting and way.waiting[0][0] <= now:
                way.out += way.waiting.popleft()[1]
                way.send()
                self._after(way.link)

    def _after(self, link: _Link) -> None:
        """Close what has ended both ways, and listen to what is left."""
        if link.request.over and link.answer.over:
            self._drop(link)
        elif link in self._links:
            self._listen_to(link)

    def _drop(self, link: _Link) -> None:
        self._links.discard(link)
        for end in (link.near, link.far):
            self._listen(end.fileno(), 0, lambda _: None)
            _reset(end)


class _Link:
    """One connection: the client's end, the server's end, and a way in each direction."""

    def __init__(self, near: socket.socket, far: socket.socket, *, silent: bool) -> None:
        self.near, self.far, self.answered = near, far, True
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request, self.answer = _Way(self, near, far, silent), _Way(self, far, near, silent)


class _Way:
    """One direction of a connection. `waiting`: bytes and when they are due; b"" is the end. `out`: bytes to send."""

    def __init__(self, link: _Link, source: socket.socket, target: socket.socket, silent: bool) -> None:
        self.link, self.source, self.target, self.silent = link, source, target, silent
        self.waiting: deque[tuple[float, bytes]] = deque()
        self.out, self.bytes, self.ended, self.over = bytearray(), 0, False, False

    def send(self) -> None:
        """Send what is due; pass the end on after the last byte."""
        try:
            while self.out:
                sent = self.target.send(self.out)
                del self.out[:sent]
                self.bytes -= sent
        except BlockingIOError:
            return
        except OSError:  # the target is gone; the other way tells the source
            self.out.clear()
            self.waiting.clear()
            self.over = self.ended = True
        if self.ended and not self.waiting:
            self.over = True
            with suppress(OSError):
                self.target.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    end.close()
