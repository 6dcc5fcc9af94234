"""Watched projects: beat selects pages from them, beside the projects of the setting PRELABEL_PROJECTS, without a
restart.

A project that Label Studio no longer has is missing: it stays in the ledger, and is asked for again now and then, so
that an accident (a restored database, a right taken and given back) loses nothing.
"""

from __future__ import annotations

from prelabel.ledger.redis_state import RedisState, redis_errors

#: Time between two questions to Label Studio for a missing project.
_MISSING_REST_S = 600.0


class Watched:
    """Watched and missing projects in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state
        self._watched, self._missing = state.name("watched"), state.name("missing")

    def add(self, project_id: int) -> bool:
        """Watch a project; return False where it was watched before."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.sadd(self._watched, project_id)
            pipe.hdel(self._missing, project_id)
            added, _ = pipe.execute()
        return bool(added)

    def remove(self, project_id: int) -> bool:
        """Watch a project no longer; return False where it was not watched."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.srem(self._watched, project_id)
            pipe.hdel(self._missing, project_id)
            removed, _ = pipe.execute()
        return bool(removed)

    def projects(self) -> set[int]:
        """Return the watched projects."""
        with redis_errors():
            return {int(project_id) for project_id in self._state.redis.smembers(self._watched)}

    def missing(self) -> set[int]:
        """Return the projects that Label Studio did not have when it was last asked, watched or not."""
        with redis_errors():
            return {int(project_id) for project_id in self._state.redis.hkeys(self._missing)}

    def resting(self) -> set[int]:
        """Return the missing projects that Label Studio is not asked for now."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.time()
            pipe.hgetall(self._missing)
            (now, _), asked = pipe.execute()
        return {int(project_id) for project_id, at in asked.items() if now - int(at) < _MISSING_REST_S}

    def not_found(self, project_id: int) -> bool:
        """Record that Label Studio does not have the project; return whether that is news."""
        with redis_errors():
            now, _ = self._state.redis.time()
            return bool(self._state.redis.hset(self._missing, project_id, now))

    def found(self, project_id: int) -> bool:
        """Record that Label Studio has the project; return whether that is news."""
        with redis_errors():
            return bool(self._state.redis.hdel(self._missing, project_id))
