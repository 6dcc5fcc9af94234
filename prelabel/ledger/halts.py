"""Halts: a person pauses or cancels a project. A halt belongs to the project, because its runs share their pages.

Paused: no page is claimed and no stage begins; stages that have begun end. The messages of waiting pages are consumed,
and the pages wait in the ledger without losing a try. After the pause a selection starts them at the stage that they
had reached (at ocr, where the pause was longer than PRELABEL_PAGE_TTL). Only `resume` ends a pause.

Cancelled: pages in flight are released and the project's runs end. Only an upload in hand is finished, so that Label
Studio holds one prediction of a page or none. A halt outlives restarts. Nothing is selected, not even by beat, until
`resume` or a new run, which begins with the pages that Label Studio lists then.
"""

from __future__ import annotations

from typing import Literal

from prelabel.ledger.redis_state import PORTION, RedisState, redis_errors, scanned
from prelabel.ledger.scripts import STATES

Halt = Literal["paused", "cancelled"]
_HALTS: dict[bytes | None, Halt | None] = {None: None, b"paused": "paused", b"cancelled": "cancelled"}


class Halts:
    """Halts in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def halt(self, project_id: int) -> Halt | None:
        """Return the project's halt, or None where the project runs."""
        with redis_errors():
            return _HALTS[self._state.redis.get(self._state.name("halt", project_id))]

    def pause(self, project_id: int) -> Halt:
        """Pause the project; return the halt that now holds. A cancelled project stays cancelled."""
        with redis_errors():
            self._state.redis.set(self._state.name("halt", project_id), "paused", nx=True)
        return self.halt(project_id) or "paused"

    def resume(self, project_id: int) -> Halt | None:
        """End the halt and return it; where there was one, a selection is asked for. The caller sends it."""
        return _HALTS[self._state.run("halts/resume", project_id)]

    def cancel(self, project_id: int) -> int:
        """End the project's runs and release its pages in flight; return their number."""
        with redis_errors():
            self._state.redis.set(self._state.name("halt", project_id), "cancelled")
        released = sum(self._release(project_id, state) for state in STATES)  # in the order in which pages move
        self._state.run("halts/cancel", project_id)
        return released

    def _release(self, project_id: int, state: str) -> int:
        return sum(scanned(lambda cursor: self._state.run("halts/release", project_id, state, cursor, PORTION)))
