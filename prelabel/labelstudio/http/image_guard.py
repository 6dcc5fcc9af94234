"""Guard against images from forbidden places: allowed hosts, and allowed addresses of these hosts.

A page's data names the address, and the worker stands inside the network: without a guard, a page could make the worker
call internal machines, metadata services and itself. The guard judges the IP address of the connection, not the name.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from prelabel.errors import ImageForbidden

Network = IPv4Network | IPv6Network

#: The part of IPv6 that is assigned to the public internet.
_GLOBAL_UNICAST = ip_network("2000::/3")
#: Public by number, but not hosts of the public internet: the agent of a virtual machine on Azure, protocol
#: assignments (among them Oracle's metadata), and tunnels that wrap any IPv4 address (6to4, Teredo).
_CLOSED = tuple(map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "2002::/16", "2001::/32")))


@dataclass(frozen=True, slots=True)
class ImageGuard:
    """Allowed sources of images. `hosts`: patterns with `*`; none: any host. `networks`: allowed besides public ones.

    `own`: hosts and ports of Label Studio itself, always allowed.
    """

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    own: frozenset[tuple[str, int]] = frozenset()

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the host's addresses to which a connection is allowed, at least one.

        Raises ImageForbidden; OSError or UnicodeError for an unknown name. The resolver also reads numbers in all
        notations (2130706433, 0x7f.1, 0177.0.0.1), so the resulting address is judged, not its notation.
        """
        is_own = self.is_own(host, port)
        if not is_own:
            self._check_name(host)
        found = dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        allowed = [address for address in found if is_own or self._is_open(address)]
        if not allowed:
            raise _closed(host, next(iter(found)))
        return allowed

    def is_own(self, host: str, port: int) -> bool:
        """Return whether host and port are those of Label Studio itself."""
        return (host.lower(), port) in self.own

    def check_proxied(self, host: str) -> None:
        """Raise ImageForbidden for a host that may not be reached through a proxy, which looks the name up itself.

        A name that is not known here passes: behind some proxies no outside name is.
        """
        self._check_name(host)
        with suppress(OSError, UnicodeError):
            for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
                if not self._is_open(str(row[4][0])):
                    raise _closed(host, str(row[4][0]))

    def _check_name(self, host: str) -> None:
        name = host.lower().rstrip(".")
        if self.hosts and not any(fnmatchcase(name, pattern.lower()) for pattern in self.hosts):
            raise ImageForbidden(f"images from {host} are not allowed: to allow them, add it to PRELABEL_IMAGE_HOSTS")

    def _is_open(self, text: str) -> bool:
        address = _plain(text)
        return is_public(address) or any(address in network for network in self.networks)


def _closed(host: str, address: str) -> ImageForbidden:
    return ImageForbidden(
        f"{host} leads to {address}, which is not a public address: to allow images from there, add its network to "
        "PRELABEL_IMAGE_NETWORKS"
    )


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is a host of the public internet; Python's `is_global` is too wide (tunnels ...)."""
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    closed = address.is_multicast or address.is_reserved or any(address in network for network in _CLOSED)
    return address.is_global and not closed


def own_places(urls: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Return host and port of each address."""
    ports = {"http": 80, "https": 443}
    return frozenset((url.host.lower(), url.port or ports[url.scheme]) for url in map(httpx.URL, urls))


def _plain(text: str) -> IPv4Address | IPv6Address:
    """Parse an address; an IPv4 address mapped into IPv6 (::ffff:10.0.0.1) becomes IPv4."""
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
