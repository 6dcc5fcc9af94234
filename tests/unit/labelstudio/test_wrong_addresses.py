"""LABEL_STUDIO_URL in wrong forms, and other servers at its address: one line each, with the cure."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, TCPServer

import pytest

from prelabel.errors import AuthError, PrelabelError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.client import LabelStudio
from tests.support.sites import Answer, Site, site

TOKEN = "legacy-secret"
HTML = {"Content-Type": "text/html; charset=utf-8"}
PATH = "/api/projects/"


@pytest.fixture
def server() -> Iterator[Site]:
    """Run a web server at LABEL_STUDIO_URL."""
    with site() as running:
        yield running


def failure(url: str, timeout_s: float = 5.0) -> PrelabelError:
    with LabelStudio(url, TOKEN, timeout_s=timeout_s) as client, pytest.raises(PrelabelError) as caught:
        client.get(PATH)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://ls.test/projects/6/data", "http://ls.test"),
        ("http://ls.test/projects/6/data?task=3", "http://ls.test"),
        ("https://ls.test/studio/projects/", "https://ls.test/studio"),
        ("http://ls.test:8080/api", "http://ls.test:8080"),
        ("http://ls.test/user/login/?next=/projects/", "http://ls.test"),
    ],
)
def test_the_address_of_a_page_is_recognised(url: str, server: str) -> None:
    with pytest.raises(SettingError) as caught:
        LabelStudio(url, TOKEN)
    assert str(caught.value) == (
        f"LABEL_STUDIO_URL is the address of a page in Label Studio: set it to the server's, {server}"
    )


def test_nothing_listens() -> None:
    error = failure("http://127.0.0.1:1")
    assert isinstance(error, ServiceUnavailable)
    assert str(error) == (
        "Label Studio at http://127.0.0.1:1 does not answer (nothing listens there): is it running, and are host and "
        "port right?"
    )


def test_the_name_is_not_known() -> None:
    assert str(failure("http://label-studio.invalid:8080")) == (
        "Label Studio at http://label-studio.invalid:8080 does not answer (the name is not known): correct the host in "
        "LABEL_STUDIO_URL, or this machine's DNS"
    )


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(200, b"<html>Welcome", HTML), SettingError, "does not answer as Label Studio's API does (200)"),
        (Answer(404, b"<html>Not found", HTML), SettingError, "with the sub-path if it has one"),
        (Answer(404, b"", {}), SettingError, "does not answer as Label Studio's API does (404)"),
        (Answer(404, b'{"detail": "Not Found"}', {"Content-Type": "application/json"}), SettingError, "(404)"),
        (
            Answer(301, b"", {"Location": f"https://ls.test{PATH}"}),
            SettingError,
            "redirects to https://ls.test: set LABEL_STUDIO_URL to https://ls.test",
        ),
        (
            Answer(302, b"", {"Location": f"/studio{PATH}"}),
            SettingError,
            "/studio",
        ),
        (
            Answer(302, b"", {"Location": "https://sso.test/oauth2/authorize?x=1"}),
            SettingError,
            "to a login page: let calls with a token pass there",
        ),
        (Answer(302, b"", {"Location": "/user/login/?next=x"}), SettingError, "to a login page"),
        (
            Answer(401, b"", {"WWW-Authenticate": 'Basic realm="company"'}),
            SettingError,
            "a server in front of Label Studio at",
        ),
        (Answer(401, b"<html>Sign in", HTML), SettingError, "asks for a sign-in (401)"),
        (Answer(401, b"{}", {"Content-Type": "application/json"}), AuthError, "LABEL_STUDIO_API_KEY"),
        (Answer(403, b"<html>Forbidden", HTML), SettingError, "refuses the call (403)"),
        (Answer(403, b"{}", {"Content-Type": "application/json"}), AuthError, "to the owner of this token"),
        (Answer(407, b"<html>", HTML), SettingError, "wants a user and password"),
        (Answer(429, b"", {}), ServiceUnavailable, "raise PRELABEL_REQUEST_DELAY"),
        (Answer(500, b"<html>", HTML), ServiceUnavailable, "its log says why"),
        (
            Answer(502, b"<html>", HTML),
            ServiceUnavailable,
            "(502, which a server in front of it may say): is it running",
        ),
        (Answer(503, b"", {}), ServiceUnavailable, "(503, which a server in front of it may say)"),
        (
            Answer(400, b"<html>The plain HTTP request was sent to HTTPS port", HTML),
            SettingError,
            "speaks TLS: write https:// in LABEL_STUDIO_URL",
        ),
        (Answer(400, b"Client sent an HTTP request to an HTTPS server.\n", {}), SettingError, "speaks TLS"),
    ],
)
def test_other_servers_at_the_address(server: Site, answer: Answer, kind: type[PrelabelError], said: str) -> None:
    server.answers[PATH] = answer
    error = failure(server.url)
    assert said in str(error)
    assert type(error) is kind
    assert "x=1" not in str(error)


def test_a_redirect_names_the_address_with_its_sub_path(server: Site) -> None:
    server.answers[f"/studio{PATH}"] = Answer(308, b"", {"Location": f"https://ls.test/studio{PATH}"})
    assert str(failure(f"{server.url}/studio")).endswith("set LABEL_STUDIO_URL to https://ls.test/studio")


class _Fixed(BaseRequestHandler):
    """The handler that reads something and answers with fixed bytes."""

    data = b""

    def handle(self) -> None:
        self.request.recv(2**16)
        self.request.sendall(self.data)


@contextmanager
def answering(data: bytes) -> Iterator[str]:
    """Run a server that answers every connection with these bytes and closes it."""
    with TCPServer(("127.0.0.1", 0), type("Handler", (_Fixed,), {"data": data})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not answer (it cut the connection): is it running"),
        (b"220 mail.test ESMTP\r\n\r\n", "does not answer (its answer is not HTTP)"),
        (b"-ERR unknown command\r\n", "does not answer (it"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "If the server speaks TLS, write https://"),
    ],
)
def test_answers_that_are_not_http(data: bytes, said: str) -> None:
    with answering(data) as url:
        assert said in str(failure(url))


def test_a_silent_server_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2)
    assert "does not answer (no answer within 0.2 s)" in str(error)
    assert "HTTP_TIMEOUT" in str(error)


def test_an_error_in_the_middle_of_a_token_renewal_is_told_the_same(server: Site) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2ln"
    server.answers["/api/token/refresh/"] = Answer(401, b"<html>", {**HTML, "WWW-Authenticate": "Negotiate"})
    with LabelStudio(server.url, token) as client, pytest.raises(SettingError, match="asks for a sign-in"):
        client.get(PATH)
