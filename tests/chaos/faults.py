"""The faults, by name. A fault is injected into a world and ends by itself; it returns the affected pages in hand."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import redis

from tests.chaos.label_studio import PROJECT
from tests.chaos.world import Held, World


@dataclass(frozen=True, slots=True)
class Pace:
    """Durations of faults: `stopped_s` of a frozen process, `away_s` of a server that is unavailable or refuses."""

    stopped_s: float
    away_s: float


_MOVE = """
for _, name in ipairs({'lease', 'since'}) do
  if redis.call('HEXISTS', KEYS[1], name) == 1 then redis.call('HINCRBYFLOAT', KEYS[1], name, ARGV[1]) end
end
"""

_GRACE_S = 10.0

Fault = Callable[[World, Pace, random.Random], list[Held]]


def _kill(kind: str, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    process = world.process(kind)
    held = world.held_by(process.pid)
    process.signal(signal.SIGKILL)
    return held


def _terminate(kind: str, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """End a process like a supervisor: SIGTERM, then SIGKILL after ten seconds."""
    process = world.process(kind)
    pid, held = process.pid, world.held_by(process.pid)
    process.signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_S
    while process.pid == pid and time.monotonic() < deadline:
        time.sleep(0.1)
    if process.pid == pid:
        process.signal(signal.SIGKILL)
    return held


def _end_child(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    pid = world.child(rng)
    held = world.held_by(pid) if pid else []
    _signal(pid, signal.SIGKILL)
    return held


def _stop(kind: str, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    return _freeze(world.process(kind).pid, world, pace)


def _stop_child(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """Freeze a child of the cpu worker that has a page in hand, if one is found within some seconds."""
    for _ in range(20):
        pid = world.child(rng)
        _signal(pid, signal.SIGSTOP)
        time.sleep(0.2)  # messages that it has just sent arrive
        held = world.held_by(pid) if pid else []
        if held:
            time.sleep(pace.stopped_s)
        _signal(pid, signal.SIGCONT)
        if held:
            return held
        time.sleep(0.1)
    return []


def _freeze(pid: int, world: World, pace: Pace) -> list[Held]:
    _signal(pid, signal.SIGSTOP)
    held = world.held_by(pid)
    time.sleep(pace.stopped_s)
    _signal(pid, signal.SIGCONT)
    return held


def _signal(pid: int | None, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid:
            os.kill(pid, number)


def _restart_redis(number: int, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.redis.restart(number)
    return []


def _cut_redis(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    for kind in ("normal", "pubsub"):
        with contextlib.suppress(redis.exceptions.RedisError):
            world.broker.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
    return []


def _fill_memory(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """Let Redis refuse all writes that need memory, for a while."""
    _insist(lambda: world.broker.config_set("maxmemory", "1mb"))
    time.sleep(pace.away_s)
    _insist(lambda: world.broker.config_set("maxmemory", "0"))
    return []


def _fill_disk(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """Let Redis fail to write its file, and so refuse all writes, for a while."""
    with world.redis.restarting:
        pid, size = world.redis.process.pid, sum(f.stat().st_size for f in world.redis.folder.rglob("*.aof"))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size // 2, resource.RLIM_INFINITY))
        time.sleep(pace.away_s)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return []


def _insist(do: Callable[[], object]) -> None:
    while True:
        try:
            do()
        except redis.exceptions.ConnectionError:
            time.sleep(0.1)
        else:
            return


def _double_beat(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.start_beat("beat-2")
    time.sleep(2 * pace.away_s)
    world.workers.stop("beat-2")
    return []


def _answer(status: int, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    paths = "^/api/" if status == 500 else ""  # for an image, a 500 of Label Studio means that it is missing
    world.label_studio.answer(status, pace.away_s, share=rng.choice([0.3, 1.0]), paths=paths)
    return []


def _revoke(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.label_studio.revoke()
    return []


def _hang(acts: bool, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """Delay answers; with `acts` within the client's limit, otherwise beyond it and without an effect of the call."""
    limit_s = world.settings.http_timeout
    each_s = 0.6 * limit_s if acts else 1.2 * limit_s
    world.label_studio.hang(pace.away_s, each_s, acts=acts, share=0.5)
    return []


def _cut(late: bool, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.label_studio.cut(rng.randint(1, 4), store_after_s=0.5 * world.settings.http_timeout if late else 0.0)
    return []


def _some_pages(world: World, rng: random.Random, share: float) -> list[int]:
    pages = sorted(world.label_studio.state.pages)
    return rng.sample(pages, max(1, int(share * len(pages))))


def _drop(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.label_studio.drop_once(_some_pages(world, rng, 0.1))
    return []


def _delete(world: World, pace: Pace, rng: random.Random) -> list[Held]:
    world.label_studio.delete(_some_pages(world, rng, 0.05))
    return []


def _move_clock(by_s: float, world: World, pace: Pace, rng: random.Random) -> list[Held]:
    """Shift the times in the records of some pages, as if the clock had been changed after their claims."""
    with contextlib.suppress(redis.exceptions.RedisError):
        pages = sorted(world.records())
        for page in rng.sample(pages, k=min(10, len(pages))):
            world.broker.eval(_MOVE, 1, world.key("page", PROJECT, page), by_s)
    return []


#: All faults; a seed draws some of them.
FAULTS: dict[str, Fault] = {
    **{f"kill-{kind}": partial(_kill, kind) for kind in ("cpu", "gpu", "io", "beat")},
    **{f"term-{kind}": partial(_terminate, kind) for kind in ("cpu", "gpu", "io")},
    **{f"stop-{kind}": partial(_stop, kind) for kind in ("cpu", "gpu", "io", "beat")},
    "kill-child": _end_child,
    "stop-child": _stop_child,
    "double-beat": _double_beat,
    "redis-restart": partial(_restart_redis, signal.SIGTERM),
    "redis-kill": partial(_restart_redis, signal.SIGKILL),
    "redis-cut": _cut_redis,
    "redis-memory": _fill_memory,
    "redis-disk": _fill_disk,
    "answer-401": partial(_answer, 401),
    "answer-429": partial(_answer, 429),
    "answer-500": partial(_answer, 500),
    "answer-502": partial(_answer, 502),
    "revoked": _revoke,
    "slow": partial(_hang, True),
    "hang": partial(_hang, False),
    "cut": partial(_cut, False),
    "cut-late": partial(_cut, True),
    "drop": _drop,
    "delete": _delete,
    "clock-back": partial(_move_clock, -3600.0),
    "clock-ahead": partial(_move_clock, 3600.0),
}
