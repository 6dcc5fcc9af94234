"""Does the ledger agree with itself and with the queues? What is found wrong is counted, and mended on request.

Each page is judged and mended in one script, so that all of this may run beside workers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.ledger.scripts import STATES
from prelabel.queues.priority import queue_lists
from prelabel.queues.table import WAITS_IN

#: A message that has just been sent, or is just being fetched, may be in no list: see `_shared.lua`.
_SETTLED_S = 10.0
_PORTION = 1000
_TOKEN = re.compile(rb"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Strays:
    """Pages that count as in flight without a record, words that belong to no page, records that count nowhere."""

    pages: int
    words: int
    uncounted: int


class Audit:
    """See the module. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def in_flight(self, project_id: int) -> set[int]:
        """The pages that count as in flight."""
        with redis_errors():
            states = [self._state.redis.smembers(self._state.name("state", project_id, state)) for state in STATES]
        return {int(page) for pages in states for page in pages}

    def set_aside(self, project_id: int) -> set[int]:
        """The pages that are failed or dropped: they are not selected."""
        with redis_errors():
            keys = [self._state.redis.hkeys(self._state.name(part, project_id)) for part in ("failed", "skipped")]
        return {int(page) for pages in keys for page in pages}

    def strays(self, project_id: int, *, repair: bool) -> Strays:
        """Compare all that is kept of single pages."""
        pages = self.in_flight(project_id)
        with redis_errors():
            for part in ("page", "words"):
                keys = self._state.redis.scan_iter(self._state.name(part, project_id, "*"), count=_PORTION)
                pages |= {int(key.rpartition(b":")[2]) for key in keys}
        sums = [0, 0, 0]
        for portion in _portions(sorted(pages)):
            found = self._state.run("audit/sweep", project_id, int(repair), *portion)
            sums = [a + b for a, b in zip(sums, found, strict=True)]
        return Strays(*sums)

    def lost(self, project_id: int, *, repair: bool) -> set[int]:
        """Pages that wait for a message that is in no queue and with no worker; repaired, a selection starts them."""
        waiting = self._waiting(project_id)
        there = self._tokens_in_messages()
        lost = [part for page, token in waiting.items() if token not in there for part in (page, token)]
        return {int(page) for page in self._state.run("audit/release_lost", project_id, int(repair), *lost)}

    def _waiting(self, project_id: int) -> dict[int, bytes]:
        """Tokens of pages in flight that nobody has in hand, and that have not moved for a while."""
        pages = sorted(self.in_flight(project_id))
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            now = float(self._state.redis.time()[0])
            for page in pages:
                pipe.hmget(self._state.name("page", project_id, page), "token", "owner", "since")
            rows = pipe.execute()
        return {
            page: token
            for page, (token, owner, since) in zip(pages, rows, strict=True)
            if token and owner == b"" and float(since) + _SETTLED_S < now
        }

    def _tokens_in_messages(self) -> set[bytes]:
        """Everything in Celery's messages that looks like a token: those that wait, then those that workers fetched."""
        found = set[bytes]()
        with redis_errors():
            for name in {name for queues in WAITS_IN.values() for queue in queues for name in queue_lists(queue)}:
                for message in self._state.redis.lrange(name, 0, -1):
                    found.update(_TOKEN.findall(message))
            for message in self._state.redis.hvals("unacked"):
                found.update(_TOKEN.findall(message))
        return found


def _portions(pages: Sequence[int]) -> list[Sequence[int]]:
    return [pages[first : first + _PORTION] for first in range(0, len(pages), _PORTION)]
