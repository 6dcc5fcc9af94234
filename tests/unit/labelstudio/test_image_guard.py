"""Guard of images: no image leads the worker to a private address, in any notation, by any name or redirect."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from prelabel.errors import ImageForbidden, ImageTooLarge, ImageUnreadable, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.image_guard import Network, is_public
from prelabel.labelstudio.images import fetch_image, is_server_address
from prelabel.page import PageRef
from prelabel.settings import Settings, get_settings
from tests.support.certificates import Authority
from tests.support.sites import LOOPBACK, PNG, Answer, Site, site

TOKEN = "legacy-secret"


@pytest.fixture
def own() -> Iterator[Site]:
    """Run the server of Label Studio on this machine, as in many installations."""
    with site() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Site]:
    """Run another host, which has one image."""
    with site() as server:
        server.answers["/a.png"] = Answer()
        yield server


def fetch(
    own: Site,
    image: str,
    *,
    hosts: tuple[str, ...] = (),
    networks: tuple[Network, ...] = (),
    timeout_s: float = 20.0,
    limit: int = 10**6,
) -> bytes:
    options: dict[str, Any] = {"image_hosts": hosts, "image_networks": networks, "max_image_bytes": limit}
    with LabelStudio(own.url, TOKEN, timeout_s=timeout_s, **options) as client:
        return fetch_image(client, PageRef(1, 42, image))


def only(address: str) -> tuple[Network, ...]:
    return (ip_network(address),)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.1"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0", "127.0.0.2"),
    ],
)
def test_this_machine_is_not_asked_however_it_is_written(own: Site, other: Site, host: str) -> None:
    with pytest.raises(ImageForbidden, match="IMAGE_NETWORKS"):
        fetch(own, f"http://{host}:{other.port}/a.png")
    assert other.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.100.100.200"),
        *("168.63.129.16", "192.0.0.192", "198.18.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "100::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


def test_metadata_services_are_refused_before_anything_is_sent(own: Site) -> None:
    for host in ("169.254.169.254", "[fd00:ec2::254]", "0xA9FEA9FE", "2852039166"):
        began = time.monotonic()
        with pytest.raises(ImageForbidden, match="not a public address"):
            fetch(own, f"http://{host}/latest/meta-data/")
        assert time.monotonic() - began < 5


def test_a_setting_opens_a_network_and_no_more(own: Site, other: Site) -> None:
    assert fetch(own, f"{other.url}/a.png", networks=only("127.0.0.1/32")) == PNG
    with pytest.raises(ImageForbidden):
        fetch(own, f"{other.url}/a.png", networks=only("127.0.0.2/32"))
    assert fetch(own, f"http://[::ffff:127.0.0.1]:{other.port}/a.png", networks=only("127.0.0.0/8")) == PNG


def test_label_studio_itself_may_have_any_address_and_alias(own: Site, other: Site) -> None:
    own.answers["/a.png"] = Answer()
    other.redirect("/home.png", f"{own.url}/a.png")
    assert fetch(own, f"{own.url}/a.png") == PNG
    with LabelStudio(own.url, TOKEN, aliases=(other.url,)) as client:
        own.redirect("/b.png", f"{other.url}/a.png")
        assert fetch_image(client, PageRef(1, 1, "/b.png")) == PNG
    assert other.requests == [("/a.png", None)]


def test_every_hop_is_looked_at(own: Site, other: Site) -> None:
    far = Site(host="127.0.0.2")
    try:
        far.redirect("/1.png", f"{other.url}/a.png")
        own.redirect("/1.png", f"{other.url}/a.png")
        for image in (f"{far.url}/1.png", "/1.png"):
            with pytest.raises(ImageForbidden):
                fetch(own, image, networks=only("127.0.0.2/32"))
        assert len(far.requests) == 1
    finally:
        far.close()
    assert other.requests == []


def test_only_named_hosts_where_some_are_named(own: Site, other: Site) -> None:
    image = f"http://localhost:{other.port}/a.png"
    assert fetch(own, image, hosts=("*.example.org", "LOCAL*"), networks=LOOPBACK) == PNG
    for host in ("localhost.evil.test", "evil.test", "127.0.0.1"):
        with pytest.raises(ImageForbidden, match=f"images from {host}.*PRELABEL_IMAGE_HOSTS"):
            fetch(own, f"http://{host}:{other.port}/a.png", hosts=("localhost",), networks=LOOPBACK)
    own.answers["/a.png"] = Answer()
    assert fetch(own, "/a.png", hosts=("localhost",)) == PNG


class Names:
    """A resolver whose answers change from call to call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> None:
        self.asked: list[str] = []
        self._answers, self._real = list(answers), socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: str, port: int, *args: Any, **kw: Any) -> list[Any]:
        if not host.endswith(".test"):
            return self._real(host, port, *args, **kw)
        self.asked.append(host)
        addresses = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return [row for address in addresses for row in self._real(address, port, *args, **kw)]


