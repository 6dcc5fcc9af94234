"""Faults of Redis: ended, cut off, silent, slow, full, replaced by its replica, and emptied."""

from __future__ import annotations

import random
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import redis

from tests.chaos.contents import PROJECT
from tests.chaos.faults.fault import NOTHING, Fault, Hit
from tests.chaos.held import in_flight
from tests.chaos.world import World
from tests.support.wire import Wire

_LATENCY_S = 0.02
_LOST_S = 1.0
_MOVE = """
for _, name in ipairs({'lease', 'since'}) do
  if redis.call('HEXISTS', KEYS[1], name) == 1 then redis.call('HINCRBYFLOAT', KEYS[1], name, ARGV[1]) end
end
"""


def _restart(number: int, world: World, rng: random.Random) -> Hit:
    world.redis.restart(number)
    return NOTHING


def _cut(world: World, rng: random.Random) -> Hit:
    for kind in ("normal", "pubsub"):
        with suppress(redis.exceptions.RedisError):
            world.redis.direct.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
    return NOTHING


def _silence(answers_only: bool, world: World, rng: random.Random) -> Hit:
    """Let all connections fall silent without an end, as behind a gateway that forgot them; new ones work."""
    held, started = in_flight(world), time.monotonic()
    _wire(world).silence(requests=not answers_only)
    return Hit(held, began_at=started)


def _slow_down(world: World, rng: random.Random) -> Hit:
    wire = _wire(world)
    wire.latency_s = _LATENCY_S
    time.sleep(2 * world.timing.stopped_s)
    wire.latency_s = 0.0
    return NOTHING


def _fill_memory(world: World, rng: random.Random) -> Hit:
    """Let Redis refuse all writes that need memory, for a while."""
    _insist(world, lambda client: client.config_set("maxmemory", "1mb"))
    time.sleep(world.timing.away_s)
    _insist(world, lambda client: client.config_set("maxmemory", "0"))
    return NOTHING


def _fill_disk(world: World, rng: random.Random) -> Hit:
    """Let Redis fail to write its file, and so refuse all writes, for a while."""
    with world.redis.restarting:
        server = world.redis.server
        pid, size = server.process.pid, sum(f.stat().st_size for f in server.folder.rglob("*.aof"))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size // 2, resource.RLIM_INFINITY))
        time.sleep(world.timing.away_s)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return NOTHING


def _fail_over(lost_s: float, world: World, rng: random.Random) -> Hit:
    """Let the replica take over; with `lost_s`, without what was written in the last seconds."""
    held, started = in_flight(world), time.monotonic()
    if not world.redis.fail_over(lost_s):
        return NOTHING
    if lost_s:
        world.flushed.set()
    return Hit(held, began_at=started)


def _flush(world: World, rng: random.Random) -> Hit:
    """Let Redis lose everything. Beat has the project among PRELABEL_PROJECTS then; senders add their files again."""
    started = time.monotonic()
    _insist(world, lambda client: client.flushall())
    world.flushed.set()
    return Hit(in_flight(world), began_at=started)


def _move_clock(by_s: float, world: World, rng: random.Random) -> Hit:
    """Shift the times in the records of some pages, as if the clock had been changed after their claims."""
    with suppress(redis.exceptions.RedisError):
        pages, broker = sorted(world.records()), world.redis.direct
        for page in rng.sample(pages, k=min(10, len(pages))):
            broker.eval(_MOVE, 1, world.key("page", PROJECT, page), by_s)
    return NOTHING


def _insist(world: World, do: Callable[[Any], object]) -> None:
    while True:
        try:
            do(world.redis.direct)
        except redis.exceptions.ConnectionError:
            time.sleep(0.1)
        else:
            return


def _wire(world: World) -> Wire:
    if world.redis.wire is None:
        raise RuntimeError("this run has no wire before Redis")
    return world.redis.wire


#: Faults that need a wire before Redis, and a replica behind it.
WIRED = ("redis-silent", "redis-deaf", "redis-slow", "redis-failover", "redis-failover-loss")
REPLICATED = ("redis-failover", "redis-failover-loss")

FAULTS: dict[str, Fault] = {
    "redis-restart": partial(_restart, signal.SIGTERM),
    "redis-kill": partial(_restart, signal.SIGKILL),
    "redis-cut": _cut,
    "redis-silent": partial(_silence, False),
    "redis-deaf": partial(_silence, True),
    "redis-slow": _slow_down,
    "redis-memory": _fill_memory,
    "redis-disk": _fill_disk,
    "redis-failover": partial(_fail_over, 0.0),
    "redis-failover-loss": partial(_fail_over, _LOST_S),
    "redis-flush": _flush,
    "clock-back": partial(_move_clock, -3600.0),
    "clock-ahead": partial(_move_clock, 3600.0),
}
