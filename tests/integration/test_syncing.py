"""Syncs requested, watched and repaired: with a real Redis, and a substitute for Label Studio that can hang."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from prelabel.errors import AmbiguousUpload, PrelabelError, RequestRefused, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.storages import list_storages
from prelabel.ledger.ledger import Ledger
from prelabel.project.page_names import name_pages
from prelabel.project.sync import Synced, sync_project
from prelabel.settings import Settings
from prelabel.workplace import Workplace

_servers = itertools.count()
P = 6


class Server:
    """Label Studio with one storage. `on_sync`: the effect of a request for a sync; by default it syncs and answers."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {"id": 1, "type": "s3", "project": P, "title": "pages", "status": "initialized"}
        self.row["meta"] = {}
        self.objects, self.known, self.asked, self.released = 3, 0, 0, 0
        self.at_once = self.most_at_once = 0
        self.on_sync: Callable[[], httpx.Response] = self.sync

    def begin(self, status: str = "in_progress", ago_s: float = 0.0) -> None:
        at = datetime.now(UTC) - timedelta(seconds=ago_s)
        self.row |= {"status": status, "last_sync_count": None, "traceback": None, "meta": {"time_queued": str(at)}}

    def end(self) -> None:
        new, self.known = self.objects - self.known, self.objects
        self.row |= {"status": "completed", "last_sync_count": new}

    def fail(self) -> httpx.Response:
        self.begin()
        self.row |= {"status": "failed", "traceback": "ValueError: no"}
        self.row["meta"]["time_failure"] = str(datetime.now(UTC))
        return httpx.Response(200, json=self.row)

    def sync(self) -> httpx.Response:
        self.begin()
        self.end()
        return httpx.Response(200, json=self.row)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.asked += 1
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            try:
                return self.on_sync()
            finally:
                self.at_once -= 1
        if request.method == "PATCH":
            self.released += 1
            self.row |= json.loads(request.content)
        rows = [self.row] if request.url.path == "/api/storages/" else self.row
        return httpx.Response(200, json=rows)


class World:
    """The view of one process: `turn()` does the work of beat's task."""

    def __init__(self, server: Server, redis_url: str, name: str) -> None:
        self.settings = Settings(
            _env_file=None, redis_url=redis_url, label_studio_url=name, sync_stuck=60, sync_interval=0.3
        )
        self.ledger = Ledger.from_settings(self.settings)
        self.client = LabelStudio(name, "secret-token", transport=httpx.MockTransport(server.handle))

    def turn(self, *, patience_s: float = 0.0, insist: bool = False, stuck_s: float = 60) -> Synced | None:
        settings = self.settings.model_copy(update={"sync_stuck": stuck_s})
        done = sync_project(
            Workplace(settings, client=self.client, ledger=self.ledger),
            P,
            "pages",
            patience_s=patience_s,
            insist=insist,
        )
        return done[0] if done else None

    def outcome(self, **how: Any) -> tuple[str, int]:
        synced = self.turn(**how)
        return (synced.outcome, synced.new_pages) if synced else ("", 0)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def world(server: Server, redis_url: str) -> World:
    return World(server, redis_url, f"http://syncing-{next(_servers)}")


def test_new_pages_are_reported_once(server: Server, world: World) -> None:
    """Given three objects, then one more, and a sync by a person, then each new page is reported once."""
    assert world.outcome() == ("done", 3)
    assert world.outcome() == ("done", 0)
    server.objects = 4
    assert world.outcome() == ("done", 1)
    assert server.asked == 3


def test_a_sync_that_label_studio_only_queues_is_watched_to_its_end(server: Server, world: World) -> None:
    def queue() -> httpx.Response:
        server.begin("queued")
        threading.Timer(0.7, server.end).start()
        return httpx.Response(200, json=server.row)

    server.on_sync = queue
    assert world.outcome() == ("running", 0)
    assert world.outcome(patience_s=20) == ("done", 3)
    assert server.asked == 1, "a sync under way is watched, not asked for again"


