"""Hosts with different clocks: real workers and beat, of which one sees another time of day than the others."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from prelabel.cli.doctor.clocks import check_clocks
from prelabel.ledger.ledger import Ledger
from tests.chaos.plan import SMALL
from tests.chaos.world import World
from tests.support.other_clock import clock_env, remove_leftovers

#: Longer than any wait of a healthy system, shorter than the 40 s by which the clocks differ.
SOON_S = 30.0

#: Sends a selection of the project argv[1] that waits for 3 s.
_SEND = """
import sys
from prelabel.queues.routes import TaskName
from prelabel.queues.sending import send
from prelabel.settings import get_settings
send(get_settings(), TaskName.SELECT, [int(sys.argv[1])], after_s=3.0)
"""
#: Sends two heartbeats as the worker argv[1].
_SIGN_IN = """
import sys
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import WorkerInfo
from prelabel.settings import get_settings
workers = Ledger.from_settings(get_settings()).workers
for _ in range(2):
    workers.sign_in(WorkerInfo(sys.argv[1], "cpu", 0.0, None), every_s=60)
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("clocks"), {}, dict(SMALL.env), random.Random(1)) as world:
        yield world
    remove_leftovers()


def upload(world: World, project: int) -> int:
    """Add a page to a project of Label Studio; return its id."""
    state = world.label_studio.state
    page = max(state.pages, default=0) + 1
    state.images[page], state.projects[page] = b"Name Mary", project
    state.pages.add(page)
    return page


def soon(met: Callable[[], object], what: str) -> float:
    """Wait until something happens; return how long that took."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < SOON_S, what
        time.sleep(0.02)
    return time.monotonic() - began


def done(world: World, page: int) -> bool:
    return any(of == page for of, _ in world.label_studio.counts())


def elsewhere(world: World, ahead_s: float, code: str, *args: str) -> None:
    """Run code on a host whose clock is ahead."""
    env = {
        "REDIS_URL": world.redis.url,
        "LABEL_STUDIO_URL": world.label_studio.url,
        "LABEL_STUDIO_ALIASES": world.label_studio.other_url,
        "LABEL_STUDIO_API_KEY": "0" * 40,
    }
    line = [sys.executable, "-c", code, *args]
    subprocess.run(line, env={**os.environ, **env, **clock_env(ahead_s)}, check=True, timeout=120)


@pytest.mark.parametrize(("project", "ahead_s"), [(11, -40.0), (12, 40.0)])
def test_selections_go_on_with_another_clock_at_beats_host(world: World, project: int, ahead_s: float) -> None:
    world.workers.stop("beat")
    world.start_beat("beat", **clock_env(ahead_s))
    page = upload(world, project)
    world.ledger.watched.add(project)
    soon(lambda: done(world, page), "beat's messages are worked on")
    world.ledger.watched.remove(project)


@pytest.mark.parametrize(("project", "ahead_s"), [(13, -40.0), (14, 40.0)])
def test_a_message_waits_by_the_clock_of_its_receiver(world: World, project: int, ahead_s: float) -> None:
    page = upload(world, project)
    began = time.monotonic()
    elsewhere(world, ahead_s, _SEND, str(project))
    assert not done(world, page)
    soon(lambda: done(world, page), "the message does not wait for the other clock")
    assert time.monotonic() - began > 3.0, "the message waits"


def test_doctor_names_the_host_whose_clock_differs(world: World) -> None:
    ledger = Ledger.from_settings(world.settings)
    world.workers.stop("beat")  # it may have another clock
    soon(lambda: [check.state for check in check_clocks(ledger)] == ["ok"], "beat's last heartbeat runs out")
    (agreed,) = check_clocks(ledger)
    assert (agreed.name, agreed.state) == ("clocks", "ok")
    assert "1 host agrees with Redis within 0." in agreed.detail
    for worker, ahead_s in (("early:1:aa", 40.0), ("late:1:bb", -40.0), ("right:1:cc", 1.0)):
        elsewhere(world, ahead_s, _SIGN_IN, worker)
    found = {check.detail.partition(";")[0]: check.state for check in check_clocks(ledger)}
    assert found == {
        "the clock of early is 40 s ahead of Redis's": "warning",
        "the clock of late is 40 s behind Redis's": "warning",
    }
