"""Proxies of the environment: the one for each address, forms that people write, and NO_PROXY."""

from __future__ import annotations

from typing import Any

import pytest

from prelabel.errors import SettingError
from prelabel.network.proxies import Proxies
from prelabel.settings import Settings

STUDIO = "https://studio.example.org/label"


def proxies(**values: Any) -> Proxies:
    none = {"http_proxy": "", "https_proxy": "", "all_proxy": "", "no_proxy": ()}
    return Proxies.from_settings(Settings(_env_file=None, **{**none, **values}))


@pytest.mark.parametrize(
    ("values", "url", "proxy"),
    [
        ({"https_proxy": "http://p:3128"}, STUDIO, "http://p:3128 (HTTPS_PROXY)"),
        ({"https_proxy": "http://p:3128"}, "http://studio.example.org", "None"),
        ({"http_proxy": "p:3128"}, "http://studio.example.org", "http://p:3128 (HTTP_PROXY)"),
        ({"all_proxy": "socks5h://p"}, STUDIO, "socks5h://p:1080 (ALL_PROXY)"),
        ({"all_proxy": "socks://p"}, STUDIO, "socks5h://p:1080 (ALL_PROXY)"),
        ({"all_proxy": "socks5://p", "https_proxy": "https://q"}, STUDIO, "https://q:443 (HTTPS_PROXY)"),
        ({"https_proxy": "HTTP://[fd00::1]:3128/"}, STUDIO, "http://[fd00::1]:3128 (HTTPS_PROXY)"),
        ({"https_proxy": " http://me:p%40ss@p:3128 "}, STUDIO, "http://p:3128 (HTTPS_PROXY)"),
        ({"all_proxy": "http://p:3128"}, "http://localhost:8080", "None"),
        ({"all_proxy": "http://p:3128"}, "http://127.0.0.1:8080", "None"),
        ({"all_proxy": "http://p:3128"}, "http://[::1]:8080", "None"),
        ({"all_proxy": "http://p:3128"}, "http://ls.test:99999", "None"),
        ({}, STUDIO, "None"),
    ],
)
def test_each_address_has_its_proxy(values: dict[str, str], url: str, proxy: str) -> None:
    assert str(proxies(**values).for_url(url)) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("example.org", "studio.example.org", True),
        (".example.org", "studio.example.org", True),
        (".example.org", "example.org", True),
        ("*.example.org", "studio.example.org", True),
        ("other.org, STUDIO.example.org", "studio.example.org", True),
        ("studio.example.org:443", "studio.example.org", True),
        ("studio.example.org:8443", "studio.example.org", False),
        ("studio.example.org:8443", "studio.example.org:8443", True),
        ("https://studio.example.org/", "studio.example.org", True),
        ("ample.org", "studio.example.org", False),
        ("*", "studio.example.org", True),
        (". ,", "studio.example.org", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("10.1.2.3:80", "10.1.2.3", False),
        ("11.0.0.0/8", "10.1.2.3", False),
        ("fd00::/8", "[fd00::7]", True),
        ("[fd00::7]:443", "[fd00::7]", True),
        ("fd00::7", "[fd00::7]:8443", True),
        ("2.3", "10.1.2.3", False),
    ],
)
def test_no_proxy_in_the_forms_that_people_write(no_proxy: str, host: str, direct: bool) -> None:
    found = proxies(all_proxy="http://p:3128", no_proxy=no_proxy).for_url(f"https://{host}/x")
    assert (found is None) is direct


@pytest.mark.parametrize(
    "value",
    [
        "http://",
        "http://p:port",
        "http://p:99999",
        "http://me:hunter2#x@p:3128",
        "http://me:hunter2/x@p:3128",
        "me:hunter2?x@p:3128",
        "http://p:3128/hunter2",
        "http://[fd00::1",
        "http://a b:3128",
        "hunter2 ://p:3128",
        "http://p\n:3128",
    ],
)
def test_an_address_that_cannot_be_read_is_one_line_without_the_password(value: str) -> None:
    with pytest.raises(SettingError, match=r"^HTTPS_PROXY is not the address of a proxy: write .*HOST:PORT") as caught:
        proxies(https_proxy=value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["socks4", "socks4a", "ftp"])
def test_other_kinds_of_proxies_are_named(kind: str) -> None:
    with pytest.raises(SettingError, match=rf"ALL_PROXY: .*{kind}://.*socks5 proxies are"):
        proxies(all_proxy=f"{kind}://p:1080")


def test_user_and_password_are_decoded_and_never_shown() -> None:
    proxy = proxies(https_proxy="http://me:p%40ss%20%23@p:3128").https
    assert proxy is not None
    assert (proxy.user, proxy.password) == ("me", "p@ss #")
    assert proxy.url == "http://me:p%40ss%20%23@p:3128"
    assert "p@ss" not in repr(proxy) + str(proxy)
    assert "p%40ss" not in repr(Settings(_env_file=None, https_proxy="http://me:p%40ss@p"))


def test_the_environment_is_read_in_capitals_and_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://p:1")
    monkeypatch.setenv("NO_PROXY", "a.org,.b.org")
    settings = Settings(_env_file=None)
    assert settings.https_proxy == "http://p:1"
    assert settings.no_proxy == ("a.org", ".b.org")
