"""Storages of Label Studio's API: found under every form of its paths; a 200 alone counts as no success."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from prelabel.errors import AmbiguousUpload, PrelabelError, RequestRefused, StorageNotFound, SyncFailed
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.storages import (
    Storage,
    connect_storage,
    find_storages,
    list_storages,
    mark_sync_failed,
    refresh_storage,
    request_sync,
)
from prelabel.project.connection import WantedStorage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEB_PAGE = httpx.Response(404, html="<!doctype html>")
Handler = Callable[[httpx.Request], httpx.Response]


def row(kind: str = "s3", id_: int = 1, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": id_, "project": 6, "title": "pages", "status": "initialized", "meta": {}, **fields}


def connected(handle: Handler | httpx.Response) -> LabelStudio:
    transport = httpx.MockTransport(handle if callable(handle) else lambda _: handle)
    return LabelStudio("http://ls.test", "secret-token", transport=transport)


def read(row: Mapping[str, Any], now: datetime = NOW) -> Storage:
    """Return the Storage for a row from a server with this clock."""
    answer = httpx.Response(200, json=[row], headers={"Date": format_datetime(now, usegmt=True)})
    (storage,) = list_storages(connected(answer), 6)
    return storage


def signs(**ago_s: float) -> dict[str, str]:
    """Return the `meta` of a sync with signs of life so many seconds ago."""
    return {f"time_{name}": str(NOW - timedelta(seconds=ago)) for name, ago in ago_s.items()}


@pytest.mark.parametrize("known", ["/api/storages/", "/api/storages", "each with a slash", "each without"])
def test_storages_of_all_kinds_are_found_in_every_form_of_the_api(known: str) -> None:
    rows = [row("s3", 1, title="scans"), row("azure", 2), row("localfiles", 2), row("gcs", 3)]

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.url.params["project"] == "6"
        if request.url.path == known:
            return httpx.Response(200, json=rows)
        for each in rows:
            slash = "/" if known == "each with a slash" else ""
            if known.startswith("each") and request.url.path == f"/api/storages/{each['type']}{slash}":
                return httpx.Response(200, json=[{k: v for k, v in each.items() if k != "type"}])
        return httpx.Response(405, json={}) if "redis" in request.url.path else WEB_PAGE

    found = find_storages(connected(handle), 6, "pages")
    assert {(storage.kind, storage.id) for storage in found} == {("azure", 2), ("localfiles", 2), ("gcs", 3)}


def test_a_title_that_no_storage_has_names_those_that_are_there() -> None:
    with pytest.raises(StorageNotFound, match=r"'scans' \(it has: 'pages'\).*prelabel connect 6"):
        find_storages(connected(httpx.Response(200, json=[row()])), 6, "scans")


@pytest.mark.parametrize(
    ("status", "meta", "runs"),
    [
        ("initialized", {}, False),
        ("queued", signs(queued=100), True),
        ("queued", signs(queued=400), False),
        ("in_progress", signs(queued=900, in_progress=900, last_ping=7), True),
        ("in_progress", signs(queued=900, in_progress=900, last_ping=400), False),
        # Label Studio sets a sync that waits 25 s for S3 to failed, but the sync continues.
        ("failed", signs(queued=60, in_progress=60, last_ping=60), True),
        ("failed", signs(queued=60, in_progress=60, last_ping=60, failure=30), False),
        ("completed", signs(queued=20, in_progress=20, last_ping=20, completed=15), False),
        ("completed_with_errors", signs(queued=20, in_progress=20, last_ping=20, completed=15), False),
        ("queued", {}, False),
        ("queued", {"time_queued": "soon"}, False),
    ],
)
def test_a_sync_runs_as_long_as_it_shows_signs_of_life(status: str, meta: dict[str, str], runs: bool) -> None:
    assert read(row(status=status, meta=meta)).running(stuck_s=300) is runs


def test_a_job_in_label_studios_own_queue_waits_for_its_turn() -> None:
    """Given a sync that waits for Label Studio's worker, then it is under way: Label Studio reports lost syncs."""
    job: dict[str, Any] = {"meta": signs(queued=4000), "last_sync_job": "0b8f"}
    assert read(row(status="queued", **job)).running(stuck_s=300)
    assert not read(row(status="in_progress", **job)).running(stuck_s=300)


