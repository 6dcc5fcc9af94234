"""Failed calls as PrelabelErrors: one short line, no secret, a retry only where it can help."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from prelabel.errors import (
    AmbiguousUpload,
    AuthError,
    PrelabelError,
    ProjectNotFound,
    RequestRefused,
    ServiceUnavailable,
    SettingError,
)
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.settings import Settings
from tests.support.sites import Answer, site

SECRET = "secret-token"
IMPORT = "/api/projects/7/import/predictions"


def connect(answer: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> LabelStudio:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    return LabelStudio("http://ls.test", SECRET, transport=httpx.MockTransport(handle))


def failure(
    answer: httpx.Response | Exception, path: str = "/api/projects/7/", *, ambiguous: bool = False
) -> PrelabelError:
    with connect(answer) as client, pytest.raises(PrelabelError) as caught:
        client.post(path, ambiguous=ambiguous)
    message = str(caught.value)
    assert "\n" not in message
    assert SECRET not in message
    assert len(message) < 400
    return caught.value


JSON_404 = {"id": "c0ffee00-0000-4000-8000-000000000000", "status_code": 404, "detail": "No Project matches"}
WEB_PAGE = "<!doctype html>" + "x" * 170_000


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401, json={"detail": "no"}), AuthError),
        (httpx.Response(403, json={"detail": "no"}), AuthError),
        (httpx.Response(404, json=JSON_404), ProjectNotFound),
        (httpx.Response(404, html=WEB_PAGE), SettingError),
        (httpx.Response(200, html=WEB_PAGE), SettingError),
        (httpx.Response(301, headers={"Location": "https://ls.test/api/projects/7/"}), SettingError),
        (httpx.Response(429), ServiceUnavailable),
        (httpx.Response(500, html=WEB_PAGE), ServiceUnavailable),
        (httpx.Response(503), ServiceUnavailable),
        (httpx.Response(400, json={"detail": "y" * 10_000}), RequestRefused),
        (httpx.ConnectError("connection refused"), ServiceUnavailable),
        (httpx.ReadTimeout(""), ServiceUnavailable),
        (httpx.RemoteProtocolError("cut"), ServiceUnavailable),
    ],
)
def test_answers_become_errors(answer: httpx.Response | Exception, kind: type[PrelabelError]) -> None:
    assert type(failure(answer)) is kind


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout(""), httpx.ReadError("cut"), httpx.WriteError("cut"), httpx.Response(502)]
)
def test_an_upload_whose_answer_is_lost_is_ambiguous(answer: httpx.Response | Exception) -> None:
    assert type(failure(answer, IMPORT, ambiguous=True)) is AmbiguousUpload


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), httpx.ConnectTimeout(""), httpx.Response(429)])
def test_an_upload_that_was_never_taken_is_not(answer: httpx.Response | Exception) -> None:
    assert type(failure(answer, IMPORT, ambiguous=True)) is ServiceUnavailable


def test_a_list_call_distinguishes_an_unknown_project_from_a_wrong_address() -> None:
    with connect(httpx.Response(404, json=JSON_404)) as client, pytest.raises(ProjectNotFound, match="project 99"):
        client.get("/api/tasks/", params={"project": 99})


def test_retry_after_is_kept() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for value, seconds in (("7", 7.0), (later, 90.0), ("soon", None), ("", None)):
        error = failure(httpx.Response(429, headers={"Retry-After": value}))
        assert isinstance(error, ServiceUnavailable)
        assert error.retry_after_s == (None if seconds is None else pytest.approx(seconds, abs=3))


def test_nothing_is_tried_twice() -> None:
    calls: list[httpx.URL] = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request.url)
        return httpx.Response(503)

    with connect(handle) as client, pytest.raises(ServiceUnavailable):
        client.get("/api/projects/")
    assert len(calls) == 1


def test_a_sub_path_is_kept() -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, json={})

    with LabelStudio("http://ls.test/studio/", SECRET, transport=httpx.MockTransport(handle)) as client:
        client.get("/api/projects/")
    assert seen == ["/studio/api/projects/"]


def test_calls_keep_their_distance() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    with LabelStudio("http://ls.test", SECRET, request_delay_s=0.05, transport=transport) as client:
        began = time.monotonic()
        for _ in range(4):
            client.get("/api/projects/")
    assert time.monotonic() - began >= 0.15


def test_an_answer_that_drips_in_for_ever_ends() -> None:
    with site() as server:
        server.answers["/api/projects/7/"] = Answer(
            body=b" " * 10_000, headers={"Content-Type": "application/json"}, drip_s=0.02
        )
        with LabelStudio(server.url, SECRET, timeout_s=0.1) as client, pytest.raises(ServiceUnavailable):
            client.get("/api/projects/7/")


def test_cookies_are_not_kept() -> None:
    seen: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, json={}, headers={"Set-Cookie": "sessionid=abc; Path=/"})

    with connect(handle) as client:
        client.get("/api/projects/")
        client.get("/api/projects/")
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("url", "key", "name"),
    [
        ("", SECRET, "LABEL_STUDIO_URL"),
        ("http://ls.test", "", "LABEL_STUDIO_API_KEY"),
        ("http://ls.test", "two words", "LABEL_STUDIO_API_KEY"),
        ("http://", SECRET, "LABEL_STUDIO_URL"),
        ("ftp://ls.test", SECRET, "LABEL_STUDIO_URL"),
        ("http://me:pw@ls.test", SECRET, "LABEL_STUDIO_URL"),
    ],
)
def test_settings_that_cannot_be_used_are_named(url: str, key: str, name: str) -> None:
    with pytest.raises(SettingError, match=name):
        LabelStudio(url, key)


def test_settings_give_a_client_that_shows_no_secret() -> None:
    settings = Settings(
        _env_file=None,
        label_studio_url="http://ls.test/x/",
        label_studio_api_key=SECRET,
        label_studio_aliases="http://labelstudio:8080",
    )
    with LabelStudio.from_settings(settings) as client:
        assert client.url == "http://ls.test/x"
        assert client.aliases == ("http://labelstudio:8080",)
        assert SECRET not in repr(client)
