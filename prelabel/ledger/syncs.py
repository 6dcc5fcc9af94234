"""What is remembered of storage syncs, in Redis: the one that was asked for, the one that was dealt with, failures.

Its callers hold the project's lock `sync:PROJECT`; a storage belongs to one project.
"""

from __future__ import annotations

from prelabel.labelstudio.storages import Storage
from prelabel.ledger.redis_state import RedisState, redis_errors

#: The longest rest after failures in a row, and after how many it is reached at the latest.
_LONGEST_REST_S, _DOUBLINGS = 600.0, 20


class Syncs:
    """See the module. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def ask(self, storage: Storage, *, kept_s: float) -> None:
        """Before asking for a sync: while its answer is out, Label Studio may begin it within `kept_s`."""
        with redis_errors():
            self._state.redis.set(self._name("asked", storage), storage.sync_id, px=int(kept_s * 1000))

    def answered(self, storage: Storage) -> None:
        """Label Studio has said what came of it."""
        with redis_errors():
            self._state.redis.delete(self._name("asked", storage))

    def pending(self, storage: Storage) -> bool:
        """Was a sync asked for that may still begin? Only then the last one is still the one before."""
        with redis_errors():
            asked = self._state.redis.get(self._name("asked", storage))
        return asked is not None and asked.decode() == storage.sync_id

    def first_seen(self, storage: Storage) -> bool:
        """Is the storage's last sync another one than at the call before?"""
        with redis_errors():
            seen = self._state.redis.set(self._name("seen", storage), storage.sync_id, get=True)
        return (seen or b"").decode() != storage.sync_id

    def failed(self, storage: Storage, *, rest_s: float) -> int:
        """It failed, so many times in a row; it rests for `rest_s`, and longer each time."""
        with redis_errors():
            times = int(self._state.redis.incr(self._name("failures", storage)))
            rest_s = min(rest_s * 2.0 ** min(times - 1, _DOUBLINGS), _LONGEST_REST_S)
            self._state.redis.set(self._name("rest", storage), 1, px=int(rest_s * 1000))
        return times

    def succeeded(self, storage: Storage) -> None:
        with redis_errors():
            self._state.redis.delete(self._name("failures", storage), self._name("rest", storage))

    def resting(self, storage: Storage) -> bool:
        with redis_errors():
            return bool(self._state.redis.exists(self._name("rest", storage)))

    def named_up_to(self, project_id: int) -> int:
        """The last task of the project whose page has been looked at for its name; 0 before the first."""
        with redis_errors():
            return int(self._state.redis.get(self._state.name("sync", "named", project_id)) or 0)

    def set_named_up_to(self, project_id: int, task_id: int) -> None:
        with redis_errors():
            self._state.redis.set(self._state.name("sync", "named", project_id), task_id)

    def _name(self, what: str, storage: Storage) -> str:
        return self._state.name("sync", what, storage.kind, storage.id)
