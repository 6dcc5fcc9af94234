"""Where images may come from: which hosts, and which addresses these may lead to.

Whoever writes a page's data chooses the address, and the worker stands inside the network: unguarded, a page could make
it call machines, metadata services and itself in somebody else's name. What counts is the address that is connected to.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from prelabel.errors import ImageForbidden

Network = IPv4Network | IPv6Network

#: All of IPv6 that is given out to the public.
_GLOBAL_UNICAST = ip_network("2000::/3")
#: Given out to the public, and yet no host of theirs: the agent of a virtual machine on Azure, protocol assignments
#: (Oracle's metadata among them), and tunnels that wrap any IPv4 address (6to4, Teredo).
_CLOSED = tuple(map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "2002::/16", "2001::/32")))


@dataclass(frozen=True, slots=True)
class ImageGuard:
    """`hosts`: patterns with `*`, none: any host. `networks`: open beside what is public.

    `own`: hosts and ports that are Label Studio itself, wherever it is.
    """

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    own: frozenset[tuple[str, int]] = frozenset()

    def addresses(self, host: str, port: int) -> list[str]:
        """Those of this host's addresses that may be connected to, at least one.

        Raises ImageForbidden; OSError or UnicodeError for a name that nobody knows. The resolver also reads numbers in
        every way (2130706433, 0x7f.1, 0177.0.0.1), so what they mean is judged, not how they are written.
        """
        is_own = (host.lower(), port) in self.own
        if not is_own:
            self._check_name(host)
        found = dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        allowed = [address for address in found if is_own or self._is_open(address)]
        if not allowed:
            raise ImageForbidden(
                f"{host} leads to {next(iter(found))}, which is no public address: if images are wanted from there, "
                "name its network in IMAGE_NETWORKS"
            )
        return allowed

    def _check_name(self, host: str) -> None:
        name = host.lower().rstrip(".")
        if self.hosts and not any(fnmatchcase(name, pattern.lower()) for pattern in self.hosts):
            raise ImageForbidden(f"images from {host} are not fetched: if they are wanted, add it to IMAGE_HOSTS")

    def _is_open(self, text: str) -> bool:
        address = _plain(text)
        return is_public(address) or any(address in network for network in self.networks)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Does it lead to a host of the public internet? Python's own `is_global` leaves tunnels and some others in."""
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    closed = address.is_multicast or address.is_reserved or any(address in network for network in _CLOSED)
    return address.is_global and not closed


def own_places(urls: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Host and port of each address."""
    ports = {"http": 80, "https": 443}
    return frozenset((url.host.lower(), url.port or ports[url.scheme]) for url in map(httpx.URL, urls))


def _plain(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address in IPv6's clothes (::ffff:10.0.0.1) is what it wraps."""
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