def test_two_syncs_at_once_never_happen(server: Server, world: World, redis_url: str) -> None:
    """Given eight processes that request syncs again and again, then Label Studio never gets two requests at a time."""

    def slowly() -> httpx.Response:
        time.sleep(0.02)
        return server.sync()

    server.on_sync = slowly
    worlds = [World(server, redis_url, world.client.url) for _ in range(8)]
    outcomes = []

    def want(each: World) -> None:
        for _ in range(6):
            outcomes.append(each.outcome())

    threads = [threading.Thread(target=want, args=(each,)) for each in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 1
    assert ("", 0) in outcomes, "some came while another was at it"
    assert sum(new for _, new in outcomes) == 3


def lost() -> httpx.Response:
    raise httpx.ReadTimeout("cut")


def test_after_a_lost_answer_nothing_is_asked_until_that_sync_has_ended(server: Server, world: World) -> None:
    """Given a call that was cut before Label Studio began, then the sync is awaited, watched, and requested again."""
    server.on_sync = lost
    assert world.outcome() == ("running", 0)
    assert world.outcome() == ("running", 0)
    server.begin()  # now the delayed sync begins
    assert world.outcome() == ("running", 0)
    assert server.asked == 1
    server.end()
    server.on_sync = server.sync
    server.objects = 5
    assert world.outcome() == ("done", 5), "what the lost sync brought, and what came after it"
    assert server.asked == 2


def test_a_lost_call_that_came_to_nothing_is_repeated(server: Server, world: World) -> None:
    server.on_sync = lost
    synced = world.turn(stuck_s=1, patience_s=10)
    assert synced is not None
    assert (synced.outcome, "did not begin" in synced.reason) == ("failed", True)
    server.on_sync = server.sync
    assert world.outcome(insist=True) == ("done", 3)


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), httpx.Response(400, json={"message": "no"})])
def test_a_call_that_never_reached_its_sync_blocks_nothing(
    server: Server, world: World, answer: httpx.Response | Exception
) -> None:
    def away() -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    server.on_sync = away
    with pytest.raises((ServiceUnavailable, RequestRefused)) as caught:
        world.turn()
    assert not isinstance(caught.value, AmbiguousUpload)
    server.on_sync = server.sync
    assert world.outcome() == ("done", 3)


@pytest.mark.parametrize(("status", "released"), [("queued", 1), ("in_progress", 1), ("failed", 0)])
def test_a_dead_sync_is_released_and_repeated(server: Server, world: World, status: str, released: int) -> None:
    """Given a sync without a sign of life for longer than PRELABEL_SYNC_STUCK, then the next sync is possible."""

    def as_postgresql_does() -> httpx.Response:
        busy = server.row["status"] in {"queued", "in_progress"}
        return httpx.Response(200, json=server.row) if busy else server.sync()

    server.on_sync = as_postgresql_does
    server.begin(status, ago_s=61)
    assert world.outcome() == ("done", 3)
    assert server.released == released


def test_a_sync_that_waits_for_label_studios_worker_is_reported(server: Server, world: World) -> None:
    server.begin("queued", ago_s=61)
    server.row["last_sync_job"] = "0b8f"
    synced = world.turn(patience_s=60)
    assert synced is not None
    assert (synced.outcome, "rqworker" in synced.reason, server.asked) == ("running", True, 0)


def test_a_sync_that_dies_while_watched_is_repeated_next_time(server: Server, world: World) -> None:
    server.begin(ago_s=58.5)
    synced = world.turn(patience_s=10)
    assert synced is not None
    assert (synced.outcome, "died" in synced.reason) == ("failed", True)
    assert world.outcome(insist=True) == ("done", 3)


def test_failures_are_reported_and_rest_longer_each_time(server: Server, world: World) -> None:
    server.on_sync = server.fail
    first = world.turn()
    assert first is not None
    assert (first.outcome, first.reason) == (
        "failed",
        "Label Studio could not sync storage 'pages' (s3 1): ValueError: no",
    )
    assert world.outcome() == ("resting", 0)
    time.sleep(0.4)
    second = world.turn()
    assert second is not None
    assert second.reason.endswith("(2 times in a row)")
    time.sleep(0.4)
    assert world.outcome() == ("resting", 0), "twice as long"
    server.on_sync = server.sync
    assert world.outcome(insist=True) == ("done", 3)
    assert world.outcome() == ("done", 0), "what succeeds has not to rest"


def test_a_storage_may_fail_for_a_year(server: Server, world: World) -> None:
    assert world.outcome() == ("done", 3)
    (storage,) = list_storages(world.client, P)
    for _ in range(1100):
        world.ledger.syncs.failed(storage, rest_s=0.001)
    assert world.ledger.syncs.resting(storage)
    assert world.outcome(insist=True) == ("done", 0)


