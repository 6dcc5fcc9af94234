"""Tokens: distinguished by form, renewed in time, once on a 401, one renewal at a time; never in a message."""

from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from prelabel.errors import AmbiguousUpload, AuthError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.auth import LEEWAY_S, LegacyToken, PersonalAccessToken
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.token_status import token_status

URL = "http://ls.test/sub"


def jwt(**claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"head.{middle}.signature"


PAT = jwt(token_type="refresh", exp=time.time() + 10**6, jti="secret-pat")


class Server:
    """A server that exchanges the token for numbered access tokens and knows the valid ones."""

    def __init__(self, *, refresh_status: int = 200, refresh_body: object = None, pause_s: float = 0.0) -> None:
        self.refreshes = 0
        self.calls: list[str] = []
        self.good: set[str] = set()
        self.accepts = True
        self._refresh_status, self._refresh_body, self._pause_s = refresh_status, refresh_body, pause_s
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sub/api/token/refresh/":
            return self._refresh(request)
        token = request.headers["Authorization"]
        with self._lock:
            self.calls.append(token)
            good = self.accepts and token.removeprefix("Bearer ") in self.good
        return httpx.Response(200, json={"results": []}) if good else httpx.Response(401, json={"detail": "no"})

    def _refresh(self, request: httpx.Request) -> httpx.Response:
        assert "Authorization" not in request.headers
        assert json.loads(request.content) == {"refresh": PAT}
        time.sleep(self._pause_s)
        with self._lock:
            self.refreshes += 1
            if self._refresh_status != 200:
                return httpx.Response(self._refresh_status, json=self._refresh_body)
            now = time.time()
            access = jwt(iat=now - 10**6, exp=now - 10**6 + 300, n=self.refreshes)  # a wrong clock
            self.good.add(access)
        return httpx.Response(200, json={"access": access})


def connect(server: Server, token: str = PAT) -> LabelStudio:
    return LabelStudio(URL, token, transport=httpx.MockTransport(server))


def test_a_token_of_three_parts_is_a_personal_access_token() -> None:
    with connect(Server()) as pat, connect(Server(), "0123456789abcdef0123456789abcdef01234567") as legacy:
        assert isinstance(pat.auth, PersonalAccessToken)
        assert isinstance(legacy.auth, LegacyToken)


def test_one_access_token_serves_many_calls() -> None:
    server = Server()
    with connect(server) as client:
        for _ in range(3):
            client.get("/api/projects/")
    assert server.refreshes == 1


def test_a_token_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    server = Server()
    with connect(server) as client:
        assert isinstance(client.auth, PersonalAccessToken)
        monkeypatch.setattr(client.auth, "_clock", lambda: now[0])
        client.get("/api/projects/")
        now[0] = 300 - LEEWAY_S - 1
        client.get("/api/projects/")
        assert server.refreshes == 1
        now[0] = 300 - LEEWAY_S + 1
        client.get("/api/projects/")
    assert server.refreshes == 2


def test_a_401_is_answered_with_one_renewal_and_one_more_try() -> None:
    server = Server()
    with connect(server) as client:
        client.get("/api/projects/")
        server.good.clear()
        client.get("/api/projects/")
    assert (server.refreshes, len(server.calls)) == (2, 3)


def test_a_401_that_stays_is_an_error_that_names_causes_and_no_secret() -> None:
    server = Server()
    with connect(server) as client:
        server.accepts = False
        with pytest.raises(AuthError, match="revoked") as caught:
            client.get("/api/projects/")
    assert len(server.calls) == 2
    assert PAT not in str(caught.value)


def test_many_threads_share_one_renewal() -> None:
    server = Server(pause_s=0.05)
    with connect(server) as client, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: client.get("/api/projects/"), range(64)))
        server.good.clear()
        list(pool.map(lambda _: client.get("/api/projects/"), range(64)))
    assert server.refreshes == 2


@pytest.mark.parametrize("ambiguous", [False, True])
def test_a_renewal_that_fails_for_now_is_worth_a_retry_and_left_nothing_behind(ambiguous: bool) -> None:
    server = Server(refresh_status=503, refresh_body={"detail": "restarting"})
    with connect(server) as client, pytest.raises(ServiceUnavailable) as caught:
        client.post("/api/projects/1/import/predictions", json=[], ambiguous=ambiguous)
    assert not isinstance(caught.value, AmbiguousUpload)
    assert server.calls == []


def test_a_refused_personal_token_says_so() -> None:
    server = Server(refresh_status=401, refresh_body={"detail": "Token is invalid or expired"})
    with connect(server) as client:
        assert token_status(client).works is False
        with pytest.raises(AuthError, match="Personal Access Token"):
            client.get("/api/projects/")


def test_an_expired_personal_token_is_named_as_expired() -> None:
    token = jwt(token_type="refresh", exp=time.time() - 5)
    transport = httpx.MockTransport(lambda _: httpx.Response(401, json={"detail": "Token is invalid or expired"}))
    with LabelStudio(URL, token, transport=transport) as client, pytest.raises(AuthError, match="has expired"):
        client.get("/api/projects/")


def test_a_refresh_address_without_a_label_studio_is_a_wrong_url() -> None:
    page = httpx.Response(404, html="<html>" + "x" * 170_000)
    client = LabelStudio(URL, PAT, transport=httpx.MockTransport(lambda _: page))
    with client, pytest.raises(SettingError, match="LABEL_STUDIO_URL") as caught:
        client.get("/api/projects/")
    assert len(str(caught.value)) < 300


def test_disabled_legacy_tokens_are_distinguished_from_wrong_ones() -> None:
    said = {
        "detail": "Authentication token no longer valid: legacy token authentication has been disabled for this org"
    }

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Token legacy-secret"
        return httpx.Response(401, json=said)

    with LabelStudio(URL, "legacy-secret", transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(AuthError, match="does not accept legacy tokens") as caught:
            client.get("/api/projects/")
        said["detail"] = "Invalid token."
        with pytest.raises(AuthError, match="mistyped"):
            client.get("/api/projects/")
    assert "legacy-secret" not in str(caught.value)


def test_status_shows_the_life_that_is_left() -> None:
    with connect(Server()) as client:
        status = token_status(client)
    assert status.works
    assert status.kind == "personal access token"
    assert status.access_seconds_left == pytest.approx(300, abs=5)
    assert status.token_seconds_left == pytest.approx(10**6, abs=3600)