def test_the_servers_clock_counts() -> None:
    """Given a server with a clock two days behind, then its sync of a minute ago is a minute old."""
    storage = read(row(status="in_progress", meta=signs(queued=60)))
    assert storage.silent_s == pytest.approx(60)
    assert read(row(status="queued", meta={"time_queued": str(NOW)}), NOW + timedelta(days=2)).silent_s > 86400


TRACEBACK = """Traceback (most recent call last):
  File "/label_studio/io_storages/base_models.py", line 669, in sync
    import_sync_background(self.__class__, self.id)
botocore.exceptions.ClientError: An error occurred (AccessDenied) at https://s3.test/b?X-Amz-Signature=0a1b2c
Ask who owns the bucket."""


def test_the_reason_of_a_failed_sync_is_one_line_without_calls_and_keys() -> None:
    reason = read(row(status="failed", traceback=TRACEBACK)).reason
    assert reason.startswith("botocore.exceptions.ClientError: An error occurred (AccessDenied)")
    assert reason.endswith("Ask who owns the bucket.")
    assert "0a1b2c" not in reason
    assert "\n" not in reason


@pytest.mark.parametrize("said", ["", "Debugging info is not available for s3 endpoints on domain: . Please contact"])
def test_a_reason_that_label_studio_hides_refers_to_its_log(said: str) -> None:
    assert "in Label Studio's own log" in read(row(status="failed", traceback=said)).reason
    assert read(row(status="completed", traceback=TRACEBACK)).reason == ""


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_sync_is_asked_for_at_the_address_that_the_server_knows(slash: str) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) == ("POST", f"/api/storages/s3/1/sync{slash}"):
            return httpx.Response(200, json=row(status="failed", traceback="no"))
        return WEB_PAGE

    assert request_sync(connected(handle), read(row())).status == "failed"


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (httpx.Response(500, json={"detail": "Debugging info is not available for"}), SyncFailed, "the keys are right"),
        (httpx.Response(500, json={"detail": "no such bucket"}), SyncFailed, "no such bucket"),
        (httpx.Response(500, html="<h1>"), AmbiguousUpload, "check"),
        (httpx.Response(504, html="<h1>"), AmbiguousUpload, "check"),
        (WEB_PAGE, StorageNotFound, "no longer"),
        (httpx.Response(400, json={"message": "Storage 1 is not synchronizable"}), RequestRefused, "synchronizable"),
    ],
)
def test_a_sync_that_does_not_begin_has_a_reason(answer: httpx.Response, error: type[PrelabelError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        request_sync(connected(answer), read(row()))
    assert type(caught.value) is error


def test_a_storage_that_was_deleted_is_said_to_be_gone() -> None:
    for call in (refresh_storage, mark_sync_failed):
        with pytest.raises(StorageNotFound):
            call(connected(WEB_PAGE), read(row()))


@pytest.mark.parametrize(("kind", "more"), [("s3", {}), ("localfiles", {"path": "/files/pages"})])
def test_a_dead_sync_is_released_by_its_status_alone(kind: str, more: dict[str, str]) -> None:
    bodies = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append((request.method, json.loads(request.content)))
        return httpx.Response(200, json=row(kind))

    mark_sync_failed(connected(handle), read(row(kind, path="/files/pages", bucket="b")))
    assert bodies == [("PATCH", {"status": "failed", **more})]


S3: dict[str, Any] = {"title": "pages", "bucket": "b", "prefix": "preprocessed", "recursive_scan": False}


@pytest.mark.parametrize(
    ("there", "made"),
    [
        ([], "created"),
        ([row(**S3)], "unchanged"),
        ([row(**S3 | {"recursive_scan": None})], "unchanged"),
        ([row(**S3 | {"bucket": "other"})], "updated"),
        ([row(**S3 | {"title": "by hand", "prefix": "preprocessed/"})], "updated"),
        ([row(**S3 | {"title": "by hand", "prefix": "scans"}), row("localfiles", 2)], "created"),
    ],
)
def test_a_storage_is_made_once(there: list[dict[str, Any]], made: str) -> None:
    """Given a storage of the title or the place, then it is updated: two would make two pages of each object."""
    sent: list[tuple[str, str]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[each for each in there if f"/{each['type']}/" in request.url.path])
        sent.append((request.method, request.url.path))
        assert json.loads(request.content) == {"project": 6, **S3, "aws_secret_access_key": "s"}
        return httpx.Response(201, json=row(id_=9, **S3))

    assert connect_storage(connected(handle), 6, "s3", S3, {"aws_secret_access_key": "s"})[1] == made
    assert sent == [("POST", "/api/storages/s3/")] if made == "created" else [("PATCH", "/api/storages/s3/1")]


class Storing:
    """A Label Studio that stores new storages; the answer to the first POST is lost, and stored after some looks."""

    def __init__(self, there: list[dict[str, Any]], *, looks: int | None) -> None:
        self.rows, self._late, self._looks = there, list[dict[str, Any]](), looks

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            if self._late and self._looks is not None:
                self._looks -= 1
                if self._looks < 0:
                    self.rows.append(self._late.pop())
            return httpx.Response(200, json=self.rows)
        number = int(request.url.path.rpartition("/")[2] or 0)
        if request.method == "POST":
            self._late.append(row(id_=9, **S3))
            raise httpx.ReadTimeout("")
        if request.method == "DELETE":
            self.rows[:] = [each for each in self.rows if each["id"] != number]
            return httpx.Response(204)
        return httpx.Response(200, json=next(each for each in self.rows if each["id"] == number))


def connect(server: Storing, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr("prelabel.project.connection._LOOK_EVERY_S", 0.01)
    client = LabelStudio("http://ls.test", "token", transport=httpx.MockTransport(server), timeout_s=0.2)
    storage, outcome = WantedStorage("s3", S3, {}).connect(client, 6)
    return storage.id, outcome


@pytest.mark.parametrize("looks", [0, 3])
def test_a_storage_whose_answer_was_lost_is_looked_for(looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Storing([], looks=looks)
    assert connect(server, monkeypatch) == (9, "created")
    assert connect(server, monkeypatch) == (9, "unchanged")


def test_a_storage_that_is_stored_late_is_none_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an answer that was lost for good, when the command is repeated, then one storage is left."""
    server = Storing([], looks=None)
    with pytest.raises(AmbiguousUpload, match="run the same command again: there will be one storage"):
        connect(server, monkeypatch)
    server.rows += [row(id_=8, **S3), row(id_=9, **S3)]  # both came late
    assert connect(server, monkeypatch) == (8, "unchanged")
    assert [each["id"] for each in server.rows] == [8]


def test_copies_that_brought_pages_and_other_places_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    synced = {"meta": {"time_queued": "2026-03-01T12:00:00+00:00"}}
    others = [row(id_=3, **S3 | {"prefix": "scans"}), row(id_=4, **S3 | {"title": "by hand"})]
    server = Storing([row(id_=1, **S3), row(id_=2, **S3 | synced), row(id_=5, **S3 | synced), *others], looks=None)
    assert connect(server, monkeypatch) == (2, "unchanged")
    assert [each["id"] for each in server.rows] == [2, 5, 3, 4]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(403, json={"detail": "The provided URL was not allowed."}), "SSRF_PROTECTION_ENABLED=false"),
        (httpx.Response(500, json={"detail": "Debugging info is not available"}), "its prefix exist"),
        (
            httpx.Response(
                400, json={"detail": "Validation error", "validation_errors": {"x": ["Cannot find bucket"]}}
            ),
            "Cannot find bucket",
        ),
        (WEB_PAGE, "no storages of the kind"),
    ],
)
def test_a_refused_storage_names_the_cure(answer: httpx.Response, says: str) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[]) if request.method == "GET" else answer

    with pytest.raises(RequestRefused, match=says) as caught:
        connect_storage(connected(handle), 6, "s3", S3, {"aws_secret_access_key": "hush"})
    assert "hush" not in str(caught.value)
