"""An index of exact versions: which pipeline version made the prediction that a page holds in Label Studio.

The truth is in Label Studio, with each region. The index saves reading bodies; what it does not know is read there.
It also holds the name that the predictions of a project share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from prelabel.ledger.redis_state import RedisState, portions, redis_errors

#: As in lua/shared/versions.lua.
_PAGES_A_FIELD, _CODE_BYTES = 32, 4
_UNKNOWN = b"\0" * _CODE_BYTES


class Versions:
    """Versions in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def of_pages(self, project_id: int, task_ids: Collection[int]) -> dict[int, str]:
        """Return the version of each page, as far as it is known."""
        fields = sorted({task_id // _PAGES_A_FIELD for task_id in task_ids})
        if not fields:
            return {}
        with redis_errors():
            rows = self._state.redis.hmget(self._key(project_id), fields)
        codes, versions = dict(zip(fields, rows, strict=True)), self._versions()
        found = {task_id: versions.get(_code(codes[task_id // _PAGES_A_FIELD], task_id)) for task_id in task_ids}
        return {task_id: version for task_id, version in found.items() if version}

    def count(self, project_id: int) -> dict[str, int]:
        """Count the project's pages by version, the most frequent first."""
        with redis_errors():
            rows: Iterable[bytes] = self._state.redis.hvals(self._key(project_id))
        counts: Counter[bytes] = Counter()
        for row in rows:
            counts.update(row[at : at + _CODE_BYTES] for at in range(0, len(row), _CODE_BYTES))
        versions = self._versions()
        return {versions[code]: number for code, number in counts.most_common() if code in versions}

    def note(self, project_id: int, versions: Mapping[int, str]) -> None:
        """Note what was read in Label Studio. A page that ends as done is noted by the script that ends it."""
        for portion in portions([*versions.items()]):
            self._state.run("versions/note", project_id, *(part for pair in portion for part in pair))

    def forget(self, project_id: int, task_ids: Iterable[int]) -> None:
        """Forget pages whose prediction may have changed since it was noted."""
        self.note(project_id, dict.fromkeys(task_ids, ""))

    def name(self, project_id: int) -> str:
        """Return the name that the project's predictions share; '' before the first one."""
        return self._name_row(project_id, "name")

    def set_name(self, project_id: int, name: str) -> None:
        """Note the name that the project's predictions share."""
        self._set_name_row(project_id, "name", name)

    def looked_at(self, project_id: int) -> str:
        """Return what `set_looked_at` was given last; '' before."""
        return self._name_row(project_id, "looked_at")

    def set_looked_at(self, project_id: int, others: str) -> None:
        """Note that predictions under other names, described by `others`, were looked at, and need nothing."""
        self._set_name_row(project_id, "looked_at", others)

    def names_rest(self, project_id: int) -> bool:
        """Return whether the names were looked at a short time ago, and nothing was left to do."""
        with redis_errors():
            return bool(self._state.redis.exists(self._state.name("name", project_id, "rest")))

    def let_names_rest(self, project_id: int, *, for_s: float) -> None:
        """Note that nothing was left to do; the next look comes after `for_s`."""
        with redis_errors():
            self._state.redis.set(self._state.name("name", project_id, "rest"), 1, px=int(1000 * for_s))

    def hidden_by(self, project_id: int) -> str:
        """Return the other tool's name that the label stream shows instead of ours; '' where there is none."""
        return self._name_row(project_id, "hidden_by")

    def set_hidden_by(self, project_id: int, name: str) -> None:
        """Note whose predictions the label stream shows instead of ours."""
        self._set_name_row(project_id, "hidden_by", name)

    def pages(self, project_id: int) -> list[int]:
        """Return the pages whose version is known, lowest first."""
        with redis_errors():
            rows: dict[bytes, bytes] = self._state.redis.hgetall(self._key(project_id))
        ids = (int(field) * _PAGES_A_FIELD + place for field in rows for place in range(_PAGES_A_FIELD))
        known = {int(field): codes for field, codes in rows.items()}
        return sorted(each for each in ids if _code(known[each // _PAGES_A_FIELD], each) not in (_UNKNOWN, b""))

    def _name_row(self, project_id: int, field: str) -> str:
        with redis_errors():
            return (self._state.redis.hget(self._state.name("name", project_id), field) or b"").decode()

    def _set_name_row(self, project_id: int, field: str, value: str) -> None:
        with redis_errors():
            self._state.redis.hset(self._state.name("name", project_id), field, value)

    def _versions(self) -> dict[bytes, str]:
        with redis_errors():
            rows: dict[bytes, bytes] = self._state.redis.hgetall(self._state.name("version_codes"))
        return {code: version.decode() for code, version in rows.items() if code != _UNKNOWN}

    def _key(self, project_id: int) -> str:
        return self._state.name("versions", project_id)


def _code(codes: Any, task_id: int) -> bytes:
    at = _CODE_BYTES * (task_id % _PAGES_A_FIELD)
    return bytes((codes or b"")[at : at + _CODE_BYTES])
