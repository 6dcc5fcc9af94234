"""Stopping a project and letting it go on. A halt belongs to the project, because its runs share their pages.

Paused: no page is claimed and none begins a stage; what is in hand ends its stage. A message that arrives meanwhile is
used up, and its page waits in the ledger, without a charge on its tries; when the project goes on, a selection starts
it at the stage it had reached (at ocr, where the pause was longer than PAGE_TTL). Nothing but `resume` ends a pause.

Cancelled: pages in flight are released, and the project's runs end; only an upload that is in hand is let through, so
that Label Studio holds one prediction of a page or none. A halt outlives restarts, and nothing is selected (not by
beat, either) until `resume`, or a new run, which begins anew with what Label Studio lists then.
"""

from __future__ import annotations

from typing import Literal

from prelabel.ledger.redis_state import RedisState, redis_errors

Halt = Literal["paused", "cancelled"]
_HALTS: dict[bytes | None, Halt | None] = {None: None, b"paused": "paused", b"cancelled": "cancelled"}


class Halts:
    """Halts in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def halt(self, project_id: int) -> Halt | None:
        """Why the project stands still; None where it runs."""
        with redis_errors():
            return _HALTS[self._state.redis.get(self._state.name("halt", project_id))]

    def pause(self, project_id: int) -> Halt:
        """Stop selecting and beginning; returns the halt that now holds: what was cancelled stays so."""
        with redis_errors():
            self._state.redis.set(self._state.name("halt", project_id), "paused", nx=True)
        return self.halt(project_id) or "paused"

    def resume(self, project_id: int) -> Halt | None:
        """End the halt, and tell which it was. Somebody has to select after that."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.get(self._state.name("halt", project_id))
            pipe.delete(self._state.name("halt", project_id))
            found, _ = pipe.execute()
        return _HALTS[found]

    def cancel(self, project_id: int) -> int:
        """End the project's runs and release its pages in flight; how many those were."""
        return int(self._state.run("halts/cancel", project_id))
