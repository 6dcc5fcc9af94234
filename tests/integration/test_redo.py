"""Pages that are predicted again: their prediction is changed in place, whatever happens in between."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import redis

from prelabel.errors import AmbiguousUpload, ChainOver, PageInUse, PredictionRejected, PrelabelError, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger import locks
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Page, PageRef
from prelabel.project.redo import exact_versions
from prelabel.project.second_predictions import recheck_predictions
from prelabel.project.upload import Delivery, deliver
from prelabel.settings import Settings, get_settings
from prelabel.workplace import Workplace
from tasks import process
from tasks import upload as stage
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn

_servers = itertools.count()
NAME = "prelabel"
OLD, NEW, NEWER = (f"prelabel-compact-{digit * 8}-22222222" for digit in "123")
#: Annotations that were made from no prediction.
_FROM_NONE = 0

Changing = Callable[[], None]


class Line(httpx.HTTPTransport):
    """The network; `before` is called before a prediction is changed."""

    before: Changing = staticmethod(lambda: None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH" and re.search(r"/predictions/\d+/$", request.url.path):
            self.before()
        return super().handle_request(request)


class World:
    """An io worker, and a project whose pages an earlier version has predicted."""

    def __init__(self, server: LabelStudioStandIn, redis_url: str) -> None:
        self.server, self.state, self.line = server, server.state, Line()
        client = LabelStudio(server.url, server.token, timeout_s=5, transport=self.line)
        ledger = Ledger(redis.Redis.from_url(redis_url), f"redo-test-{next(_servers)}")
        settings = Settings(_env_file=None, verify_tries=2, http_timeout=1)
        self.place = Workplace(settings, client=client, ledger=ledger)

    def store(self, page: int, *predictions: tuple[str, str]) -> list[int]:
        """Store predictions of these names and exact versions on a page; return their ids."""
        before = set(self.state.predictions)
        items = [{"task": page, **self.prediction(version, name)} for name, version in predictions]
        self.state.import_predictions("", None, items)
        return sorted(self.state.predictions.keys() - before)

    def prediction(self, version: str, name: str = NAME) -> dict[str, Any]:
        result = [{"id": "r", "type": "rectangle", "meta": {"prelabel": version}}] if version else []
        return {"model_version": name, "result": result, "score": 0.5}

    def claim(self, *pages: int, version: str = NEW) -> list[Claim]:
        refs = [PageRef(PROJECT, page, "/a.png") for page in pages]
        now = self.place.ledger.now()
        return [claim for claim, _ in self.place.ledger.pages.claim_all(refs, version, lease_s=0.1, listed_at=now)]

    def deliver(self, claims: Sequence[Claim]) -> list[PrelabelError | None]:
        return deliver(self.place, [Delivery(claim, self.prediction(claim.version)) for claim in claims])

    def held(self, page: int) -> dict[int, tuple[str, str]]:
        """Return name and exact version of the page's predictions, by id."""
        found = {i: name for i, (of, name) in sorted(self.state.predictions.items()) if of == page}
        return {i: (name, self.state.made[i]) for i, name in found.items()}


@pytest.fixture
def world(redis_url: str) -> Iterator[World]:
    with LabelStudioStandIn(dict.fromkeys(range(1, 10), b"x"), random.Random(1)) as server:
        made = World(server, redis_url)
        yield made
        made.place.close()


def test_the_prediction_is_changed_in_place_and_keeps_its_id(world: World) -> None:
    ids = {page: world.store(page, (NAME, OLD)) for page in (1, 2)}
    assert world.deliver(world.claim(1, 2, 3)) == [None, None, None]
    assert [world.held(page) for page in (1, 2)] == [{ids[page][0]: (NAME, NEW)} for page in (1, 2)]
    assert list(world.held(3).values()) == [(NAME, NEW)]
    assert world.state.asked["POST /api/projects/N/import/predictions"] == 1, "of the page without one"


def test_what_older_releases_left_beside_is_removed_and_the_shown_one_changed(world: World) -> None:
    """Given predictions of three names, then the one that people see is never missing, and never there twice."""
    older, shown, newer = world.store(1, (OLD, OLD), (NAME, OLD), (NEWER, NEWER))
    (foreign,) = world.store(1, ("easyocr-1", ""))
    seen = list[int]()
    world.line.before = lambda: seen.append(sum(name == NAME for name, _ in world.held(1).values()))
    assert world.deliver(world.claim(1)) == [None]
    assert world.held(1) == {shown: (NAME, NEW), foreign: ("easyocr-1", "")}
    assert seen == [1]
    assert shown not in (older, newer)