# -- names ------------------------------------------------------------------------------------------------------------

DOCUMENT = "0123456789abcdef"


class Pages:
    """Pages in Label Studio, by task id, and their changes."""

    def __init__(self, data: dict[int, dict[str, Any]]) -> None:
        self.data, self.changed, self.answers = data, list[int](), dict[int, httpx.Response]()

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            query = json.loads(request.url.params["query"])
            (after,) = (item["value"] for item in query["filters"]["items"])
            size = int(request.url.params["page_size"])
            rows = [{"id": id_, "data": data} for id_, data in sorted(self.data.items()) if id_ > after]
            return httpx.Response(200, json={"tasks": rows[:size], "total": len(rows)})
        task_id = int(request.url.path.split("/")[3])
        if answer := self.answers.pop(task_id, None):
            return answer
        self.changed.append(task_id)
        self.data[task_id] = json.loads(request.content)["data"]
        return httpx.Response(200, json={})


def image(number: int, document: str = DOCUMENT) -> dict[str, Any]:
    return {"image": f"s3://bucket/preprocessed/{document}-{number}.png"}


@pytest.fixture
def pages() -> Pages:
    """Make pages of a registered document (three) and of an unknown document, and an image without a document."""
    others = {14: image(1, "f" * 16), 15: {"image": "s3://bucket/scans/1.png"}, 16: {"image": ["s3://x"]}}
    return Pages({11: image(1), 12: image(2), 13: image(3), **others})


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    settings = Settings(_env_file=None, redis_url=redis_url, label_studio_url=f"http://naming-{next(_servers)}")
    ledger = Ledger.from_settings(settings)
    ledger.documents.add(P, DOCUMENT, name="견적서.pdf", kind="PDF", suffix=".pdf", size=1, ttl_s=600, importing=False)
    return ledger


@pytest.fixture
def client(pages: Pages) -> Iterator[LabelStudio]:
    with LabelStudio("http://ls.test", "secret-token", transport=httpx.MockTransport(pages.handle)) as client:
        yield client


def name(client: LabelStudio, ledger: Ledger, *, seconds: float = 60) -> int:
    return name_pages(Workplace(client=client, ledger=ledger), P, until=time.monotonic() + seconds)


def test_pages_get_the_name_and_place_of_their_document_once(client: LabelStudio, ledger: Ledger, pages: Pages) -> None:
    """Given synced pages, then missing fields are added, existing fields stay, and each page is changed once."""
    pages.data[12] |= {"page": 20, "note": "by hand"}
    assert name(client, ledger) == 6
    known = {"document": DOCUMENT, "document_name": "견적서.pdf", "pages": 0}
    assert pages.data[11] == image(1) | known | {"page": 1}
    assert pages.data[12] == image(2) | known | {"page": 20, "note": "by hand"}
    assert pages.data[14] == image(1, "f" * 16) | {"document": "f" * 16, "page": 1}
    assert pages.changed == [11, 12, 13, 14]
    assert name(client, ledger) == 0
    pages.data[17] = image(4)
    assert name(client, ledger) == 1
    assert pages.changed == [11, 12, 13, 14, 17]


def test_an_outage_between_two_pages_loses_and_doubles_none(client: LabelStudio, ledger: Ledger, pages: Pages) -> None:
    pages.answers[12] = httpx.Response(503)
    with pytest.raises(ServiceUnavailable):
        name(client, ledger)
    name(client, ledger)
    assert pages.changed == [11, 12, 13, 14]


@pytest.mark.parametrize("answer", [httpx.Response(404, html="<h1>"), httpx.Response(400, json={"detail": "no"})])
def test_a_page_that_is_gone_or_refuses_stops_no_other(
    client: LabelStudio, ledger: Ledger, pages: Pages, answer: httpx.Response
) -> None:
    pages.answers[12] = answer
    name(client, ledger)
    assert pages.changed == [11, 13, 14]


def test_naming_ends_in_time_and_goes_on_the_next_time(client: LabelStudio, ledger: Ledger, pages: Pages) -> None:
    turns = 0
    while 14 not in pages.changed:
        with suppress(PrelabelError):
            name(client, ledger, seconds=0.001)
        turns += 1
    assert pages.changed == [11, 12, 13, 14]
    assert turns > 1
