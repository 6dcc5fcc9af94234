"""Faults of Label Studio and of a host of images: away, busy, slow, cut connections, imports that are stored late."""

from __future__ import annotations

import math
import random
import time
from functools import partial

from tests.chaos.faults.fault import NOTHING, Fault, Hit, came_back
from tests.chaos.held import in_flight
from tests.chaos.world import World

#: So long a fault of the host of images waits for its first image: one that nobody ever reached is not waited for.
_KNOWN_S = 20.0


def _answer(status: int, world: World, rng: random.Random) -> Hit:
    """Refuse some or all calls for a moment."""
    paths = "^/api/" if status == 500 else ""  # for an image, a 500 of Label Studio means that it is missing
    world.label_studio.answer(status, world.timing.away_s, share=rng.choice([0.3, 1.0]), paths=paths)
    return NOTHING


def _busy(status: int, world: World, rng: random.Random) -> Hit:
    """Refuse all calls for as long as the answers say."""
    seconds = math.ceil(rng.uniform(*world.timing.retry_after_s))
    with world.outage():
        world.label_studio.state.retry_after = str(seconds)
        world.label_studio.answer(status, seconds)
        time.sleep(seconds)
        held = in_flight(world)
    return came_back(held)


def _away(status: int, world: World, rng: random.Random) -> Hit:
    """Be away for longer than all tries last: end each connection, or answer like a proxy before a dead server."""
    seconds = world.timing.outage_s
    with world.outage():
        if status:
            world.label_studio.answer(status, seconds)
        else:
            world.label_studio.reset(seconds)
        time.sleep(seconds)
        held = in_flight(world)
    return came_back(held)


def _down(world: World, rng: random.Random) -> Hit:
    """Be restarted: nothing listens for a while."""
    with world.outage(), world.label_studio.down():
        time.sleep(world.timing.outage_s)
        held = in_flight(world)
    return came_back(held)


def _revoke(world: World, rng: random.Random) -> Hit:
    world.label_studio.revoke()
    return NOTHING


def _hang(acts: bool, world: World, rng: random.Random) -> Hit:
    """Delay answers; with `acts` within the client's limit, otherwise beyond it and without an effect of the call."""
    limit_s = world.timing.http_timeout_s
    each_s = 0.6 * limit_s if acts else 1.2 * limit_s
    world.label_studio.hang(world.timing.away_s, each_s, acts=acts, share=0.5)
    return NOTHING


def _cut(timeouts: tuple[float, float], world: World, rng: random.Random) -> Hit:
    """Cut the next imports, and store what they bring so many timeouts later."""
    world.label_studio.cut(rng.randint(1, 4), store_after_s=rng.uniform(*timeouts) * world.timing.http_timeout_s)
    return NOTHING


def _drip(world: World, rng: random.Random) -> Hit:
    """Let the host of images send so slowly that no image arrives in time."""
    host = world.image_host
    host.drip_s = world.timing.http_timeout_s / 5
    host.drips_until = time.monotonic() + world.timing.away_s
    return NOTHING


def _host_away(world: World, rng: random.Random) -> Hit:
    """Let the host of images refuse connections, once it has served somebody."""
    until = time.monotonic() + _KNOWN_S
    while not world.image_host.served and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(0.5)
    if world.image_host.served:
        with world.image_host.down():
            time.sleep(world.timing.outage_s)
    return NOTHING


FAULTS: dict[str, Fault] = {
    **{f"answer-{status}": partial(_answer, status) for status in (401, 429, 500, 502)},
    **{f"busy-{status}": partial(_busy, status) for status in (429, 503)},
    "away": partial(_away, 0),
    "away-502": partial(_away, 502),
    "down": _down,
    "revoked": _revoke,
    "slow": partial(_hang, True),
    "hang": partial(_hang, False),
    "cut": partial(_cut, (0.0, 0.0)),
    "cut-late": partial(_cut, (0.3, 0.8)),
    "cut-later": partial(_cut, (1.3, 4.0)),
    "images-drip": _drip,
    "images-away": _host_away,
}