def test_only_under_an_older_name_the_lowest_is_changed_and_named(world: World) -> None:
    ids = world.store(1, (OLD, ""), (NEWER, ""))
    assert world.deliver(world.claim(1)) == [None]
    assert world.held(1) == {ids[0]: (NAME, NEW)}


def test_doubles_are_removed(world: World) -> None:
    ids = world.store(1, (NAME, OLD), (NAME, OLD), (NAME, NEW), (NAME, NEW))
    assert world.deliver(world.claim(1)) == [None]
    assert world.held(1) == {ids[2]: (NAME, NEW)}
    assert world.state.changed == [], "it was stored already"


def test_a_worker_that_is_killed_after_the_change_leaves_nothing_to_do(world: World) -> None:
    """Given a chain that ends between the change and its record, then the next one finds it done."""
    world.store(1, (NAME, OLD))
    first = world.claim(1)
    assert world.deliver(first) == [None]
    time.sleep(0.15)
    again = world.claim(1)
    assert world.deliver(again) == [None]
    assert len(world.state.changed) == 1
    assert [isinstance(error, ChainOver) for error in world.deliver(first)] == [True]
    assert len(world.state.changed) == 1


@pytest.mark.parametrize("store_after_s", [0.0, 0.5])
def test_a_lost_answer_costs_one_page_a_try_and_nothing_else(world: World, store_after_s: float) -> None:
    ids = {page: world.store(page, (NAME, OLD))[0] for page in (1, 2)}
    claims = world.claim(1, 2)
    world.server.cut(1, store_after_s)
    first, second = world.deliver(claims)
    assert isinstance(first, AmbiguousUpload)
    assert first.charged
    assert isinstance(second, ServiceUnavailable)
    assert not second.charged
    assert world.deliver(claims) == [None, None]
    time.sleep(store_after_s)
    assert [world.held(page) for page in ids] == [{number: (NAME, NEW)} for number in ids.values()]


def test_a_server_that_refuses_is_asked_once(world: World) -> None:
    for page in (1, 2, 3):
        world.store(page, (NAME, OLD))
    claims = world.claim(1, 2, 3)
    world.server.answer(503, 60, paths=r"predictions/\d+/$")
    outcomes = world.deliver(claims)
    assert all(isinstance(error, ServiceUnavailable) for error in outcomes)
    assert world.state.asked["PATCH /api/predictions/N/"] == 1
    world.server.behave()
    assert world.deliver(claims) == [None, None, None]


@pytest.mark.parametrize("begun", ["annotated", "drafted"])
def test_what_a_person_has_begun_with_stays(world: World, begun: str) -> None:
    ids = {page: world.store(page, (NAME, OLD), (OLD, OLD)) for page in (1, 2)}
    claims = world.claim(1, 2)
    world.state.used[1] = {_FROM_NONE} if begun == "annotated" else set()
    world.state.drafted |= {1} if begun == "drafted" else set()
    before = world.held(1)
    first, second = world.deliver(claims)
    assert isinstance(first, PageInUse)
    assert second is None
    assert world.held(1) == before
    assert world.held(2) == {ids[2][0]: (NAME, NEW)}


def test_the_parent_of_an_annotation_is_not_removed(world: World) -> None:
    ids = world.store(1, (OLD, OLD), (NAME, NEW), (NAME, NEW))
    world.state.used[1] = {ids[0]}
    assert world.deliver(world.claim(1)) == [None], "a repeat: the page holds what the chain has made"
    assert [*world.held(1)] == ids[:2]


def test_a_prediction_that_is_removed_meanwhile_is_stored_anew(world: World) -> None:
    (number,) = world.store(1, (NAME, OLD))
    world.line.before = lambda: world.state.predictions.pop(number, None) and None
    assert world.deliver(world.claim(1)) == [None]
    assert list(world.held(1).values()) == [(NAME, NEW)]


def test_a_refused_change_fails_its_page_only(world: World) -> None:
    for page in (1, 2):
        world.store(page, (NAME, OLD))
    world.state.refused = {1}
    first, second = world.deliver(world.claim(1, 2))
    assert isinstance(first, PredictionRejected)
    assert second is None


