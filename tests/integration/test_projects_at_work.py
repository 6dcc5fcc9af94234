"""Tests of projects with real workers, beat and a Redis that restarts: paused, cancelled, and one beside another."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prelabel.api.runs import Run, enqueue_project
from prelabel.errors import RunCancelled
from tests.chaos.label_studio import PROJECT
from tests.chaos.plan import SMALL
from tests.chaos.world import World

#: Another project on the same server.
SMALL_PROJECT = 7


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    env = dict(SMALL.env) | {"PLANTED_READ_S": "0.2", "PAGES_IN_FLIGHT": "40"}
    with World(tmp_path_factory.mktemp("projects"), {}, env, random.Random(1)) as world:
        yield world


def upload(world: World, count: int, project: int = PROJECT) -> list[int]:
    """Add pages to Label Studio; return their ids."""
    state = world.label_studio.state
    first = max(state.pages, default=0) + 1
    new = list(range(first, first + count))
    state.images |= dict.fromkeys(new, b"Name Mary")
    state.projects |= dict.fromkeys(new, project)
    state.pages |= set(new)
    return new


def until(met: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def predictions(world: World, pages: list[int]) -> list[int]:
    counts = world.label_studio.counts()
    return [sum(n for (of, _), n in counts.items() if of == page) for page in pages]


def resting(world: World) -> bool:
    """Return whether no worker has a page in hand."""
    return not any(record["owner"] for record in world.records().values())


def test_a_pause_outlives_redis_and_its_end_loses_nothing(world: World) -> None:
    pages, before = upload(world, 40), len(read(world.folder))
    run = enqueue_project(PROJECT, settings=world.settings)
    until(lambda: len(read(world.folder)) > before)
    run.pause()
    until(lambda: resting(world))
    stored = sum(predictions(world, pages))
    assert stored < len(pages)
    world.redis.restart(signal.SIGKILL)
    time.sleep(3 * float(SMALL.env["SELECT_INTERVAL"]))
    assert sum(predictions(world, pages)) == stored
    assert (run.progress().halted, resting(world)) == ("paused", True)
    run.resume()
    end = run.wait(timeout_s=60)
    assert (end.done, end.failed) == (len(pages), 0)
    assert predictions(world, pages) == [1] * len(pages)


def test_cancelled_while_predictions_are_uploaded_and_begun_anew(world: World) -> None:
    pages, before = upload(world, 40), len(read(world.folder))
    run = enqueue_project(PROJECT, settings=world.settings)
    until(lambda: len(read(world.folder)) > before)
    world.label_studio.hang(6.0, 0.5, acts=True, paths="import")
    until(lambda: run.progress().upload > 2)
    run.cancel()
    with pytest.raises(RunCancelled, match="was cancelled when"):
        run.wait(timeout_s=5)
    until(lambda: world.ledger.pages.in_flight(PROJECT) == 0)
    stored = predictions(world, pages)
    assert set(stored) <= {0, 1}
    time.sleep(3 * float(SMALL.env["SELECT_INTERVAL"]))
    assert predictions(world, pages) == stored, "beat selects no page of a cancelled project"
    end = run.progress()
    assert (end.done + end.cancelled, end.done) == (len(pages), sum(stored))

    anew: Run = enqueue_project(PROJECT, settings=world.settings)
    assert anew.wait(timeout_s=60).done == len(pages) - sum(stored)
    assert predictions(world, pages) == [1] * len(pages)


def test_a_small_projects_pages_do_not_wait_for_a_large_ones(world: World) -> None:
    """Given forty pages of a large project in flight, then a small project's pages do not wait for thirty of them."""
    upload(world, 100)
    large = enqueue_project(PROJECT, settings=world.settings)
    until(lambda: large.progress().done >= 5)
    upload(world, 4, SMALL_PROJECT)
    before = len(read(world.folder))
    assert enqueue_project(SMALL_PROJECT, settings=world.settings).wait(timeout_s=60).done == 4
    then = read(world.folder)[before:]
    waited_for = len(then) - then[::-1].index(SMALL_PROJECT) - 4
    assert waited_for < 20
    assert 20 < world.ledger.pages.in_flight(PROJECT) <= 40
    large.cancel()


def read(folder: Path) -> list[int]:
    """Return the projects whose pages were read, in this order."""
    log = (folder / "logs" / "cpu.log").read_text("utf-8")
    return [int(project) for project in re.findall(r"stage=ocr project=(\d+) .* done", log)]
