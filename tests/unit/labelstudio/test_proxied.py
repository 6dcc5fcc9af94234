"""Label Studio and images behind proxies: real HTTP and SOCKS 5 proxies, and messages that say it is the proxy."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prelabel.errors import ImageForbidden, PrelabelError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.server import server_release
from prelabel.labelstudio.images import fetch_image
from prelabel.page import PageRef
from prelabel.settings import Settings
from tests.support.certificates import Authority
from tests.support.relays import HttpProxy, Relay, SocksProxy, running
from tests.support.sites import PNG, Answer, Site, site

TOKEN = "legacy-secret"
LOGIN = "me:hunter2"
JSON = {"Content-Type": "application/json"}
PROXIES = pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    """Return the authority of the servers behind the proxy."""
    return Authority(tmp_path)


@pytest.fixture
def studio(company: Authority) -> Iterator[Site]:
    """Run a Label Studio that is known as studio.internal, by the proxy only."""
    with site(company.server("studio.internal")) as server:
        server.answers["/api/projects/"] = Answer(200, b"{}", JSON)
        server.answers["/api/version"] = Answer(200, b'{"release": "1.23.2"}', JSON)
        server.answers["/data/upload/1/a.png"] = Answer()
        yield server


def connect(url: str, proxy: str, **values: Any) -> LabelStudio:
    none = {"http_proxy": "", "https_proxy": "", "no_proxy": (), "all_proxy": proxy}
    settings = Settings(
        _env_file=None, label_studio_url=url, label_studio_api_key=TOKEN, **{"http_timeout": 5, **none, **values}
    )
    return LabelStudio.from_settings(settings)


def failure(url: str, proxy: str, **values: Any) -> PrelabelError:
    with connect(url, proxy, **values) as client, pytest.raises(PrelabelError) as caught:
        client.get("/api/projects/")
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    return caught.value


@PROXIES
@pytest.mark.parametrize("login", ["", LOGIN])
def test_calls_and_images_go_through_the_proxy(
    company: Authority, studio: Site, kind: type[Relay], login: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with running(kind({"studio.internal": studio.port}, login)) as proxy:
        with connect("https://studio.internal", proxy.url, label_studio_ca=str(company.ca)) as client:
            assert client.get("/api/projects/").json() == {}
            assert server_release(client) == "1.23.2"
            assert fetch_image(client, PageRef(1, 1, "/data/upload/1/a.png")) == PNG
        assert set(proxy.asked) == {"studio.internal:443"}
    assert "hunter2" not in caplog.text


@PROXIES
def test_plain_http_goes_through_the_proxy_too(kind: type[Relay]) -> None:
    with site() as server, running(kind({"studio.internal": server.port}, LOGIN)) as proxy:
        server.answers["/api/projects/"] = Answer(200, b"{}", JSON)
        with connect("http://studio.internal:8080", proxy.url) as client:
            assert client.get("/api/projects/").json() == {}
        assert proxy.asked == ["studio.internal:8080"]


def test_no_proxy_is_reached_directly() -> None:
    with site() as server, running(HttpProxy({})) as proxy:
        server.answers["/api/projects/"] = Answer(200, b"{}", JSON)
        with connect(server.url, proxy.url, no_proxy="127.0.0.0/8") as client:
            assert client.get("/api/projects/").json() == {}
        assert proxy.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
def test_a_proxy_that_is_away_is_named(kind: str, scheme: str) -> None:
    error = failure(f"{scheme}://studio.internal", f"{kind}://{LOGIN}@127.0.0.1:1")
    assert isinstance(error, ServiceUnavailable)
    assert str(error) == (
        f"the proxy {kind}://127.0.0.1:1 (ALL_PROXY) does not answer (nothing listens there): is it running, and is "
        "the address right? NO_PROXY names hosts that need no proxy"
    )


def test_a_proxy_whose_name_is_unknown_is_named() -> None:
    error = failure("https://studio.internal", "http://proxy.invalid:3128")
    assert "the proxy http://proxy.invalid:3128 (ALL_PROXY) does not answer (the name is not known)" in str(error)


@PROXIES
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("given", "said"), [("", "wants a user and password"), ("me:no@", "refuses its user and pass")]
)
def test_a_proxy_that_wants_a_password(kind: type[Relay], scheme: str, given: str, said: str) -> None:
    with running(kind({}, LOGIN)) as proxy:
        error = failure(f"{scheme}://studio.internal", f"{kind.kind}://{given}127.0.0.1:{proxy.port}")
    assert isinstance(error, SettingError)
    assert f"the proxy {kind.kind}://127.0.0.1:{proxy.port} (ALL_PROXY) {said}" in str(error)
    assert "ALL_PROXY=http://USER:PASSWORD@HOST:PORT" in str(error).replace("socks5h", "http")


@PROXIES
def test_a_proxy_that_cannot_reach_label_studio(kind: type[Relay]) -> None:
    with running(kind({})) as proxy:
        error = failure("https://studio.internal", proxy.url)
    assert isinstance(error, ServiceUnavailable)
    assert f"the proxy {kind.kind}://127.0.0.1:{proxy.port} (ALL_PROXY) cannot reach Label Studio at" in str(error)


def test_a_plain_call_that_the_proxy_cannot_pass_on() -> None:
    with running(HttpProxy({})) as proxy:
        error = failure("http://studio.internal", proxy.url)
    assert isinstance(error, ServiceUnavailable)
    assert f"the proxy {proxy.url} (ALL_PROXY)" in str(error)


def test_a_proxy_that_forbids_the_host() -> None:
    with running(HttpProxy({}, answers=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as proxy:
        error = failure("https://studio.internal", proxy.url)
    assert isinstance(error, SettingError)
    assert "refuses to connect to https://studio.internal (403): allow it there" in str(error)


def test_a_server_that_is_no_socks_proxy() -> None:
    with running(HttpProxy({}, answers=b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) as other:
        error = failure("https://studio.internal", f"socks5://127.0.0.1:{other.port}")
    assert isinstance(error, SettingError)
    assert "does not speak SOCKS 5" in str(error)


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_silent_proxy_is_given_up(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        error = failure("https://studio.internal", f"{kind}://127.0.0.1:{silent.getsockname()[1]}", http_timeout=0.5)
    assert time.monotonic() - began < 5
    assert "through the proxy" in str(error)
    assert "no answer within 0.5 s" in str(error)


def test_an_https_proxy_that_speaks_no_tls() -> None:
    with running(HttpProxy({})) as proxy:
        error = failure("https://studio.internal", proxy.url.replace("http:", "https:"))
    assert isinstance(error, SettingError)
    assert f"the proxy https://127.0.0.1:{proxy.port} (ALL_PROXY)" in str(error)
    assert "write http:// in ALL_PROXY" in str(error)


def test_socks_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prelabel.labelstudio.http.proxied_transport.find_spec", lambda _: None)
    with pytest.raises(SettingError, match=r"needs another package: pip install 'prelabel\[socks\]'"):
        connect("https://studio.internal", "socks5h://127.0.0.1:1")


def image(client: LabelStudio, address: str) -> bytes:
    return fetch_image(client, PageRef(1, 1, address))


def test_images_of_other_hosts_pass_the_proxy_by() -> None:
    with running(HttpProxy({"images.internal": 1})) as proxy, connect("https://studio.internal", proxy.url) as client:
        with pytest.raises(
            ServiceUnavailable,
            match=r"reached without the proxy \(PRELABEL_IMAGE_PROXY=true "
            r"changes that\)",
        ):
            image(client, "http://images.internal/a.png")
        with pytest.raises(ImageForbidden, match="not a public address"):
            image(client, "http://169.254.169.254/latest")
        assert proxy.asked == []


@PROXIES
def test_image_proxy_takes_named_hosts_through_the_proxy(company: Authority, kind: type[Relay]) -> None:
    with site(company.server("images.internal")) as far:
        far.answers["/a.png"] = Answer()
        with running(kind({"images.internal": far.port, "169.254.169.254": far.port})) as proxy:
            values = {
                "image_proxy": True,
                "image_hosts": "*.internal 169.* localhost",
                "ssl_cert_file": str(company.ca),
            }
            with connect("https://studio.internal", proxy.url, **values) as client:
                assert image(client, "https://images.internal/a.png") == PNG
                with pytest.raises(ImageForbidden, match="IMAGE_HOSTS"):
                    image(client, "https://images.example.org/a.png")
                with pytest.raises(ImageForbidden, match="not a public address"):
                    image(client, "http://169.254.169.254/a.png")
                with pytest.raises(ImageForbidden, match="not a public address"):
                    image(client, f"http://localhost:{far.port}/a.png")
            assert proxy.asked == ["images.internal:443"]
    assert [token for _, token in far.requests] == [None]


def test_an_image_through_the_proxy_has_a_limit_in_all() -> None:
    with site() as far, running(HttpProxy({"images.internal": far.port})) as proxy:
        far.answers["/slow.png"] = Answer(drip_s=0.05, slow_head=True)
        values = {"image_proxy": True, "image_hosts": "*.internal", "http_timeout": 0.5}
        with connect("http://studio.internal", proxy.url, **values) as client:
            began = time.monotonic()
            with pytest.raises(ServiceUnavailable):
                image(client, "http://images.internal/slow.png")
            assert time.monotonic() - began < 3