def test_a_process_that_stood_still_before_the_change_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOCK_LEASE_S", 1.0)
    (number,) = world.store(1, (NAME, OLD))
    take_turn = world.place.client.wait_turn
    store: Any = world.place.ledger._state.redis

    def stand_still() -> None:
        if world.state.asked["GET /api/tasks/"] == 2:  # what is held, and its body
            store.set(world.place.ledger._state.name("lock", "upload"), "another", px=60000)
            time.sleep(1)
        take_turn()

    monkeypatch.setattr(world.place.client, "wait_turn", stand_still)
    (outcome,) = world.deliver(world.claim(1))
    assert isinstance(outcome, ServiceUnavailable)
    assert not outcome.charged
    assert world.held(1) == {number: (NAME, OLD)}


def test_a_change_that_comes_late_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a process that stands still within its change, and overwrites a newer one, then that is noticed."""
    monkeypatch.setattr(locks, "LOCK_LEASE_S", 1.0)
    (number,) = world.store(1, (NAME, OLD))
    place, other = world.place, World(world.server, "redis://unused")
    store: Any = place.ledger._state.redis
    (claim,) = world.claim(1)

    def be_overtaken() -> None:
        world.line.before = lambda: None
        store.set(place.ledger._state.name("lock", "upload"), "another", px=60000)
        world.state.change_prediction(str(number), None, other.prediction(NEWER))
        place.ledger.versions.note(PROJECT, {1: NEWER})
        time.sleep(1)

    world.line.before = be_overtaken
    assert world.deliver([claim]) == [None]
    assert world.held(1) == {number: (NAME, NEW)}
    assert place.ledger.versions.of_pages(PROJECT, [1]) == {1: NEWER}, "wrong by now"
    due = store.zrange(place.ledger._state.name("rechecks"), 0, -1)
    assert due == [f"page:{PROJECT}:1:{NEW}".encode()]
    recheck_predictions(place, PROJECT, [1])
    assert exact_versions(place, PROJECT, NAME, [1]) == {1: NEW}


def test_an_import_of_the_version_before_that_comes_late_is_removed(world: World) -> None:
    (number,) = world.store(1, (NAME, OLD))
    assert world.deliver(world.claim(1)) == [None]
    world.store(1, (NAME, OLD))
    recheck_predictions(world.place, PROJECT, [1])
    assert world.held(1) == {number: (NAME, NEW)}


def test_exact_versions_come_from_the_index_then_from_label_studio(world: World) -> None:
    world.store(1, (NAME, OLD))
    world.store(2, (OLD, ""))
    world.store(3, (NAME, ""))
    world.store(4, ("easyocr-1", ""))
    world.place.ledger.versions.note(PROJECT, {3: NEW})
    pages = [1, 2, 3, 4, 5]
    assert exact_versions(world.place, PROJECT, NAME, pages) == {1: OLD, 2: OLD, 3: NEW}
    world.state.predictions.clear()
    assert world.place.ledger.versions.of_pages(PROJECT, pages) == {1: OLD, 2: OLD, 3: NEW}, "noted"


def test_a_page_in_use_ends_as_skipped(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a person who has begun meanwhile, then the page is no failure, and its version stays unknown."""
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("LABEL_STUDIO_URL", f"http://redo-test-{next(_servers)}")
    get_settings.cache_clear()
    process._process.cache_clear()
    here = process.this_process()
    run = here.ledger.runs.create(PROJECT)
    here.ledger.runs.open(run, PROJECT, [1], listed_at=here.ledger.now())
    found = here.ledger.pages.claim(PageRef(PROJECT, 1, "/1"), NEW, lease_s=60, listed_at=here.ledger.now())
    assert found
    outcome: Future[PrelabelError | None] = Future()
    outcome.set_result(PageInUse("a person has begun with the page"))
    importer: Any = SimpleNamespace(submit=lambda delivery: outcome)
    here.importer = importer
    monkeypatch.setattr(stage, "_prediction", lambda here, claim, image: {})
    here.ledger.leases.begin(found[0], "ocr", "w", lease_s=60)
    here.ledger.pages.advance(found[0], "upload", Page(1, 1, 1, 1), lease_s=60, ttl_s=60, seconds={})
    stage.upload(PROJECT, 1, found[0].token, NEW, named=True)
    now = here.ledger.runs.progress(PROJECT, run)
    assert (now.skipped, now.failed, now.finished) == (1, 0, True)
    assert here.ledger.versions.of_pages(PROJECT, [1]) == {}
    get_settings.cache_clear()
    process._process.cache_clear()
