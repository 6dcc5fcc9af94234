"""Webhooks of Label Studio: a secret is required, answers are fast, and many events start one selection."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis
from fastapi.testclient import TestClient

from devstack.redis import RedisServer
from prelabel.errors import RequestRefused
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.webhooks import ACTIONS, HEADER, PATH, connect_webhook
from prelabel.ledger.ledger import Ledger
from prelabel.queues.routes import CONTROL
from prelabel.settings import Settings
from services.uploader.app import create_app
from services.uploader.routes import webhooks
from tests.support.queues import empty, waiting

_servers = itertools.count()
SECRET = "0f1e2d3c4b5a"
CREATED, ANNOTATED = b'{"action": "TASKS_CREATED"}', b'{"action": "ANNOTATION_UPDATED"}'


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a Redis for this module alone, so that its control queue is empty."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
def settings(broker: str) -> Settings:
    redis.Redis.from_url(broker).flushall()
    return Settings(
        _env_file=None,
        redis_url=broker,
        label_studio_url=f"http://webhooks-{next(_servers)}",
        webhook_secret=SECRET,
        select_interval=20,
    )


def served(settings: Settings) -> TestClient:
    return TestClient(create_app(settings), raise_server_exceptions=False)


def tell(http: TestClient, body: bytes = CREATED, *, project: object = 6, secret: str = SECRET) -> int:
    return http.post(f"{PATH}?project={project}", content=body, headers={HEADER: secret}).status_code


def sent(settings: Settings) -> list[dict[str, Any]]:
    """Return the headers of the messages in the control queue: their arguments and start times."""
    return [json.loads(row)["headers"] for row in waiting(settings, CONTROL)]


def selected(settings: Settings, count: int) -> list[str]:
    """Return the arguments of the selections, as soon as there are so many and once no timer may send more."""
    until = time.monotonic() + 10
    while len(sent(settings)) < count and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    messages = sent(settings)
    assert all(message["task"] == "prelabel.select" for message in messages)
    assert not any(message["eta"] or message["expires"] for message in messages), "times of two hosts' clocks"
    return sorted(message["argsrepr"] for message in messages)


def begin_all(settings: Settings) -> None:
    """Do as a worker does that begins the waiting messages."""
    for message in sent(settings):
        ledger = Ledger.from_settings(settings)
        ledger.queueing_locks.begin(message["task"], json.loads(message["argsrepr"]), message["id"])
    empty(settings, CONTROL)


def test_many_events_are_one_selection_soon(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given 30 events of one project and one event of another, then each project is selected once."""
    monkeypatch.setattr(webhooks, "_SETTLE_S", 1.0)
    http, began = served(settings), time.monotonic()
    assert {tell(http) for _ in range(30)} == {204}
    assert tell(http, project=7) == 204
    assert sent(settings) == [] or time.monotonic() - began > 1, "the selection waits for more events"
    assert selected(settings, 2) == ["[6]", "[7]"]


def test_an_event_outlives_the_uploader_that_received_it(settings: Settings) -> None:
    """Given an event whose message is never sent, then beat selects from the project all the same."""
    tell(served(settings))
    assert Ledger.from_settings(settings).care.projects() == {6}


