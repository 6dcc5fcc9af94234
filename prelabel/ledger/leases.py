"""The lease protocol: one chain at a time works on a page or on a document job, even when workers die.

A lease is claimed, begun and renewed. It ends in an output, a wait for a retry, or a failure. A worker's crash is
charged to the work in its hands. docs/architecture.md describes the protocol, `lua/shared/leases.lua` the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from prelabel.errors import ChainOver, PrelabelError
from prelabel.ledger.redis_state import RedisState, redis_errors

#: A page or document job fails after this many crashes of a process that worked on nothing else.
MAX_CRASHES = 2


#: What the end of an attempt counts as: a try of the budget is used up, none is, or there was no attempt.
Counted = Literal["try", "wait", ""]


class Leased(Protocol):
    """Work that a chain has the right to do: a claim on a page, or a document job."""

    @property
    def token(self) -> str:
        """The chain's right to the work; each claim makes a new one."""

    @property
    def work(self) -> str:
        """The name of the work in the ledger: `page:PROJECT:PAGE` or `job:PROJECT:DOCUMENT:NUMBER`."""

    @property
    def log_fields(self) -> str:
        """The name of the work in log lines."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Work in hand.

    `attempts`: failed tries so far. `alone`: a process died with this work in hand, so it must run without other work
    beside it. `image`: the image reference of a page. `waits`: waits in a row that used up no try.
    `away`: servers that are away.
    """

    attempts: int
    alone: bool
    image: str
    waits: int = 0
    away: tuple[str, ...] = ()


class Leases:
    """Leases in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def begin(
        self, leased: Leased, stage: str, owner: str, *, charge: str = "", dead_owner: str = "", lease_s: float = 60.0
    ) -> Begun | Literal["ahead", "busy", "halted"]:
        """Take work into hand for `lease_s` seconds, which `renew` prolongs. Raises ChainOver for a stale token.

        Returns "ahead" when the output of this stage is stored already, "busy" when a living worker has the work, and
        "halted" when the project is paused; then the page waits until a selection after the pause starts it.
        `charge`: "alone" where a crash counts against this work from the start. `dead_owner`: a worker that the caller
        knows to be dead, although its heartbeat has not run out.
        """
        answer = self._state.run("leases/begin", leased.work, leased.token, stage, owner, dead_owner, charge, lease_s)
        word = answer[0].decode()
        if word == "run":
            image, waits, *away = (part.decode() for part in answer[3:])
            return Begun(int(answer[1]), answer[2] == b"1", image, int(waits), tuple(away))
        if word == "stale":
            raise ChainOver("stale", leased.work)
        return cast(Literal["ahead", "busy", "halted"], word)

    def reserve(self, leased: Leased, worker: str, *, lease_s: float = 60.0) -> None:
        """Record that a worker has fetched the message and will begin the work when it has a free slot.

        The work becomes free when the worker dies, or does not `renew` the lease within `lease_s`.
        """
        self._state.run("leases/reserve", leased.work, leased.token, worker, lease_s)

    def renew(self, works: Iterable[Leased], worker: str, *, lease_s: float) -> None:
        """Prolong the leases of work that the worker has in hand, or whose message the worker has fetched."""
        if parts := _pairs(works):
            self._state.run("leases/renew", worker, lease_s, *parts)

    def extend(self, works: Iterable[Leased], *, lease_s: float) -> None:
        """Allow work to wait in its queue for `lease_s` from now."""
        if parts := _pairs(works):
            self._state.run("leases/extend", lease_s, *parts)

    def wait_for_retry(self, leased: Leased, *, lease_s: float, counted: Counted = "try") -> None:
        """Keep the lease for the retry, whose message comes within `lease_s`."""
        self._state.run("leases/wait", leased.work, leased.token, lease_s, counted)

    def postpone(self, leased: Leased, *, wait_s: float = 0.0, server: str = "", counted: Counted = "try") -> None:
        """End the chain and let the work wait in the ledger for `wait_s`, by Redis's clock, or until `server` is back.

        It has no message meanwhile; the first selection or sweep after that time starts it at the same stage.
        """
        self._state.run("leases/postpone", leased.work, leased.token, wait_s, server, counted)

    def hand_back(self, leased: Leased) -> None:
        """Free the work at once, without counting a try: the next selection claims the page again."""
        self._state.run("leases/hand_back", leased.work, leased.token)

    def charge(self, works: Iterable[Leased], charge: Literal["alone", ""]) -> None:
        """Record, before risky work, that a crash counts against it; "" removes the record."""
        if parts := _pairs(works):
            self._state.run("leases/charge", charge, *parts)

    def fail(self, leased: Leased, stage: str, error: PrelabelError, attempts: int) -> None:
        """End the work as failed, with the error's code and message. Stale leases change nothing."""
        self._state.run("leases/fail", leased.work, leased.token, _entry(stage, error, attempts))

    def hung(self, leased: Leased, stage: str, error: PrelabelError) -> None:
        """Record that the process hung and was killed. This counts as a crash.

        The process may have been frozen from outside. So only the second crash fails the work, with this error; after
        the first one the work is free.
        """
        self._state.run("leases/hung", leased.work, leased.token, _entry(stage, error, MAX_CRASHES))

    def owner(self, leased: Leased) -> str:
        """Return the worker that has the work in hand, '' where there is none."""
        with redis_errors():
            name = self._state.redis.hget(self._state.name(leased.work), "owner")
        return name.decode() if isinstance(name, bytes) else ""

    def are_valid(self, works: Sequence[Leased]) -> list[bool]:
        """Return for each lease whether its token is still the current one, in one call."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for leased in works:
                pipe.hget(self._state.name(leased.work), "token")
            return [token == leased.token.encode() for token, leased in zip(pipe.execute(), works, strict=True)]


def _pairs(works: Iterable[Leased]) -> list[str]:
    return [part for leased in works for part in (leased.work, leased.token)]


def _entry(stage: str, error: PrelabelError, attempts: int) -> str:
    """Write a failure in the form that the failed list and the documents keep."""
    entry = {"reason": error.code, "message": str(error), "stage": stage, "attempts": attempts}
    cause = {"server": error.server, "again": True} if error.may_pass else {}
    return json.dumps(entry | cause, ensure_ascii=False)
