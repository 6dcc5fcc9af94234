"""Free TCP ports on this machine."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
#: Below the ports that Linux and macOS give to outgoing connections: one of these could take a server's port while the
#: server restarts, or before it starts.
_PORTS = range(20_000, 32_768)
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Port:
    """A port to listen on; `replaces`: the wanted port, if that is taken."""

    number: int
    replaces: int | None = None

    def __str__(self) -> str:
        return (
            str(self.number) if self.replaces is None else f"{self.number} (instead of {self.replaces}, which is taken)"
        )


def free_port() -> int:
    """Return a port on which no process listens now, and which no outgoing connection will take."""
    for port in random.sample(_PORTS, _TRIES):
        with suppress(OSError), socket.create_server((LOOPBACK, port)):
            return port
    raise OSError(f"none of {_TRIES} ports between {_PORTS.start} and {_PORTS.stop - 1} is free")


def is_free(port: int) -> bool:
    """Return whether the port can be bound on every address of this machine."""
    try:
        with socket.create_server(("", port)):
            return True
    except OSError:
        return False


def choose_port(wanted: int) -> Port:
    """Return the port `wanted`, or a free port with `replaces` set if `wanted` is taken."""
    return Port(wanted) if is_free(wanted) else Port(free_port(), replaces=wanted)
