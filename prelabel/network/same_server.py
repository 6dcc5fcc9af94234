"""Comparison of addresses: those with the same path, port and machine lead to one server, whatever the names are."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from prelabel.environment.server_address import one_spelling

_PORTS = {"http": 80, "https": 443}
#: Stands for all addresses of this machine.
_HERE = "this machine"


def same_server(one: str, other: str) -> bool:
    """Return whether both addresses probably lead to the same server.

    Names are resolved, and all addresses of this machine are one. On the usual ports many servers may stand behind
    one address and be told apart by their names, so two long names there count as two servers.
    """
    (host, port, path), (other_host, *rest) = _parts(one), _parts(other)
    if [port, path] != rest or (port in _PORTS.values() and _may_be_two(host, other_host)):
        return False
    return bool(_places(host) & _places(other_host))


def is_loopback(url: str) -> bool:
    """Return whether the address leads to the machine itself, so that it means another server on each machine."""
    return any(ip_address(place).is_loopback for place in _resolved(_parts(url)[0]))


def _parts(url: str) -> tuple[str, int, str]:
    """Return host, port and path; an address that is none has no host."""
    try:
        parts = urlsplit(one_spelling(url))
        return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0), parts.path
    except ValueError:
        return "", 0, ""


def _may_be_two(one: str, other: str) -> bool:
    """Return whether a server may tell these names apart: not an address, and not the short form of the other."""
    named = "." in one and "." in other and not _is_ip(one) and not _is_ip(other)
    return named and one != other


def _places(host: str) -> set[str]:
    return {_HERE if _is_own(place) else place for place in _resolved(host)}


def _resolved(host: str) -> set[str]:
    if not host:  # the resolver takes it for this machine
        return set()
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(where[0]).partition("%")[0] for *_, where in found}


def _is_own(place: str) -> bool:
    """Return whether this machine has the address: only then it can be bound."""
    address = ip_address(place)
    if address.is_loopback or address.is_unspecified:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.bind((place, 0))
    except OSError:
        return False
    return True


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
