"""Uploads of several workers to the stand-in for Label Studio: turns, failed imports, and doubles that come late."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import redis

from prelabel.errors import AmbiguousUpload, PrelabelError, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger import locks
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import PageRef
from prelabel.project.upload import Delivery, Outcomes, deliver
from prelabel.settings import Settings, get_settings
from prelabel.workplace import Workplace
from tasks import process
from tasks.recheck import recheck
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn

_servers = itertools.count()
VERSION = "prelabel-test-1"
PAGES = 50


class Line(httpx.HTTPTransport):
    """The network; `before` is called with the pages of an import before it is sent, and may answer it."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[list[int]], httpx.Response | None] = lambda pages: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/import/predictions"):
            pages = [int(item["task"]) for item in json.loads(request.read())]
            if answer := self.before(pages):
                return answer
        return super().handle_request(request)


class Uploader:
    """A worker that uploads; each has its own connections. It waits ten times `timeout_s` for its turn."""

    def __init__(self, server: LabelStudioStandIn, redis_url: str, server_id: str, timeout_s: float) -> None:
        self.line = Line()
        self.client = LabelStudio(server.url, server.token, timeout_s=30, transport=self.line)
        self.ledger = Ledger(redis.Redis.from_url(redis_url), server_id)
        settings = Settings(_env_file=None, verify_tries=2, http_timeout=timeout_s)
        self._workplace = Workplace(settings, client=self.client, ledger=self.ledger)

    def claim(self, pages: Sequence[int]) -> list[Claim]:
        now = self.ledger.now()
        found = [
            self.ledger.pages.claim(PageRef(PROJECT, page, "/a.png"), VERSION, lease_s=600, listed_at=now)
            for page in pages
        ]
        return [claim[0] for claim in found if claim]

    def let_time_pass(self, claims: Sequence[Claim]) -> None:
        """Let the waits after lost answers be over."""
        recorded = self.ledger.intents.recorded(claims)
        self.ledger.intents.record([claim for claim in claims if claim.task_id in recorded], self.ledger.now() - 60)

    def deliver(self, claims: Sequence[Claim]) -> Outcomes:
        prediction = {"model_version": VERSION, "result": [], "score": 0.5}
        return deliver(self._workplace, [Delivery(claim, prediction) for claim in claims])


@pytest.fixture
def server() -> Iterator[LabelStudioStandIn]:
    with LabelStudioStandIn(dict.fromkeys(range(1, 801), b"x"), random.Random(1)) as made:
        yield made


@pytest.fixture
def new_uploader(server: LabelStudioStandIn, redis_url: str) -> Iterator[Callable[..., Uploader]]:
    server_id = f"uploading-test-{next(_servers)}"
    with ExitStack() as exit_:

        def new(timeout_s: float = 1.0) -> Uploader:
            made = Uploader(server, redis_url, server_id, timeout_s)
            exit_.enter_context(made.client)
            return made

        yield new


