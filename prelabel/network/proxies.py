"""Proxies of the environment: the proxy of each address, and the addresses that NO_PROXY names.

HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY mean the same as for curl. An entry of NO_PROXY may also be a network
(10.0.0.0/8). This machine itself is never reached through a proxy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from prelabel.errors import SettingError
from prelabel.settings import Settings

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_KIND = re.compile(r"[a-z][a-z0-9+.-]{0,15}")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)
#: The names that curl and others give to SOCKS 5 with names resolved by the proxy.
_SOCKS = {"socks": "socks5h"}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. `setting`: the setting that names it. Its text never shows user or password, which `url` holds."""

    setting: str
    kind: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The whole address, with user and password."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{self.kind}://{login}{self._place}"

    @property
    def bare_url(self) -> str:
        """The address without user and password."""
        return f"{self.kind}://{self._place}"

    @property
    def is_socks(self) -> bool:
        return self.kind.startswith("socks")

    @property
    def _place(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.bare_url} ({self.setting})"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies for http:// and https:// addresses, and the hosts that are reached without one."""

    http: Proxy | None = None
    https: Proxy | None = None
    without: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. Raises SettingError, without the value."""
        general = _parsed("ALL_PROXY", settings.all_proxy)
        return cls(
            _parsed("HTTP_PROXY", settings.http_proxy) or general,
            _parsed("HTTPS_PROXY", settings.https_proxy) or general,
            settings.no_proxy,
        )

    def for_url(self, url: str) -> Proxy | None:
        """Return the proxy through which this address is reached; None: directly, or it is not an address."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return None
        proxy = self.https if parts.scheme == "https" else self.http
        return None if proxy is None or _is_this_machine(host) or _is_named(host, port, self.without) else proxy


def _parsed(setting: str, text: str) -> Proxy | None:
    """Read the address of a proxy; without a kind it is an HTTP proxy, as for curl."""
    text = text.strip()
    if not text:
        return None
    kind, found, rest = text.partition("://")
    kind = _SOCKS.get(kind.lower(), kind.lower()) if found else "http"
    if _KIND.fullmatch(kind) and kind not in _PORTS:
        raise SettingError(f"{setting}: proxies of the kind {kind}:// are not supported; http and socks5 proxies are")
    try:
        parts = urlsplit(f"//{rest if found else text}")
        host, port = parts.hostname or "", parts.port or _PORTS[kind]
    except (ValueError, KeyError):
        raise _unreadable(setting) from None
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    if beyond or not _HOST.fullmatch(host) or any(sign.isspace() or not sign.isprintable() for sign in text):
        raise _unreadable(setting)
    return Proxy(setting, kind, host, port, unquote(parts.username or ""), unquote(parts.password or ""))


def _unreadable(setting: str) -> SettingError:
    """Return the error for a value that is no address; the value may hold a password, so it is not shown."""
    return SettingError(
        f"{setting} is not the address of a proxy: write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, and # / ? "
        "@ : in a password as %23 %2F %3F %40 %3A"
    )


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _is_named(host: str, port: int | None, entries: Iterable[str]) -> bool:
    """Return whether an entry of NO_PROXY names the host: `*`, a domain, host:port, an address or a network."""
    return any(_fits(host, port, entry.lower().rpartition("://")[2].strip("/")) for entry in entries)


def _fits(host: str, port: int | None, entry: str) -> bool:
    if entry == "*":
        return True
    name, its_port = _host_and_port(entry)
    if its_port is not None and its_port != port:
        return False
    if address := _address(host):
        return _in_network(address, name)
    domain = name.removeprefix("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _host_and_port(entry: str) -> tuple[str, int | None]:
    """Split `host:port` and `[address]:port`; an IPv6 address without brackets has no port."""
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, int(port[1:]) if port[1:].isdecimal() else None
    name, found, port = entry.partition(":")
    return (name, int(port)) if found and port.isdecimal() else (entry, None)


def _in_network(address: IPv4Address | IPv6Address, text: str) -> bool:
    try:
        return address in ip_network(text, strict=False)
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
