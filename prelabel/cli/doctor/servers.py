"""Checks of what shares this Redis: other spellings of Label Studio's address, former ledgers, former queues."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.ledger.redis_state import redis_errors
from prelabel.queues import former_lists
from prelabel.servers.former_ledger import FormerLedger, FormerLedgers
from prelabel.servers.registry import Servers
from prelabel.servers.spelling import sender_problems
from prelabel.settings import Settings

_REPAIR = "prelabel doctor --repair"


def check_servers(settings: Settings, *, repair: bool) -> Iterator[Check]:
    """Name the other servers, and what earlier settings and releases left; `repair` moves or removes that."""
    try:
        yield from _check_spelling(settings)
        yield from _check_former_ledgers(settings, repair)
        yield from _check_former_lists(settings, repair)
    except PrelabelError as error:
        yield Check("servers", "wrong", str(error))


def _check_spelling(settings: Settings) -> Iterator[Check]:
    problems = sender_problems(settings)
    yield from (Check("servers", "warning", line) for line in problems)
    others = ", ".join(other.address for other in Servers.from_settings(settings).others())
    if others and not problems:
        yield Check("servers", "ok", f"workers of other servers use this Redis, too: {others}")


def _check_former_ledgers(settings: Settings, repair: bool) -> Iterator[Check]:
    ledgers = FormerLedgers(settings)
    for former in ledgers.find():
        if not repair:
            yield Check("former ledger", "warning", f"{described(former)}; end its workers, then: {_REPAIR}")
            continue
        try:
            yield Check("former ledger", "ok", f"{described(former)}; repaired: {ledgers.move(former)} keys renamed")
        except PrelabelError as error:
            yield Check("former ledger", "wrong", f"{described(former)}; {error}")


def described(former: FormerLedger) -> str:
    """Name a former ledger in a message."""
    return f"{former.keys} keys are from before LABEL_STUDIO_ALIASES, in the ledger of {former.address}"


def _check_former_lists(settings: Settings, repair: bool) -> Iterator[Check]:
    with redis_errors():
        found = former_lists.find(settings)
        if not found.waiting and not found.fetched:
            return
        said = f"{found.waiting + found.fetched} messages of an earlier release are in its own lists"
        if found.workers:
            names = ", ".join(found.workers)
            yield Check("former queues", "warning", f"{said}, and its workers live ({names}): update them")
        elif repair:
            yield Check("former queues", "ok", f"{said}; repaired: {former_lists.remove(settings)} removed")
        else:
            yield Check("former queues", "warning", f"{said}, which nobody reads; repair: {_REPAIR}")