@pytest.fixture
def rechecking(
    server: LabelStudioStandIn, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Yield a function that does what beat sends, now; all that is remembered is due."""
    env = {"REDIS_URL": redis_url, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    process._process.cache_clear()
    here = process.this_process()
    ledger = here.ledger

    def look() -> None:
        remembered = ledger._state.name("rechecks")
        for member in ledger._state.redis.zrange(remembered, 0, -1):
            ledger._state.redis.zadd(remembered, {member: ledger.now() - 1})
        recheck()

    yield look
    here.close()
    get_settings.cache_clear()
    process._process.cache_clear()


def of_this_process(uploader: Uploader) -> Uploader:
    """Let the uploader share the ledger with the tasks of this process."""
    uploader.ledger = process.this_process().ledger
    uploader._workplace = Workplace(uploader._workplace.settings, client=uploader.client, ledger=uploader.ledger)
    return uploader


def remembered(ledger: Ledger) -> list[str]:
    return [member.decode() for member in ledger._state.redis.zrange(ledger._state.name("rechecks"), 0, -1)]


def test_four_workers_upload_in_turn(server: LabelStudioStandIn, new_uploader: Callable[..., Uploader]) -> None:
    """Given imports of 0.2 s and a limit of 1 s, when four workers upload 800 pages, then no page waits in vain."""
    outcomes: list[PrelabelError | None] = []

    def work(uploader: Uploader, pages: range) -> None:
        claims = uploader.claim(pages)
        for first in range(0, len(claims), 20):
            outcomes.extend(uploader.deliver(claims[first : first + 20]))

    server.hang(600, 0.2, acts=True, paths="import/predictions")
    threads = [
        threading.Thread(target=work, args=(new_uploader(), range(first, first + 200))) for first in range(1, 801, 200)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(outcome) for outcome in outcomes if outcome] == []
    assert len(outcomes) == 800
    assert set(server.counts().values()) == {1}


def test_waiting_for_the_turn_uses_up_no_try(new_uploader: Callable[..., Uploader]) -> None:
    uploader = new_uploader(0.05)
    with uploader.ledger.locks.hold("upload"):
        (outcome,) = uploader.deliver(uploader.claim([1]))
    assert isinstance(outcome, ServiceUnavailable)
    assert not outcome.charged


def test_one_page_that_breaks_every_import_is_found_and_charged_alone(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader]
) -> None:
    uploader, bad, tries = new_uploader(), 33, 3
    sizes: list[int] = []

    def break_down(pages: list[int]) -> httpx.Response | None:
        if bad not in pages:
            return None
        sizes.append(len(pages))
        return httpx.Response(500, json={"detail": "planted"})

    uploader.line.before = break_down
    open_ = uploader.claim(range(1, PAGES + 1))
    charged: list[int] = []
    for _ in range(40):
        failures = {
            claim: error for claim, error in zip(open_, uploader.deliver(open_), strict=True) if error is not None
        }
        charged += [claim.task_id for claim, error in failures.items() if error.charged]
        if len(charged) == tries:
            break
        open_ = list(failures)
        uploader.let_time_pass(open_)
    assert charged == [bad] * tries
    assert sizes == [50, 12, 3, *[1] * tries]
    assert [claim.task_id for claim in failures] == [bad], "all others are stored"
    assert {page for page, _ in server.counts()} == {*range(1, PAGES + 1)} - {bad}
    assert set(server.counts().values()) == {1}


def test_a_server_that_refuses_all_charges_no_page_of_several(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader]
) -> None:
    uploader = new_uploader()
    claims = uploader.claim([1, 2])
    server.answer(429, 60, paths="import/predictions")
    assert [error and error.charged for error in uploader.deliver(claims)] == [False, False]
    assert [error and error.charged for error in uploader.deliver(claims[:1])] == [True]
    assert remembered(uploader.ledger) == [], "nothing was stored"


def test_what_label_studio_stores_after_the_second_post_is_removed_later(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], rechecking: Callable[[], None]
) -> None:
    """Given an import whose answer is lost, when it is stored after its repeat, then a later look removes it."""
    uploader = of_this_process(new_uploader())
    claims = uploader.claim([1, 2])
    server.cut(1, store_after_s=600)
    assert all(isinstance(error, AmbiguousUpload) for error in uploader.deliver(claims))
    uploader.let_time_pass(claims)
    assert uploader.deliver(claims) == [None, None]
    assert set(server.counts().values()) == {1}
    late: list[dict[str, Any]] = [
        {"task": page, "model_version": VERSION, "result": [], "score": 0.5} for page in (1, 2)
    ]
    server.state.import_predictions("", None, late)
    assert set(server.counts().values()) == {2}
    lowest = {page: min(i for i, (of, _) in server.state.predictions.items() if of == page) for page in (1, 2)}

    rechecking()

    assert {page: i for i, (page, _) in server.state.predictions.items()} == lowest
    for _ in range(3):
        assert len(remembered(uploader.ledger)) == 2, "it may come still later"
        rechecking()
    assert remembered(uploader.ledger) == []


def test_a_prediction_that_an_annotation_was_made_from_stays(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], rechecking: Callable[[], None]
) -> None:
    uploader = of_this_process(new_uploader())
    item = {"model_version": VERSION, "result": [], "score": 0.5}
    for version in (VERSION, VERSION, VERSION, "prelabel-other-2"):
        server.state.import_predictions("", None, [{"task": 1, **item, "model_version": version}])
    server.state.used[1] = {2}
    uploader.ledger.rechecks.remember_pages([Claim(PROJECT, 1, "x", VERSION)], timeout_s=1)
    rechecking()
    assert sorted(server.state.predictions) == [2, 4], "versions are no doubles of each other"


def test_a_deleted_page_is_looked_at_no_more(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], rechecking: Callable[[], None]
) -> None:
    ledger = of_this_process(new_uploader()).ledger
    ledger.rechecks.remember_pages([Claim(PROJECT, page, "x", VERSION) for page in (1, 2)], timeout_s=1)
    server.state.delete([1])
    rechecking()
    assert remembered(ledger) == [f"page:{PROJECT}:2:{VERSION}"]


def test_while_label_studio_is_away_rechecks_stay_due(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], rechecking: Callable[[], None]
) -> None:
    ledger = of_this_process(new_uploader()).ledger
    ledger.rechecks.remember_pages([Claim(PROJECT, 1, "x", VERSION)], timeout_s=1)
    server.answer(502, 60)
    rechecking()
    assert [each.looks for each in ledger.rechecks.due(9)] == [0]


def test_what_was_sent_while_the_lock_was_lost_is_looked_at_again(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOCK_LEASE_S", 2.0)
    uploader = new_uploader()
    store: Any = uploader.ledger._state.redis

    def lose(pages: list[int]) -> None:
        store.set(uploader.ledger._state.name("lock", "upload"), "another", px=60000)
        time.sleep(2)

    uploader.line.before = lose
    uploader.deliver(uploader.claim([1]))
    assert remembered(uploader.ledger) == [f"page:{PROJECT}:1:{VERSION}"]


def test_nothing_is_sent_when_the_lock_may_be_lost(
    server: LabelStudioStandIn, new_uploader: Callable[..., Uploader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a process that stands still between its look and its POST, then it sends nothing, and charges no page."""
    monkeypatch.setattr(locks, "LOCK_LEASE_S", 2.0)
    uploader = new_uploader()
    store: Any = uploader.ledger._state.redis
    limits = uploader.ledger.intents.limits

    def stand_still(claims: Sequence[Claim]) -> dict[int, int]:
        store.set(uploader.ledger._state.name("lock", "upload"), "another", px=60000)
        time.sleep(2)
        return limits(claims)

    monkeypatch.setattr(uploader.ledger.intents, "limits", stand_still)
    (outcome,) = uploader.deliver(uploader.claim([1]))
    assert isinstance(outcome, ServiceUnavailable)
    assert not outcome.charged
    assert server.state.asked["POST /api/projects/N/import/predictions"] == 0