def test_an_event_after_the_selection_has_begun_is_another(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_SETTLE_S", 0.2)
    http = served(settings)
    tell(http)
    assert selected(settings, 1) == ["[6]"]
    tell(http)
    assert selected(settings, 1) == ["[6]"], "the waiting one covers this event too"
    begin_all(settings)
    tell(http)
    assert selected(settings, 1) == ["[6]"]


def test_annotations_wait_for_no_new_pages_and_hold_none_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given many annotations, then they start one selection an interval, and new pages start another sooner."""
    monkeypatch.setattr(webhooks, "_SETTLE_S", 0.2)
    http = served(settings.model_copy(update={"select_interval": 3.0}))
    began = time.monotonic()
    for _ in range(10):
        tell(http, ANNOTATED)
    tell(http)
    assert selected(settings, 1) == ["[6]"]
    assert time.monotonic() - began < 3
    begin_all(settings)
    assert selected(settings, 1) == ["[6]"]
    assert time.monotonic() - began > 3


def test_answers_come_in_milliseconds(settings: Settings) -> None:
    http = served(settings)
    tell(http)  # opens connections
    started = time.monotonic()
    for project in range(1, 51):
        tell(http, project=project)
    assert (time.monotonic() - started) / 50 < 0.1, "Label Studio waits for 1 s"


def test_an_event_without_the_secret_is_refused(settings: Settings) -> None:
    http = served(settings)
    assert tell(http, secret="0f1e2d3c4b5b") == 401
    assert tell(http, secret="") == 401
    assert http.post(f"{PATH}?project=6", content=CREATED).status_code == 401
    assert http.post(f"{PATH}?project=6", content=CREATED, headers=[(HEADER.encode(), b"\xe9")]).status_code == 401
    assert sent(settings) == []


def test_without_a_secret_every_event_is_refused(settings: Settings) -> None:
    http = served(settings.model_copy(update={"webhook_secret": type(settings.webhook_secret)("")}))
    assert [tell(http), tell(http, secret="")] == [403, 403]
    assert sent(settings) == []


@pytest.mark.parametrize(
    ("body", "project", "status"),
    [
        (b"", 6, 400),
        (b"<xml/>", 6, 400),
        (b"[1]", 6, 400),
        (b'"TASKS_CREATED"', 6, 400),
        (b'{"event": 1}', 6, 400),
        (b"[" * 100_000, 6, 400),
        (b"\xff\xfe", 6, 400),
        (b" " * 2**21, 6, 413),
        (CREATED, 0, 422),
        (CREATED, "../6", 422),
        (CREATED, "", 422),
        (b'{"action": "PROJECT_UPDATED"}', 6, 204),
    ],
)
def test_a_malformed_event_is_answered_and_starts_nothing(
    settings: Settings, body: bytes, project: object, status: int
) -> None:
    assert tell(served(settings), body, project=project) == status
    assert sent(settings) == []


def test_an_event_is_refused_while_redis_does_not_answer(settings: Settings) -> None:
    http = served(settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"}))
    assert tell(http) == 503


# -- registering ------------------------------------------------------------------------------------------------------


class Hooks:
    """A fake of Label Studio's webhook API for one project."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = {row["id"]: row for row in rows}
        self.sent: list[str] = []
        self.refusal: httpx.Response | None = None

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=list(self.rows.values()))
        self.sent.append(request.method)
        if self.refusal:
            return self.refusal
        id_ = int(request.url.path.split("/")[3]) if request.method != "POST" else 9
        if request.method == "DELETE":
            self.rows.pop(id_)
            return httpx.Response(204)
        self.rows[id_] = self.rows.get(id_, {}) | json.loads(request.content) | {"id": id_}
        return httpx.Response(200, json=self.rows[id_])

    def connect(self, url: str = "http://uploader.internal:8000", secret: str = SECRET) -> str:
        with LabelStudio("http://ls.test", "token", transport=httpx.MockTransport(self.handle)) as client:
            return connect_webhook(client, 6, url, secret)


def test_a_webhook_is_registered_once_and_updated() -> None:
    hooks = Hooks({"id": 1, "url": "https://example.com/hook", "headers": {}})
    assert [hooks.connect(), hooks.connect()] == ["created", "unchanged"]
    assert hooks.connect("http://10.1.2.3:8000/") == "updated"
    assert hooks.connect(secret="another") == "updated"
    assert set(hooks.rows) == {1, 9}, "somebody else's stays"
    ours = hooks.rows[9]
    assert ours["url"] == "http://uploader.internal:8000/webhooks/label-studio?project=6"
    assert (ours["headers"], ours["actions"]) == ({HEADER: "another"}, list(ACTIONS))
    assert not ours["send_payload"]


def test_duplicates_of_our_webhook_are_removed() -> None:
    row = {"url": f"http://old:8000{PATH}", "headers": {}, "send_payload": True, "send_for_all_actions": True}
    hooks = Hooks(*({"id": n, "is_active": True, "actions": [], **row} for n in (1, 2, 3)))
    assert hooks.connect() == "updated"
    assert set(hooks.rows) == {1}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(403, json={"detail": "not allowed"}), "SSRF_PROTECTION_ENABLED=false"),
        (httpx.Response(400, json={"validation_errors": {"url": ["Enter a valid URL."]}}), "uploader.internal"),
        (httpx.Response(400, json={"validation_errors": {"headers": ["bad"]}}), "bad"),
    ],
)
def test_a_refused_webhook_tells_the_cure(answer: httpx.Response, says: str) -> None:
    hooks = Hooks()
    hooks.refusal = answer
    with pytest.raises(RequestRefused, match=says) as caught:
        hooks.connect()
    assert SECRET not in str(caught.value)
