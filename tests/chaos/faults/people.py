"""Acts of people in the middle of a run: delete pages, pause, enqueue again, and let Label Studio drop predictions."""

from __future__ import annotations

import random
import time
from contextlib import suppress

from prelabel.api.runs import enqueue_project, pause_project, resume_project
from prelabel.errors import PrelabelError
from tests.chaos.contents import PROJECT
from tests.chaos.faults.fault import NOTHING, Fault, Hit
from tests.chaos.world import World


def _some_pages(world: World, rng: random.Random, share: float) -> list[int]:
    state = world.label_studio.state
    with state.lock:
        pages = sorted(state.of_project(PROJECT) & state.images.keys())
    return rng.sample(pages, max(1, int(share * len(pages))))


def _drop(world: World, rng: random.Random) -> Hit:
    world.label_studio.drop_once(_some_pages(world, rng, 0.1))
    return NOTHING


def _delete(world: World, rng: random.Random) -> Hit:
    world.label_studio.state.delete(_some_pages(world, rng, 0.05))
    return NOTHING


def _pause(world: World, rng: random.Random) -> Hit:
    """Pause the project, and resume it after a while."""
    _insist(lambda: pause_project(PROJECT, settings=world.settings))
    time.sleep(2 * world.timing.away_s)
    _insist(lambda: resume_project(PROJECT, settings=world.settings))
    return NOTHING


def _enqueue(world: World, rng: random.Random) -> Hit:
    """Start a second run of the same pages, when Label Studio is there."""
    while world.away:
        time.sleep(0.2)
    with suppress(PrelabelError):
        enqueue_project(PROJECT, settings=world.settings)
    return NOTHING


def _forget_runs(world: World, rng: random.Random) -> Hit:
    """Let the project's runs expire, as after seven days."""
    broker = world.redis.direct
    for key in [*broker.scan_iter(world.key("run", "*")), *broker.scan_iter(world.key("runs", "*"))]:
        broker.delete(key)
    world.run_expired.set()
    return NOTHING


def _insist(do: object) -> None:
    while True:
        try:
            do()  # type: ignore[operator]
        except PrelabelError:
            time.sleep(0.2)
        else:
            return


FAULTS: dict[str, Fault] = {
    "drop": _drop,
    "delete": _delete,
    "pause": _pause,
    "enqueue-again": _enqueue,
    "run-expired": _forget_runs,
}
