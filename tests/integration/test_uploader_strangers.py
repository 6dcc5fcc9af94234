"""Strangers at the uploader, over real sockets: hundreds of slow ones do not keep anybody from being served."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from devstack.ports import LOOPBACK
from devstack.redis import RedisServer
from tests.support.slow_clients import SlowClients
from tests.support.uploaders import KEY, PNG, PROJECT, Uploader, problem, started

#: One less than the connections that the uploader once had for everybody.
MANY = 799
PAGE = f"{'0' * 32}-1.png"
LARGE = PNG + bytes(8 * 2**20)
HOST = "Host: localhost\r\n"


@pytest.fixture(scope="module")
def uploader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uploader]:
    folder = tmp_path_factory.mktemp("strangers")
    pages = folder / "data" / "processed"
    pages.mkdir(parents=True)
    (pages / PAGE).write_bytes(LARGE)
    with RedisServer(folder / "redis") as redis, started(folder, redis) as running:
        yield running


def port_of(uploader: Uploader) -> int:
    port = httpx.URL(uploader.url).port
    assert port is not None
    return port


def serve_a_person(uploader: Uploader, number: int, address: str) -> None:
    """Do what a person does, each step within the time limit: open the page, sign in, upload a file, see an image."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=uploader.url, transport=transport, timeout=8) as person:
        assert person.get("/").status_code == 200
        assert person.get("/health").json() == {"status": "ok"}
        assert person.post("/session", json={"key": KEY}).status_code == 204
        added = person.post(
            "/documents", data={"project": PROJECT}, files={"file": ("a.png", PNG + number.to_bytes(4, "big"))}
        )
        assert added.status_code == 201
        assert len(person.get(f"/files/{PAGE}").content) == len(LARGE)
        assert person.get("/documents", params={"project": PROJECT}).status_code == 200


ATTACKS: dict[str, tuple[str, bytes, bool]] = {
    "bodies": (
        f"POST /session HTTP/1.1\r\n{HOST}Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n",
        b" " * 10,
        True,
    ),
    "endless chunks": (f"POST /session HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", True),
    "bodies without an end after the answer": (
        f"GET / HTTP/1.1\r\n{HOST}Content-Length: 1000000\r\n\r\n",
        b" ",
        True,
    ),
    "files without the key": (
        f"POST /documents HTTP/1.1\r\n{HOST}Content-Type: multipart/form-data; boundary=x\r\n"
        "Content-Length: 1000000\r\n\r\n",
        b" ",
        True,
    ),
    "events without the secret": (
        f"POST /webhooks/label-studio?project=6 HTTP/1.1\r\n{HOST}Content-Length: 1000\r\n\r\n",
        b" ",
        True,
    ),
    "heads": (f"GET / HTTP/1.1\r\n{HOST}X-A: ", b"A", True),
    "idle": ("", b"", True),
    "readers of images": (f"GET /files/{PAGE} HTTP/1.1\r\n{HOST}\r\n", b"", False),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_person_is_served_beside_hundreds_of_slow_strangers(uploader: Uploader, attack: str) -> None:
    """Given strangers at the person's own address, all at once, then the page, sign-in and uploads work."""
    head, drip, reads = ATTACKS[attack]
    number = list(ATTACKS).index(attack)
    with SlowClients(port_of(uploader), MANY, head.encode(), drip, reads=reads, again=True) as strangers:
        time.sleep(2.5)  # they fill every place that they can get
        strangers.again = False
        time.sleep(0.3)
        serve_a_person(uploader, number, LOOPBACK)
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.5")) as labeller:
            assert len(labeller.get(f"{uploader.url}/files/{PAGE}").content) == len(LARGE)
        assert memory_mb(uploader) < 1000
    assert uploader.process.starts == 1
    assert "Traceback" not in uploader.process.log.read_text("utf-8")


def memory_mb(uploader: Uploader) -> float:
    """Return the memory that the process holds, in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{uploader.process.pid}/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024


def test_strangers_who_come_again_and_again_are_no_trouble_elsewhere(uploader: Uploader) -> None:
    """Given slow strangers who come again as soon as they are cut off, then a person at another address is served."""
    head, drip, _ = ATTACKS["bodies"]
    count = 300  # each comes again once a second: more is a matter of the machine's power
    with SlowClients(port_of(uploader), count, head.encode(), drip, again=True) as strangers:
        for number in range(100, 103):
            serve_a_person(uploader, number, "127.0.0.2")
            time.sleep(0.5)
    assert strangers.ended > count


def test_a_slow_body_and_a_slow_head_end_in_time(uploader: Uploader) -> None:
    """Given one slow client of each kind, whom nobody wants away, then it is cut off all the same."""
    head, drip, _ = ATTACKS["bodies"]
    bodies = SlowClients(port_of(uploader), 1, head.encode(), drip)
    heads = SlowClients(port_of(uploader), 1, b"GET / HTTP/1.1\r\nX-A: ", b"A")
    began, ends = time.monotonic(), list[float]()
    with bodies, heads:
        for client in (bodies, heads):
            while not client.ended:
                assert time.monotonic() - began < 40
                time.sleep(0.1)
            ends.append(time.monotonic() - began)
    assert ends[0] == pytest.approx(10, abs=3)
    assert ends[1] == pytest.approx(20, abs=4)


def test_guesses_of_the_key_are_slowed_and_lock_nobody_out(uploader: Uploader) -> None:
    guesser, elsewhere = httpx.HTTPTransport(local_address="127.0.0.3"), httpx.HTTPTransport(local_address="127.0.0.4")
    with (
        httpx.Client(base_url=uploader.url, transport=guesser) as guessing,
        httpx.Client(base_url=uploader.url, transport=elsewhere) as person,
    ):
        # Given an address that guesses, at the sign-in and with the header
        answers = [guessing.post("/session", json={"key": f"wrong {number}"}) for number in range(6)]
        answers += [guessing.get("/about", headers={"X-API-Key": f"wrong {number}"}) for number in range(6)]
        assert [problem(answer) for answer in answers] == [(401, "wrong_key")] * 10 + [(429, "too_many_guesses")] * 2
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 6
        # Then even the right one is not looked at there, and the page itself still opens
        assert problem(guessing.post("/session", json={"key": KEY})) == (429, "too_many_guesses")
        assert guessing.get("/").status_code == 200
        # And people and programs elsewhere notice nothing
        assert person.post("/session", json={"key": KEY}).status_code == 204
        assert uploader.http.get("/about").status_code == 200
        assert person.get("/about").status_code == 200


def test_behind_a_proxy_guesses_count_for_the_address_that_it_names(uploader: Uploader) -> None:
    def guess(address: str) -> int:
        return httpx.post(
            f"{uploader.url}/session", json={"key": "wrong"}, headers={"X-Forwarded-For": address}
        ).status_code

    assert [guess("203.0.113.5") for _ in range(11)] == [401] * 10 + [429]
    assert guess("203.0.113.6") == 401
    # IPv6: one client has 64 bits of addresses
    assert [guess(f"2001:db8::{number:x}") for number in range(11)] == [401] * 10 + [429]


def test_large_heads_and_many_requests_in_one_go(uploader: Uploader) -> None:
    with socket.create_connection((LOOPBACK, port_of(uploader)), timeout=20) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(64)))
        assert stranger.recv(65536).startswith(b"HTTP/1.1 400")
    with socket.create_connection((LOOPBACK, port_of(uploader)), timeout=20) as program:
        program.sendall(f"GET /health HTTP/1.1\r\n{HOST}\r\n".encode() * 200)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 200:
            answers += (part := program.recv(65536))
            assert part
