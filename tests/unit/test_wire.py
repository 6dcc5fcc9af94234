"""Tests of the wire that the tests put before servers: latency, silence, cuts, and what it counts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from statistics import median

import pytest

from tests.support.wire import Wire

_SOON_S, _NEVER_S = 10.0, 0.3


class Echo:
    """A server that returns each line; `got`: all that it has read. It ends a connection whose client ends it."""

    def __init__(self) -> None:
        self.got, self.ended = bytearray(), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                threading.Thread(target=self._serve, args=self._listener.accept()[:1], daemon=True).start()
            except OSError:
                return

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(2**16):
                    self.got += data
                    connection.sendall(data)
            except OSError:
                pass
        self.ended.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def wire(echo: Echo) -> Iterator[Wire]:
    with Wire(echo.port) as between:
        yield between


def _connect(wire: Wire, timeout_s: float = _SOON_S) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout_s)


def _ask(connection: socket.socket, text: bytes = b"hello") -> bytes:
    connection.sendall(text)
    return _read(connection, len(text))


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (part := connection.recv(2**16)):
        data += part
    return data


def _is_silent(connection: socket.socket) -> bool:
    connection.settimeout(_NEVER_S)
    try:
        connection.recv(1)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(_SOON_S)
    return False


def _is_refused(wire: Wire) -> bool:
    with suppress(ConnectionError), _connect(wire) as connection:
        return _ask(connection) == b""
    return True


def test_bytes_pass_both_ways_whole_and_in_order(wire: Wire) -> None:
    sent = bytes(range(256)) * 40_000  # ten times as much as the wire and the kernel keep

    with _connect(wire) as connection:
        threading.Thread(target=connection.sendall, args=(sent,), daemon=True).start()

        assert _read(connection, len(sent)) == sent


def test_latency_is_added_each_way(wire: Wire) -> None:
    with _connect(wire) as connection:
        _ask(connection)
        wire.latency_s = 0.05
        started = time.monotonic()

        _ask(connection)

        assert time.monotonic() - started >= 0.1


def test_a_latency_of_one_millisecond_is_no_more_than_that(wire: Wire) -> None:
    with _connect(wire) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain = median(_seconds(connection) for _ in range(50))
        wire.latency_s = 0.001
        late = [_seconds(connection) for _ in range(50)]

    assert min(late) >= 0.002
    # the fastest of many: what a busy machine adds to the others is not the wire's
    assert min(late) - plain < 0.003


def _seconds(connection: socket.socket) -> float:
    started = time.monotonic()
    _ask(connection)
    return time.monotonic() - started


def test_silence_is_told_to_nobody(wire: Wire, echo: Echo) -> None:
    with _connect(wire) as connection, _connect(wire) as other:
        _ask(connection)
        _ask(other)

        wire.silence()
        connection.sendall(b"lost")
        other.close()

        assert _is_silent(connection)
        assert echo.got == b"hellohello"
        assert not echo.ended.wait(_NEVER_S)  # nor does the server hear that a client has gone
        with _connect(wire) as later:
            assert _ask(later) == b"hello"


def test_what_waited_in_silence_passes_afterwards(wire: Wire, echo: Echo) -> None:
    with _connect(wire) as connection, _connect(wire) as other:
        _ask(connection)
        _ask(other)
        wire.silence()
        connection.sendall(b"late")
        other.close()

        wire.resume()

        assert _read(connection, 4) == b"late"
        assert echo.ended.wait(_SOON_S)


def test_answers_alone_may_be_lost(wire: Wire, echo: Echo) -> None:
    with _connect(wire) as connection:
        _ask(connection)
        wire.silence(requests=False)

        connection.sendall(b"done")

        assert _is_silent(connection)
        assert echo.got == b"hellodone"


@pytest.mark.parametrize("after", ["silence", "cut"])
def test_new_connections_may_hang_until_all_is_well(wire: Wire, after: str) -> None:
    getattr(wire, after)(new="hang")
    with _connect(wire) as connection:
        connection.sendall(b"hello")
        assert _is_silent(connection)

        wire.resume()

        assert _read(connection, 5) == b"hello"


def test_a_cut_resets_connections_and_new_ones_work(wire: Wire, echo: Echo) -> None:
    with _connect(wire) as connection:
        _ask(connection)

        wire.cut()

        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        assert echo.ended.wait(_SOON_S)
    with _connect(wire) as later:
        assert _ask(later) == b"hello"


def test_new_connections_may_fail_until_all_is_well(wire: Wire) -> None:
    wire.cut(new="fail")
    assert _is_refused(wire)

    wire.resume()

    with _connect(wire) as later:
        assert _ask(later) == b"hello"


def test_an_end_passes_both_ways(wire: Wire, echo: Echo) -> None:
    wire.latency_s = 0.01
    with _connect(wire) as connection:
        connection.sendall(b"last")
        connection.shutdown(socket.SHUT_WR)

        assert _read(connection, 5) == b"last"
        assert echo.ended.wait(_SOON_S)
    deadline = time.monotonic() + _SOON_S
    while wire.connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert wire.connections == 0


def test_a_server_that_is_away_ends_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with Wire(port) as wire, _connect(wire) as connection, suppress(ConnectionResetError):
        assert connection.recv(1) == b""


def test_requests_that_wait_for_no_answer_are_one_round_trip(echo: Echo) -> None:
    seen: list[bytes] = []
    with Wire(echo.port, latency_s=0.02, watch=seen.append) as wire, _connect(wire) as connection:
        connection.sendall(b"a1")
        time.sleep(0.01)
        connection.sendall(b"a2")
        _read(connection, 4)
        _ask(connection, b"b")

        assert wire.round_trips == 2
        assert seen == [b"a1", b"b"]
        assert wire.opened == 1
