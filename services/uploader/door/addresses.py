"""Addresses of clients, as limits count them."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

#: A client has at least so many bits of IPv6 addresses to itself.
_PREFIX = 64
_MAX_CHARS = 64


def client_address(request: Request) -> str:
    """Return the address of a request's client, as trusted proxies name it (FORWARDED_ALLOW_IPS)."""
    return address_of(request.client.host if request.client else "")


def address_of(host: str) -> str:
    """Return the address under which a client is counted: IPv4 whole, IPv6 by its network of 64 bits.

    >>> address_of("2001:db8::1:2:3"), address_of("::ffff:10.0.0.1")
    ('2001:db8::', '10.0.0.1')
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:  # a UNIX socket, or a proxy's own word
        return host[:_MAX_CHARS]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _PREFIX), strict=False).network_address)
