"""The spellings of Label Studio's address, and the one that names the server in Redis."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def one_spelling(url: str) -> str:
    """Write an address in one way: scheme and host in small letters, no default port, no slash at the end.

    >>> one_spelling("HTTP://Label-Studio:80/Forms/")
    'http://label-studio/Forms'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:  # a malformed alias is reported where it is used
        return url.strip()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    place = host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}" if parts.scheme and host else url.strip().rstrip("/")


def naming_address(url: str, aliases: Iterable[str]) -> str:
    """Return the address that names the server in Redis: the alphabetically first of its own and its aliases.

    So processes that use different spellings work together where each one's aliases name the others. An address
    without aliases stands for itself, as it was written: another spelling would be another name.
    """
    others = {one_spelling(alias) for alias in aliases} - {one_spelling(url)}
    return min(one_spelling(url), *others) if url and others else url


def server_id(address: str) -> str:
    """Return the name of a server in Redis: its host and a digest of the whole address."""
    host = urlsplit(address).hostname or "none"
    return f"{host}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def former_ids(url: str, aliases: Iterable[str]) -> dict[str, str]:
    """Return the other names that a server may have had in Redis, each with its address: those of its spellings."""
    given = (url, *others) if (others := tuple(aliases)) else ()
    addresses = {address.rstrip("/") for address in given} | {one_spelling(address) for address in given}
    own = server_id(naming_address(url, others))
    return {name: address for address in sorted(addresses) if (name := server_id(address)) != own}
