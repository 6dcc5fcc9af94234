"""Pages and documents that must be looked at again, because Label Studio may store a second one late.

Label Studio goes on with an import whose client was cut off, and nobody knows for how long. So after each import with
an unknown outcome, beat looks for doubles several times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, cast

from prelabel.ledger.pages import Claim
from prelabel.ledger.redis_state import RedisState

#: Pauses after the first look, in seconds.
_PAUSES_S = (600.0, 3600.0, 21600.0)
#: The first look comes after so many HTTP limits.
_TIMEOUTS = 2.0


@dataclass(frozen=True, slots=True)
class Recheck:
    """Something to look at. `name`: a page's task id, or a document. `version`: that of the page's prediction.

    `at`: the time of Redis at which the look was due, as Redis writes it. `looks`: number of looks so far.
    """

    kind: Literal["page", "document"]
    project_id: int
    name: str
    version: str
    at: str
    looks: int

    @property
    def member(self) -> str:
        """The name in the ledger: KIND:PROJECT:NAME:VERSION."""
        return f"{self.kind}:{self.project_id}:{self.name}:{self.version}"


class Rechecks:
    """Rechecks in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def remember_pages(self, claims: Iterable[Claim], *, timeout_s: float) -> None:
        """Look for a second prediction of these pages later. `timeout_s`: the HTTP limit."""
        self._remember([f"page:{c.project_id}:{c.task_id}:{c.version}" for c in claims], timeout_s)

    def remember_documents(self, project_id: int, documents: Iterable[str], *, timeout_s: float) -> None:
        """Look for second pages of these documents later. `timeout_s`: the HTTP limit."""
        self._remember([f"document:{project_id}:{document}:" for document in documents], timeout_s)

    def due(self, limit: int) -> list[Recheck]:
        """Return what is due, at most `limit`, the longest due first."""
        rows = [part.decode() for part in self._state.run("rechecks/due", limit)]
        return [_recheck(*row) for row in zip(rows[::3], rows[1::3], rows[2::3], strict=True)]

    def looked(self, rechecks: Collection[Recheck], *, over: Collection[Recheck] = ()) -> None:
        """Record a look at each; those in `over`, and those with their last look, are forgotten."""
        parts: list[object] = []
        for each in rechecks:
            last = each in over or each.looks >= len(_PAUSES_S)
            parts += [each.member, each.at, 0 if last else _PAUSES_S[each.looks]]
        if parts:
            self._state.run("rechecks/looked", *parts)

    def _remember(self, members: list[str], timeout_s: float) -> None:
        if members:
            self._state.run("rechecks/remember", _TIMEOUTS * timeout_s, *members)


def _recheck(member: str, at: str, looks: str) -> Recheck:
    kind, project_id, name, version = member.split(":", 3)
    return Recheck(cast(Literal["page", "document"], kind), int(project_id), name, version, at, int(looks))
