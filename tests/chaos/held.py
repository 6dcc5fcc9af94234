"""Pages and document jobs in workers' hands, as the ledger records them, to notice later that they have advanced."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redis

from tests.chaos.contents import OUTSIDE, PROJECT

if TYPE_CHECKING:
    from tests.chaos.world import World

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """A page in a worker's hands, or on its way, with its present state."""

    page: int
    token: str
    stage: str
    owner: str


def records(world: World) -> dict[int, Record]:
    """Return the ledger's records of pages in flight, of all projects; a record may be incomplete with a guard off."""
    broker = world.redis.direct
    found: dict[int, Record] = {}
    for project in (PROJECT, OUTSIDE):
        for key in list(broker.scan_iter(world.key("page", project, "*"), count=1000)):
            if record := broker.hgetall(key):
                found[int(key.rpartition(":")[2])] = record
    return found


def held_by(world: World, *pids: int) -> list[Held]:
    """Return the pages that these processes have in hand or have fetched."""
    names = tuple(f"{socket.gethostname()}:{pid}:" for pid in pids)
    return [
        held
        for held in in_flight(world)
        if held.owner.startswith(names)
    ]  # fmt: skip


def in_flight(world: World) -> list[Held]:
    """Return all pages that are claimed."""
    return [
        Held(page, record["token"], record["stage"], record.get("owner") or record.get("reserved", ""))
        for page, record in _patiently(world).items()
        if "token" in record
    ]


def have_advanced(world: World, held: Iterable[Held]) -> bool:
    """Return whether each page has ended, begun again, or passed its stage."""
    now = _patiently(world)
    return all(
        (record := now.get(h.page)) is None or (record.get("token"), record.get("stage")) != (h.token, h.stage)
        or record.get("owner") not in ("", h.owner)
        for h in held
    )  # fmt: skip


def have_ended(world: World, held: Iterable[Held]) -> bool:
    """Return whether each page has ended."""
    now = _patiently(world)
    return all(h.page not in now for h in held)


def _patiently(world: World) -> dict[int, Record]:
    """Return `records`, after waiting for a Redis that is away."""
    while True:
        with suppress(redis.exceptions.RedisError):
            return records(world)
        time.sleep(0.1)
