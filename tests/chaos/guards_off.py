"""Guards of prelabel that a planted worker switches off; `guards` has the faults that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prelabel.ledger import locks, scripts
from prelabel.ledger.imports import rechecks
from prelabel.ledger.leases import MAX_CRASHES
from prelabel.outages import evidence
from prelabel.project import upload as delivery


def without(old: str, new: str) -> Callable[[], None]:
    """Return a function that replaces a text in the ledger's scripts."""

    def replace() -> None:
        sources = scripts.sources(MAX_CRASHES)
        assert any(old in source for source in sources.values())
        changed = {name: source.replace(old, new) for name, source in sources.items()}
        scripts.sources = lambda _: changed  # type: ignore[assignment]

    return replace


def _without_looks() -> None:
    """Replace looks: posted predictions count as stored, others as not stored."""

    def look(chunk: Any) -> None:
        if getattr(chunk, "posted", False):
            chunk.settle(chunk.open, None)
        chunk.posted = True

    chunk: Any = delivery._Chunk
    chunk.look = look
    chunk.ready = lambda self: None
    _without_rechecks()


def _without_rechecks() -> None:
    """Never look again at imports with an unknown outcome."""
    rechecks.Rechecks.due = lambda self, limit: []  # type: ignore[method-assign]


def _without_lock_checks() -> None:
    """Trust that a lock that was taken is still held."""
    locks.HeldLock.check = lambda self: None  # type: ignore[method-assign]
    locks.HeldLock.is_sure = lambda self: True  # type: ignore[method-assign]


def _without_outages() -> None:
    """Charge pages for servers that are away."""
    evidence.verdict = lambda workplace, error: "own"


def _without_care() -> None:
    """Let projects need care only as long as a person's request for a selection waits."""
    without("redis.call('ZADD', key('care'), 'NX', 0, project)", "")()
    without("redis.call('ZADD', key('care'), 0, project)", "redis.call('ZREM', key('care'), project)")()


GUARDS: dict[str, Callable[[], None]] = {
    "look": _without_looks,
    "recheck": _without_rechecks,
    "lock": _without_lock_checks,
    "care": _without_care,
    "outage": _without_outages,
    "token": without("return redis.call('HGET', key(work), 'token') == token", "return true"),
    "recovery": without(
        "local function lease_is_free(work)", "local function lease_is_free(work) if work then return false end"
    ),
}
