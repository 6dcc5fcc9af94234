"""The projects that need care: beat selects from them until nothing of them is left to do, watched or not.

A project is added where work begins or is asked for: a claim, a run, a document, a retry, `resume`, a webhook's event.
It is taken off by a selection that has succeeded, if no page is in flight, no run is open, no page is left unclaimed
and no document is on its way. So no work depends on one message, nor on the life of a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.ledger.redis_state import RedisState, redis_errors

#: Keys of release 0.1 are looked for this often: its processes may work beside newer ones for a while.
_LOOK_EVERY_S = 86_400
#: Names of keys, before the project's id, that release 0.1 has while a project has work.
_OLD_KEYS = ("runs", "state")
_PORTION = 1000


class Care:
    """The projects that need care, in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def ask(self, project_id: int) -> None:
        """Ask for a selection: the project needs care until one that begins from now on has succeeded."""
        self._state.run("care/ask", project_id)

    def settle(self, project_id: int, *, selected_at: float) -> bool:
        """Take the project off if nothing of it is left to do; return whether it is off.

        `selected_at`: the time (the ledger's clock) at which a selection began that has succeeded, or cannot succeed.
        """
        return bool(self._state.run("care/settle", project_id, selected_at))

    def projects(self) -> set[int]:
        """Return the projects that need care."""
        with redis_errors():
            return {int(project_id) for project_id in self._state.redis.zrange(self._state.name("care"), 0, -1)}

    def with_new_pages(self) -> set[int]:
        """Return the projects of which new pages are wanted: a selection is asked for, a run is open, or the last
        selection left pages unclaimed. The other projects that need care have pages in flight or documents only.
        """
        with redis_errors():
            rows = self._state.redis.zrange(self._state.name("care"), 0, -1, withscores=True)
            with self._state.redis.pipeline(transaction=False) as pipe:
                for project_id, _ in rows:
                    pipe.scard(self._state.name("runs", int(project_id)))
                    pipe.get(self._state.name("unclaimed", int(project_id)))
                found = pipe.execute()
        wanted = zip(rows, found[::2], found[1::2], strict=True)
        return {int(project_id) for (project_id, asked), runs, left in wanted if asked or runs or int(left or 0)}

    def with_documents(self) -> set[int]:
        """Return the projects with documents that wait, are opened, or are rendered."""
        return self._counted("scard", "arriving")

    def with_imports(self) -> set[int]:
        """Return the projects with pages that wait for their import, or documents to be compared with Label Studio."""
        return self._counted("zcard", "rendered")

    def adopt(self) -> None:
        """Add the projects that processes of release 0.1 have worked on; it kept no list of those that need care."""
        with redis_errors():
            for project_id in map(int, self._state.redis.smembers(self._state.name("intake", "projects"))):
                self._adopt_documents(project_id)
            if self._state.redis.exists(self._state.name("care", "adopted")):
                return
            for project_id in {*self._old_projects()}:
                self._adopt(project_id)
            self._state.redis.set(self._state.name("care", "adopted"), 1, ex=_LOOK_EVERY_S)

    def _counted(self, command: str, part: str) -> set[int]:
        """Return the projects that need care whose set of this name has members."""
        projects = sorted(self.projects())
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for project_id in projects:
                pipe.execute_command(command, self._state.name(part, project_id))
            return {project_id for project_id, count in zip(projects, pipe.execute(), strict=True) if count}

    def _adopt_documents(self, project_id: int) -> None:
        documents = self._state.redis.zrange(self._state.name("documents", project_id), 0, -1)
        for first in range(0, len(documents), _PORTION):
            portion = [document.decode() for document in documents[first : first + _PORTION]]
            self._state.run("care/adopt_documents", project_id, *portion)
        self._state.redis.srem(self._state.name("intake", "projects"), project_id)

    def _adopt(self, project_id: int) -> None:
        """Add a project, unless nothing of it is left to do."""
        if self._state.redis.zadd(self._state.name("care"), {str(project_id): 0}, nx=True):
            self.settle(project_id, selected_at=0)

    def _old_projects(self) -> Iterator[int]:
        for part in _OLD_KEYS:
            for key in self._state.redis.scan_iter(self._state.name(part, "*"), count=_PORTION):
                project_id = key.decode().removeprefix(self._state.name(part, "")).partition(":")[0]
                if project_id.isdecimal():
                    yield int(project_id)
