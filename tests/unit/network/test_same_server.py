"""Tests of addresses that lead to the same server."""

from __future__ import annotations

import socket

import pytest

from prelabel.network.same_server import is_loopback, same_server


def own_address() -> str:
    """Return an address of this machine besides the loopback; the loopback where it has no other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(trial.getsockname()[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://localhost:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://127.0.0.2:8080/"),
        ("http://localhost:8080", "http://[::1]:8080"),
        ("http://localhost:8080", f"http://{own_address()}:8080"),
        ("http://localhost", "http://127.0.0.1:80"),
        ("https://localhost/studio", "https://LOCALHOST:443/studio/"),
        ("http://192.0.2.7:8080", "http://192.0.2.7:8080/"),
    ],
)
def test_spellings_of_one_server(one: str, other: str) -> None:
    assert same_server(one, other)
    assert same_server(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://localhost:8080", "http://localhost:8081"),
        ("http://localhost:8080/a", "http://localhost:8080/b"),
        ("http://192.0.2.7:8080", "http://192.0.2.8:8080"),
        ("http://localhost:8080", "http://nowhere.invalid:8080"),
        ("http://localhost:8080", "nonsense"),
        ("http://localhost:8080", "http://localhost:port"),
        # A proxy may serve both names of one address, and lead to two servers.
        ("https://a.localhost", "https://b.localhost"),
    ],
)
def test_different_servers(one: str, other: str) -> None:
    assert not same_server(one, other)


def test_loopback() -> None:
    assert is_loopback("http://localhost:1")
    assert is_loopback("http://[::1]:1")
    assert not is_loopback("http://192.0.2.1")
