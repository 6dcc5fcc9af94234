"""Faults of machines: the disk of bucket and spool is full for a while."""

from __future__ import annotations

import random
import resource
import time
from contextlib import suppress

from tests.chaos.faults.fault import NOTHING, Fault, Hit
from tests.chaos.world import World

#: Smaller than the image of any page.
_FULL_BYTES = 200


def _fill_bucket(world: World, rng: random.Random) -> Hit:
    """Let the cpu worker fail to write files, as on a full disk. Its log misses these seconds, too."""
    until = time.monotonic() + world.timing.outage_s
    while time.monotonic() < until:
        _limit(world, _FULL_BYTES)
        time.sleep(0.2)
    _limit(world, resource.RLIM_INFINITY)
    return NOTHING


def _limit(world: World, size: int) -> None:
    for pid in (world.process("cpu").pid, *world.children("cpu")):
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


FAULTS: dict[str, Fault] = {"disk-full": _fill_bucket}
