"""Label Studio and image hosts over TLS: trusted certificates, and one line with the cure for those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from prelabel.errors import ImageForbidden, PrelabelError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.images import fetch_image
from prelabel.page import PageRef
from prelabel.settings import Settings
from tests.support.certificates import Authority
from tests.support.sites import PNG, Answer, Site, site

TOKEN = "legacy-secret"


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    """Return the authority of a company."""
    return Authority(tmp_path)


@contextmanager
def studio(company: Authority, name: str = "localhost", **certificate: Any) -> Iterator[Site]:
    """Run a Label Studio whose certificate is for this name."""
    with site(company.server(name, "127.0.0.1" if name == "localhost" else "127.0.0.9", **certificate)) as server:
        server.answers["/api/projects/"] = Answer(200, b"{}", {"Content-Type": "application/json"})
        server.answers["/data/upload/1/a.png"] = Answer()
        yield server


def connect(url: str, **values: Any) -> LabelStudio:
    values = {"ssl_cert_file": "", "ssl_cert_dir": "", "image_networks": "127.0.0.0/8", **values}
    settings = Settings(_env_file=None, label_studio_url=url, label_studio_api_key=TOKEN, http_timeout=5, **values)
    return LabelStudio.from_settings(settings)


def failure(url: str, path: str = "/api/projects/", **values: Any) -> PrelabelError:
    with connect(url, **values) as client, pytest.raises(PrelabelError) as caught:
        client.get(path)
    assert "\n" not in str(caught.value)
    return caught.value


def test_calls_and_images_trust_the_company_s_authority(company: Authority) -> None:
    with studio(company) as server, connect(server.url, label_studio_ca=str(company.ca)) as client:
        assert client.get("/api/projects/").json() == {}
        assert fetch_image(client, PageRef(1, 1, "/data/upload/1/a.png")) == PNG
        assert fetch_image(client, PageRef(1, 1, f"{server.url}/data/upload/1/a.png")) == PNG


def test_ssl_cert_file_is_enough(company: Authority) -> None:
    with studio(company) as server, connect(server.url, ssl_cert_file=str(company.ca)) as client:
        assert client.get("/api/projects/").json() == {}


def test_an_unknown_authority_names_the_setting(company: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    with studio(company) as server:
        error = failure(server.url)
        assert str(error) == (
            f"the certificate of Label Studio at {server.url} is from an authority that is not trusted here: "
            "name the PEM file of that authority in LABEL_STUDIO_CA"
        )
        assert isinstance(error, SettingError)
        assert f"LABEL_STUDIO_CA (now {other.ca}" in str(failure(server.url, label_studio_ca=str(other.ca)))


def test_a_self_signed_certificate_is_named_so_and_may_be_trusted_itself(company: Authority, tmp_path: Path) -> None:
    with studio(company, self_signed=True) as server:
        error = failure(server.url)
        assert "is self-signed and not trusted: name a PEM file of it in LABEL_STUDIO_CA" in str(error)
        with connect(server.url, label_studio_ca=str(tmp_path / "localhost.pem")) as client:
            assert client.get("/api/projects/").json() == {}


def test_an_expired_certificate_is_the_server_s_fault(company: Authority) -> None:
    with studio(company, days=-2) as server:
        error = failure(server.url, label_studio_ca=str(company.ca))
        assert isinstance(error, ServiceUnavailable)
        assert str(error) == f"the certificate of Label Studio at {server.url} has expired: renew it on the server"


def test_a_certificate_for_another_name(company: Authority) -> None:
    with studio(company, "studio.example.org") as server:
        error = failure(server.url, label_studio_ca=str(company.ca))
        assert isinstance(error, SettingError)
        assert "is for another name than 127.0.0.1: use a name of the certificate in LABEL_STUDIO_URL" in str(error)


def test_an_image_host_is_called_an_image_host(company: Authority) -> None:
    with studio(company) as far, connect("http://127.0.0.1:1", label_studio_ca=str(company.ca)) as client:
        with pytest.raises(ImageForbidden) as caught:
            fetch_image(client, PageRef(1, 1, f"{far.url}/a.png"))
        assert str(caught.value) == (
            f"the certificate of the image server at {far.url} is from an authority that is not trusted here: name the "
            "PEM file of that authority, together with the usual ones, in SSL_CERT_FILE"
        )


@pytest.mark.parametrize("way", ["https to plain", "plain to https"])
def test_http_and_https_mixed_up(company: Authority, way: str) -> None:
    with site() as plain, studio(company) as secured:
        if way == "https to plain":
            error = failure(plain.url.replace("http:", "https:"))
            assert "does not speak TLS: write http:// in LABEL_STUDIO_URL" in str(error)
            assert isinstance(error, SettingError)
        else:
            error = failure(secured.url.replace("https:", "http:"))
            # Python's server cuts such a connection without a word; others say that they speak TLS.
            assert "does not answer (it cut the connection)" in str(error)
            assert str(error).endswith("If the server speaks TLS, write https://")


def test_the_release_is_asked_for_with_the_same_trust(company: Authority) -> None:
    from prelabel.labelstudio.http.server import server_release

    with studio(company) as server:
        server.answers["/api/version"] = Answer(200, b'{"release": "1.23.2"}', {"Content-Type": "application/json"})
        with connect(server.url, label_studio_ca=str(company.ca)) as client:
            assert server_release(client) == "1.23.2"
        with connect(server.url) as client, pytest.raises(SettingError, match="LABEL_STUDIO_CA"):
            server_release(client)