def test_a_name_with_changing_addresses_gains_nothing(own: Site, other: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Site(host="127.0.0.2")
    try:
        far.answers["/a.png"] = Answer()
        names = Names(monkeypatch, ("127.0.0.2",), ("127.0.0.1",))
        assert fetch(own, f"http://rebind.test:{far.port}/a.png", networks=only("127.0.0.2/32")) == PNG
        assert names.asked == ["rebind.test"]
        assert far.hosts == [f"rebind.test:{far.port}"]
    finally:
        far.close()


def test_of_several_addresses_only_open_ones_are_tried(own: Site, other: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, ("127.0.0.2", "10.0.0.1", "127.0.0.1"))
    assert fetch(own, f"http://mixed.test:{other.port}/a.png", networks=only("127.0.0.1/32")) == PNG


def test_a_certificate_is_that_of_the_name_and_not_of_the_address(
    own: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    Names(monkeypatch, ("127.0.0.1",))
    with site(authority.server("images.test")) as far:
        far.answers["/a.png"] = Answer()
        assert fetch(own, f"https://images.test:{far.port}/a.png", networks=LOOPBACK) == PNG
        with pytest.raises(ImageForbidden, match=r"is for another name than other\.test"):
            fetch(own, f"https://other.test:{far.port}/a.png", networks=LOOPBACK)
        own.redirect("/a.png", f"https://images.test:{far.port}/a.png")
        assert fetch(own, "/a.png", networks=LOOPBACK) == PNG
    assert [token for _, token in far.requests] == [None, None]


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".test", "x" * 300])
def test_an_unknown_name_is_retried(own: Site, host: str) -> None:
    with pytest.raises(ServiceUnavailable, match="not known"):
        fetch(own, f"http://{host}/a.png")


@pytest.mark.parametrize("slow_head", [False, True], ids=["body", "headers"])
def test_a_server_that_sends_a_byte_now_and_then_is_left(own: Site, other: Site, slow_head: bool) -> None:
    other.answers["/slow.png"] = Answer(drip_s=0.05, slow_head=slow_head)
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        fetch(own, f"{other.url}/slow.png", networks=LOOPBACK, timeout_s=0.5)
    assert time.monotonic() - began < 3


def test_label_studio_itself_has_a_time_limit_too(own: Site) -> None:
    own.answers["/slow.png"] = Answer(drip_s=0.05)
    with pytest.raises(ServiceUnavailable, match="did not send the whole image"):
        fetch(own, "/slow.png", timeout_s=0.5)


def test_gzip_is_unpacked_and_no_more_than_fits(own: Site) -> None:
    packed = {"Content-Encoding": "gzip"}
    own.answers["/good.png"] = Answer(200, gzip.compress(PNG), packed)
    own.answers["/bomb.png"] = Answer(200, gzip.compress(bytes(10**7)), packed)
    own.answers["/broken.png"] = Answer(200, b"\x1f\x8b" + bytes(50), packed)
    assert fetch(own, "/good.png") == PNG
    with pytest.raises(ImageTooLarge):
        fetch(own, "/bomb.png")
    with pytest.raises(ImageUnreadable, match="gzip is broken"):
        fetch(own, "/broken.png")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "deflate"])
def test_other_or_double_compression_is_refused(own: Site, encoding: str) -> None:
    own.answers["/x.png"] = Answer(200, gzip.compress(gzip.compress(bytes(10**7))), {"Content-Encoding": encoding})
    with pytest.raises(ImageUnreadable, match="compressed"):
        fetch(own, "/x.png", limit=10**9)


@pytest.mark.parametrize(
    ("server", "url", "own"),
    [
        ("https://ls.test", "https://ls.test/a", True),
        ("https://ls.test", "https://LS.test:443/a", True),
        ("https://ls.test", "http://ls.test:443/a", False),
        ("https://ls.test", "https://ls.test:8443/a", False),
        ("https://ls.test", "https://ls.test.evil.test/a", False),
        ("https://ls.test", "https://ls.test@evil.test/a", False),
        ("https://ls.test/studio", "https://ls.test/studio/data/a", True),
        ("https://ls.test/studio", "https://ls.test/studio2/a", False),
        ("https://ls.test/studio", "https://ls.test/studio/../mail", False),
        ("https://ls.test/studio", "https://ls.test/studio/%2e%2e/mail", False),
        ("https://ls.test/studio", "https://ls.test/studio/..%5cmail", False),
    ],
)
def test_where_the_token_may_go(server: str, url: str, own: bool) -> None:
    with LabelStudio(server, TOKEN) as client:
        assert is_server_address(client, httpx.URL(url)) is own


def test_the_settings_say_where_images_may_come_from(own: Site, other: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        _env_file=None,
        label_studio_url=own.url,
        label_studio_api_key=TOKEN,
        image_hosts="images.test *.local",
        image_networks="127.0.0.0/8, fd00::/8",
    )
    assert settings.image_networks == (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    with LabelStudio.from_settings(settings) as client, pytest.raises(ImageForbidden, match="IMAGE_HOSTS"):
        fetch_image(client, PageRef(1, 1, f"{other.url}/a.png"))
    monkeypatch.setenv("IMAGE_NETWORKS", "10.0.0.0/33")
    get_settings.cache_clear()
    with pytest.raises(SettingError, match="IMAGE_NETWORKS"):
        get_settings()
    get_settings.cache_clear()
