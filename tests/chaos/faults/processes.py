"""Faults of processes: killed, told to end, frozen, short of memory, and a second beat."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.chaos.faults.fault import NOTHING, Fault, Hit
from tests.chaos.held import Held, have_ended, held_by
from tests.chaos.timing import STOP_FILE
from tests.chaos.world import World

_GRACE_S = 10.0
#: The time that an impatient supervisor waits after SIGTERM.
_IMPATIENT_S = 1.0
#: So long an import is waited for.
_IMPORT_S = 20.0
#: So long another worker may take to end the work of a frozen one.
_TAKEN_OVER_S = 30.0


def _kill(name: str, world: World, rng: random.Random) -> Hit:
    process, started = world.process(name), time.monotonic()
    held = held_by(world, process.pid)
    process.signal(signal.SIGKILL)
    return Hit(held, began_at=started)


def _terminate(grace_s: float, name: str, world: World, rng: random.Random) -> Hit:
    """End a process like a supervisor: SIGTERM, then SIGKILL after some seconds."""
    process, started = world.process(name), time.monotonic()
    pid, held = process.pid, held_by(world, process.pid, *world.children(name))
    process.signal(signal.SIGTERM)
    while process.pid == pid and time.monotonic() < started + grace_s:
        time.sleep(0.05)
    if process.pid == pid:
        process.signal(signal.SIGKILL)
    return Hit(held, began_at=started)


def _kill_child(world: World, rng: random.Random) -> Hit:
    pid, started = world.child(rng), time.monotonic()
    held = held_by(world, pid) if pid else []
    _signal(pid, signal.SIGKILL)
    return Hit(held, began_at=started)


def _press_memory(world: World, rng: random.Random) -> Hit:
    """End the largest processes like a kernel without memory: all children of the cpu worker at once."""
    pids, started = world.children("cpu"), time.monotonic()
    held = held_by(world, *pids)
    for pid in pids:
        _signal(pid, signal.SIGKILL)
    return Hit(held, began_at=started)


def _stop(name: str, world: World, rng: random.Random) -> Hit:
    pid, started = world.process(name).pid, time.monotonic()
    _signal(pid, signal.SIGSTOP)
    held = held_by(world, pid)
    time.sleep(world.timing.stopped_s)
    _signal(pid, signal.SIGCONT)
    return Hit(held, began_at=started)


def _stop_child(world: World, rng: random.Random) -> Hit:
    """Freeze a child of the cpu worker that has a page in hand, if one is found within some seconds."""
    for _ in range(20):
        pid, started = world.child(rng), time.monotonic()
        _signal(pid, signal.SIGSTOP)
        time.sleep(0.2)  # messages that it has just sent arrive
        held: list[Held] = held_by(world, pid) if pid else []
        if held:
            time.sleep(world.timing.stopped_s)
        _signal(pid, signal.SIGCONT)
        if held:
            return Hit(held, began_at=started)
        time.sleep(0.1)
    return NOTHING


def _stop_at_worst(world: World, rng: random.Random) -> Hit:
    """Freeze the next io worker that is about to import, after its last look, until others have taken its work over."""
    asked, until = world.folder / STOP_FILE, time.monotonic() + _IMPORT_S
    asked.touch()
    while not (stopped := [n for n in world.names if n.startswith("io") and _is_stopped(world.process(n).pid)]):
        if time.monotonic() > until:
            asked.unlink(missing_ok=True)
            return NOTHING
        time.sleep(0.05)
    pid, started = world.process(stopped[0]).pid, time.monotonic()
    held = held_by(world, pid)
    time.sleep(world.timing.stopped_s)
    while world.scene.io_workers > 1 and not have_ended(world, held) and time.monotonic() < started + _TAKEN_OVER_S:
        time.sleep(0.1)
    _signal(pid, signal.SIGCONT)
    return Hit(held, began_at=started)


def _is_stopped(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    return False


def _double_beat(world: World, rng: random.Random) -> Hit:
    world.start_beat("beat-2")
    time.sleep(2 * world.timing.away_s)
    world.workers.stop("beat-2")
    return NOTHING


def _signal(pid: int | None, number: int) -> None:
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, number)


FAULTS: dict[str, Fault] = {
    **{f"kill-{name}": partial(_kill, name) for name in ("cpu", "gpu", "io", "beat")},
    **{f"term-{name}": partial(_terminate, _GRACE_S, name) for name in ("cpu", "gpu", "io")},
    **{f"term-kill-{name}": partial(_terminate, _IMPATIENT_S, name) for name in ("cpu", "gpu", "io")},
    **{f"stop-{name}": partial(_stop, name) for name in ("cpu", "gpu", "io", "beat")},
    "kill-child": _kill_child,
    "stop-child": _stop_child,
    "memory": _press_memory,
    "stop-importing": _stop_at_worst,
    "double-beat": _double_beat,
}
