"""Files of certificate authorities, as people have them."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from prelabel.errors import SettingError
from prelabel.network.authorities import add_authorities, general_trust
from prelabel.network.reach import Reach
from prelabel.settings import Settings
from tests.support.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a company's authority."""
    return Authority(tmp_path_factory.mktemp("authority"))


def empty() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def count(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509"]


def test_a_pem_file_with_words_around_it_a_binary_file_and_a_folder(authority: Authority, tmp_path: Path) -> None:
    pem = authority.ca.read_bytes()
    (tmp_path / "a.pem").write_bytes("회사 CA\n".encode() + pem)
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    (tmp_path / "b.cer").write_bytes(der)
    (tmp_path / "README").write_text("not a certificate")
    for place in (tmp_path / "a.pem", tmp_path / "b.cer", tmp_path):
        context = empty()
        add_authorities(context, str(place), "LABEL_STUDIO_CA")
        assert count(context) == 1


def test_a_company_s_authority_comes_besides_the_usual_ones(authority: Authority) -> None:
    context = general_trust()
    usual = count(context)
    add_authorities(context, str(authority.ca), "LABEL_STUDIO_CA")
    assert count(context) == usual + 1 > 100


def test_ssl_cert_file_replaces_the_usual_ones(authority: Authority) -> None:
    assert count(general_trust(str(authority.ca))) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"", "no certificate"), (b"garbage", "no certificate"), ("key", "no certificate")],
)
@pytest.mark.parametrize("name", ["LABEL_STUDIO_CA", "SSL_CERT_FILE"])
def test_a_file_without_certificates_is_one_line(
    authority: Authority, tmp_path: Path, name: str, content: bytes | str | None, said: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(authority.issue("key.test")[1].read_bytes() if isinstance(content, str) else content)
    values: dict[str, Any] = {"ssl_cert_file": "", name.lower(): str(path)}
    with pytest.raises(SettingError, match=rf"^{name}={path} .*{said}.* PEM file") as caught:
        Reach.from_settings(Settings(_env_file=None, **values))
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"SSL_CERT_DIR=.*is not a folder"):
        Reach.from_settings(Settings(_env_file=None, ssl_cert_file="", ssl_cert_dir=str(tmp_path / "gone")))


def test_requests_names_count_where_ssl_cert_file_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/a.pem")
    assert Settings(_env_file=None).ssl_cert_file == "/a.pem"
    monkeypatch.setenv("SSL_CERT_FILE", "/b.pem")
    assert Settings(_env_file=None).ssl_cert_file == "/b.pem"


def test_images_through_a_proxy_need_named_hosts() -> None:
    with pytest.raises(SettingError, match="PRELABEL_IMAGE_PROXY needs PRELABEL_IMAGE_HOSTS"):
        Reach.from_settings(Settings(_env_file=None, image_proxy=True))
