"""The audit of the ledger: its records compared with each other and with the queues, repaired on request.

One script checks and repairs a page in one step, so an audit may run beside workers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.ledger.redis_state import PORTION, RedisState, portions, redis_errors
from prelabel.ledger.scripts import STATES
from prelabel.queues.keys import fetched_key, queue_keys
from prelabel.queues.routes import WAITS_IN

#: A message that has just been sent, or is just being fetched, may be in no list: see `lua/shared/leases.lua`.
_SETTLED_S = 10.0
_TOKEN = re.compile(rb"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Strays:
    """Numbers of records without a counterpart.

    `pages`: in flight without a record. `words`: stored for no page. `uncounted`: records in no state, or in several.
    """

    pages: int
    words: int
    uncounted: int


class Audit:
    """Checks of the ledger. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def in_flight(self, project_id: int) -> set[int]:
        """Return the pages that count as in flight."""
        with redis_errors():
            keys = [self._state.name("state", project_id, state) for state in STATES]
            return {int(page) for key in keys for page in self._state.redis.sscan_iter(key, count=PORTION)}

    def set_aside(self, project_id: int) -> set[int]:
        """Return the failed and the dropped pages, which selections pass over."""
        with redis_errors():
            keys = [self._state.name(part, project_id) for part in ("failed", "skipped")]
            rows = (self._state.redis.hscan_iter(key, count=PORTION) for key in keys)
            return {int(page) for pages in rows for page, _ in pages}

    def strays(self, project_id: int, *, repair: bool) -> Strays:
        """Compare the records of single pages with each other; with `repair`, correct the differences."""
        pages = self.in_flight(project_id)
        with redis_errors():
            for part in ("page", "words"):
                keys = self._state.redis.scan_iter(self._state.name(part, project_id, "*"), count=PORTION)
                pages |= {int(key.rpartition(b":")[2]) for key in keys}
        sums = [0, 0, 0]
        for portion in portions(sorted(pages)):
            found = self._state.run("audit/sweep", project_id, int(repair), *portion)
            sums = [a + b for a, b in zip(sums, found, strict=True)]
        return Strays(*sums)

    def lost(self, project_id: int, *, repair: bool) -> set[int]:
        """Return pages whose message is in no queue and with no worker.

        `repair`: free them, so that the next selection starts them again.
        """
        waiting = self._waiting(project_id)
        there = self._tokens_in_messages()
        lost, found = [pair for pair in waiting.items() if pair[1] not in there], set[int]()
        for portion in portions(lost):
            pairs = [part for pair in portion for part in pair]
            found |= {int(page) for page in self._state.run("audit/release_lost", project_id, int(repair), *pairs)}
        return found

    def _waiting(self, project_id: int) -> dict[int, bytes]:
        """Return the tokens of pages in flight that no worker has in hand and that have not moved for a while."""
        pages = sorted(self.in_flight(project_id))
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            now = float(self._state.redis.time()[0])
            rows = []
            for portion in portions(pages):
                for page in portion:
                    pipe.hmget(self._state.name("page", project_id, page), "token", "owner", "since")
                rows += pipe.execute()
        return {
            page: token
            for page, (token, owner, since) in zip(pages, rows, strict=True)
            if token and owner == b"" and float(since) + _SETTLED_S < now
        }

    def _tokens_in_messages(self) -> set[bytes]:
        """Return all parts of Celery's messages that look like a token: of waiting messages, then of fetched ones."""
        found = set[bytes]()
        with redis_errors():
            for queue in {queue for queues in WAITS_IN.values() for queue in queues}:
                for name in queue_keys(self._state.server_id, queue):
                    for message in self._messages(name):
                        found.update(_TOKEN.findall(message))
            for _, message in self._state.redis.hscan_iter(fetched_key(self._state.server_id), count=PORTION):
                found.update(_TOKEN.findall(message))
        return found

    def _messages(self, name: str) -> Iterator[bytes]:
        """Yield the messages of a list. New ones come to its head, so no waiting one is missed between two portions."""
        first = 0
        while messages := self._state.redis.lrange(name, first, first + PORTION - 1):
            yield from messages
            first += PORTION
