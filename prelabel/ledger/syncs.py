"""The state of storage syncs in Redis: the last request, the last sync whose pages were handled, and failures.

Callers hold the project's lock `sync:PROJECT`; a storage belongs to one project.
"""

from __future__ import annotations

from prelabel.labelstudio.storages import Storage
from prelabel.ledger.redis_state import RedisState, redis_errors

#: The longest rest after failures in a row, and the number of failures that reaches it at the latest.
_LONGEST_REST_S, _DOUBLINGS = 600.0, 20


class Syncs:
    """Storage syncs in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def ask(self, storage: Storage, *, kept_s: float) -> None:
        """Record that a sync is about to be requested. Until it is answered, it may still begin within `kept_s`."""
        with redis_errors():
            self._state.redis.set(self._name("asked", storage), storage.sync_id, px=int(kept_s * 1000))

    def answered(self, storage: Storage) -> None:
        """Record that Label Studio answered the request."""
        with redis_errors():
            self._state.redis.delete(self._name("asked", storage))

    def pending(self, storage: Storage) -> bool:
        """Return whether a requested sync may still begin, in which case the last recorded sync is an older one."""
        with redis_errors():
            asked = self._state.redis.get(self._name("asked", storage))
        return asked is not None and asked.decode() == storage.sync_id

    def first_seen(self, storage: Storage) -> bool:
        """Return whether the storage's last sync is another one than at the previous call; record it."""
        with redis_errors():
            seen = self._state.redis.set(self._name("seen", storage), storage.sync_id, get=True)
        return (seen or b"").decode() != storage.sync_id

    def failed(self, storage: Storage, *, rest_s: float) -> int:
        """Record a failed sync; return the number of failures in a row.

        The storage rests for `rest_s` after the first one and twice as long after each further one, 600 s at most.
        """
        with redis_errors():
            times = int(self._state.redis.incr(self._name("failures", storage)))
            rest_s = min(rest_s * 2.0 ** min(times - 1, _DOUBLINGS), _LONGEST_REST_S)
            self._state.redis.set(self._name("rest", storage), 1, px=int(rest_s * 1000))
        return times

    def succeeded(self, storage: Storage) -> None:
        """Record a sync without a failure: the storage no longer rests."""
        with redis_errors():
            self._state.redis.delete(self._name("failures", storage), self._name("rest", storage))

    def resting(self, storage: Storage) -> bool:
        """Return whether the storage rests after a failure."""
        with redis_errors():
            return bool(self._state.redis.exists(self._name("rest", storage)))

    def named_up_to(self, project_id: int) -> int:
        """Return the task id up to which page names have been written; 0 before the first."""
        with redis_errors():
            return int(self._state.redis.get(self._state.name("sync", "named", project_id)) or 0)

    def set_named_up_to(self, project_id: int, task_id: int) -> None:
        """Record the task id up to which page names have been written."""
        with redis_errors():
            self._state.redis.set(self._state.name("sync", "named", project_id), task_id)

    def _name(self, what: str, storage: Storage) -> str:
        return self._state.name("sync", what, storage.kind, storage.id)
