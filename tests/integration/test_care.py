"""Projects that nobody watches and that have no run: with real workers and beat, a kill loses none of their pages."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import redis

from prelabel.api.runs import enqueue_project, pause_project, resume_project, retry_failed
from prelabel.errors import ImageMissing
from prelabel.labelstudio.webhooks import TASKS_CREATED
from prelabel.page import PageRef
from prelabel.queues.sending import send_select
from services.uploader.routes.webhooks import request_selection
from tests.chaos.plan import SMALL
from tests.chaos.world import World

IN_FLIGHT = 2


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    env = dict(SMALL.env) | {"PLANTED_READ_S": "6", "CPU_PROCESSES": str(len(WAYS)), "OCR_TIME_LIMIT": "60"}
    env["PAGES_IN_FLIGHT"] = str(IN_FLIGHT)
    with World(tmp_path_factory.mktemp("care"), {}, env, random.Random(1)) as world:
        yield world


def upload(world: World, project: int) -> int:
    """Add a page to a project of Label Studio; return its id."""
    state = world.label_studio.state
    page = max(state.pages, default=0) + 1
    state.images[page], state.projects[page] = b"Name Mary", project
    state.pages.add(page)
    return page


def until(met: Callable[[], object], what: str, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not met() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert met(), what


def broker(world: World) -> Any:
    return redis.Redis.from_url(world.redis.url, decode_responses=True)


def in_hand(world: World, project: int) -> bool:
    """Return whether a worker reads a page of the project."""
    keys = broker(world).keys(world.key("page", project, "*"))
    return any(broker(world).hget(key, "owner") and broker(world).hget(key, "stage") == "ocr" for key in keys)


def predictions(world: World, page: int) -> int:
    return sum(count for (of, _), count in world.label_studio.counts().items() if of == page)


def nothing() -> None:
    """Do nothing once the page is in hand."""


def by_an_event(world: World, project: int, page: int) -> Callable[[], object]:
    request_selection(world.settings, world.ledger, project, TASKS_CREATED)
    return nothing


def by_resume(world: World, project: int, page: int) -> Callable[[], object]:
    pause_project(project, settings=world.settings)
    assert resume_project(project, settings=world.settings) == "paused"
    return nothing


def by_failed_retry(world: World, project: int, page: int) -> Callable[[], object]:
    ref = PageRef(project, page, f"/{page}.png")
    found = world.ledger.pages.claim(ref, "v1", lease_s=60, listed_at=world.ledger.now())
    assert found is not None
    world.ledger.leases.fail(found[0], "ocr", ImageMissing("not there yet"), attempts=1)
    assert retry_failed(project, settings=world.settings) == 1
    return nothing


def by_a_run_that_is_gone(world: World, project: int, page: int) -> Callable[[], object]:
    run = enqueue_project(project, settings=world.settings)
    return lambda: broker(world).delete(world.key("runs", project), *broker(world).keys(world.key("run", run.id) + "*"))


def by_a_watch_that_ends(world: World, project: int, page: int) -> Callable[[], object]:
    world.ledger.watched.add(project)
    return lambda: world.ledger.watched.remove(project)


def by_a_run_whose_message_is_lost(world: World, project: int, page: int) -> Callable[[], object]:
    world.ledger.runs.create(project)
    return nothing


WAYS = (
    by_an_event,
    by_resume,
    by_failed_retry,
    by_a_run_that_is_gone,
    by_a_watch_that_ends,
    by_a_run_whose_message_is_lost,
)


def test_pages_of_a_killed_worker_come_to_their_end_however_their_selection_began(world: World) -> None:
    # Given projects whose selections began in these ways, all of their pages in hand
    pages = {way.__name__: upload(world, number) for number, way in enumerate(WAYS, 1)}
    then = [way(world, number, pages[way.__name__]) for number, way in enumerate(WAYS, 1)]
    until(lambda: all(in_hand(world, number) for number, _ in enumerate(WAYS, 1)), "all pages are in hand")
    for each in then:
        each()
    # When their worker is killed
    world.process("cpu").signal(signal.SIGKILL)

    # Then each page gets its prediction, and beat selects no longer than it must
    def unfinished() -> list[str]:
        return [way for way, page in pages.items() if predictions(world, page) != 1]

    with suppress(AssertionError):
        until(lambda: not unfinished(), "each page has its prediction")
    assert unfinished() == []
    until(lambda: not world.ledger.care.projects(), "no project needs care any more")


def test_a_project_that_is_watched_no_longer_claims_no_new_pages(world: World) -> None:
    # Given a page in hand, then unwatch, and a page that is added afterwards
    page = upload(world, 49)
    world.ledger.watched.add(49)
    until(lambda: in_hand(world, 49), "the page is in hand")
    world.ledger.watched.remove(49)
    later = upload(world, 49)
    until(lambda: predictions(world, page) == 1, "the first page has its prediction")
    until(lambda: 49 not in world.ledger.care.projects(), "the project needs no care any more")
    assert predictions(world, later) == 0


def test_an_event_whose_message_is_lost_is_not(world: World) -> None:
    page = upload(world, 50)
    world.ledger.care.ask(50)
    until(lambda: predictions(world, page) == 1, "the page has its prediction")


def test_an_event_while_as_many_pages_as_allowed_are_in_flight_is_not_lost(world: World) -> None:
    """Given as many pages in flight as are allowed, and a page that comes then, when no run is there any more."""
    first = [upload(world, 51) for _ in range(IN_FLIGHT)]
    world.ledger.care.ask(51)
    until(lambda: world.ledger.pages.in_flight(51) == len(first), "all pages are in flight")
    later = upload(world, 51)
    world.ledger.care.ask(51)
    until(lambda: 51 not in world.ledger.care.with_new_pages() or predictions(world, later), "a selection has come")
    until(lambda: predictions(world, later) == 1, "the page has its prediction")


def test_a_run_of_a_project_that_is_not_there_says_why_it_ended(world: World) -> None:
    runs, project = world.ledger.runs, 777
    world.label_studio.answer(404, 60.0, paths=f"^/api/projects/{project}/$")
    run = runs.create(project)
    assert not runs.progress(project).finished, "its selection is coming"
    send_select(world.settings, project, run)
    until(lambda: runs.progress(project).finished, "the run has ended")
    world.label_studio.behave()
    assert str(project) in runs.progress(project).problem


def test_an_event_of_a_project_that_is_not_there_is_forgotten(world: World) -> None:
    """Given an event with an id that Label Studio does not know, then beat does not ask for it for ever."""
    world.ledger.care.ask(2**31)
    until(lambda: 2**31 not in world.ledger.care.projects(), "the project needs no care")
