"""Warnings of two spellings of one Label Studio on one Redis: their processes do not see each other's work."""

from __future__ import annotations

import socket

from prelabel.environment.server_address import one_spelling
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.network.same_server import is_loopback, same_server
from prelabel.servers.registry import KnownServer, Servers
from prelabel.settings import Settings


def other_spellings(settings: Settings, others: list[KnownServer]) -> list[str]:
    """Return one line, with the cure, for each other server that is probably the own one under another address."""
    own = settings.label_studio_url
    return [
        f"living workers on this Redis use {other.address} for what is {one_spelling(own)} here, so they take no work "
        f"of this process; {_cure(own, other)}"
        for other in others
        if _is_ours(own, other)
    ]


def sender_problems(settings: Settings) -> list[str]:
    """Return what keeps work that is sent now from workers that live: another spelling of the address.

    Where no worker of the own address lives, any other server with workers is named. Empty where Redis does not say.
    """
    try:
        others = Servers.from_settings(settings).others()
        if not others:
            return []
        found = other_spellings(settings, others)
        if found or Ledger.from_settings(settings).workers.alive():
            return found
    except PrelabelError:
        return []
    own = settings.label_studio_url
    names = ", ".join(other.address for other in others)
    return [
        f"no worker of {one_spelling(own)} is alive on this Redis, but workers of {names} are; if that is the same "
        f"Label Studio, {_cure(own, others[0])}"
    ]


def _is_ours(own: str, other: KnownServer) -> bool:
    """Return whether the other worker's address leads where the own one does.

    The loopback address of another host is another machine's.
    """
    if other.host != socket.gethostname() and (is_loopback(other.address) or is_loopback(own)):
        return False
    return same_server(own, other.address)


def _cure(own: str, other: KnownServer) -> str:
    return (
        f"write LABEL_STUDIO_URL alike for all processes, or give all of them "
        f"LABEL_STUDIO_ALIASES={one_spelling(own)},{other.address}"
    )
