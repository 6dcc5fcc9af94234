"""The causes of round trips to Redis, told by the first bytes of each request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache

from prelabel.ledger.leases import MAX_CRASHES
from prelabel.ledger.scripts import sources

#: Groups of causes by a part of the request, the first that fits.
_GROUPS = (
    ("ledger", "ledger"),
    ("celeryev", "events"),
    ("BRPOP", "receive"),
    ("ZADD unacked", "receive"),
    ("ZREM unacked", "acknowledge"),
    ("LPUSH", "send"),
    ("words", "ledger"),
    ("worker", "heartbeats"),
    ("lock", "locks"),
    ("first", "locks"),
)


def cause(request: bytes) -> str:
    """Say what a request is for: a script of the ledger by its name, or its commands and the kinds of their keys."""
    commands = list(_commands(request))
    scripts = [command[1] for command in commands if command[0] == "EVALSHA" and len(command) > 1]
    if scripts:
        return " + ".join(dict.fromkeys(_script_name(digest) for digest in scripts))
    shown = dict.fromkeys(_shown(command) for command in commands if command[0] not in ("MULTI", "EXEC"))
    return " ".join(shown) or "other"


def group(name: str) -> str:
    """Return the group of a cause."""
    return next((group for part, group in _GROUPS if part in name), "other")


def _script_name(digest: str) -> str:
    return f"ledger {_scripts()[digest]}" if digest in _scripts() else "a library's script"


@cache
def _scripts() -> dict[str, str]:
    """Return the names of the ledger's scripts by the digest under which Redis knows them."""
    texts = sources(MAX_CRASHES)
    return {hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(): name for name, text in texts.items()}


def _shown(command: list[str]) -> str:
    name, *arguments = command
    return f"{name} {_kind(arguments[0])}" if arguments else name


def _kind(key: str) -> str:
    """Shorten a key to what it is for: `prelabel:SERVER:words:6:1` to words, a queue's list to the queue."""
    parts = key.partition("\x06")[0].strip("/").split(":")
    if parts[0] == "prelabel" and len(parts) > 2:
        return parts[3] if parts[2] == "queue" and len(parts) > 3 else parts[2]
    return key.partition("\x06")[0][:40]


def _commands(request: bytes) -> Iterator[list[str]]:
    """Read the commands of a request in Redis' protocol; what is cut off ends the list."""
    rest = request
    while rest.startswith(b"*"):
        head, _, rest = rest.partition(b"\r\n")
        command = []
        for _ in range(int(head[1:])):
            size, _, rest = rest.partition(b"\r\n")
            if not size[1:].isdigit():
                break
            command.append(rest[: int(size[1:])].decode("utf-8", "replace"))
            rest = rest[int(size[1:]) + 2 :]
        if not command:
            return
        yield [command[0].upper(), *command[1:]]
