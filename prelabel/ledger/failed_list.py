"""The failed list of a project: pages whose retries are used up, in a Redis hash until a person retries or drops them.

The list may grow to the whole project. It is read in portions, so that neither the reader nor Redis holds all of it at
once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from prelabel.errors import FailureClass, failure
from prelabel.ledger.redis_state import PORTION, RedisState, portions, redis_errors
from prelabel.page import PageRef

#: A page that was retried because its cause had passed is not retried again for this time.
_RETRIED_KEPT_S = 86400.0


@dataclass(frozen=True, slots=True)
class FailedPage:
    """One row of the failed list. `reason` is an error's code; `at` is unix time in seconds."""

    project_id: int
    task_id: int
    image: str
    reason: str
    message: str
    stage: str
    attempts: int
    at: float

    @property
    def failure_class(self) -> FailureClass:
        """transient (a retry may help as it is), permanent or poison."""
        return failure(self.reason).failure_class

    @property
    def cure(self) -> str:
        """The remedy for a person."""
        return failure(self.reason).cure

    def to_json(self) -> dict[str, Any]:
        """Return all fields with class and cure, JSON-ready."""
        return asdict(self) | {"class": self.failure_class, "cure": self.cure}


@dataclass(frozen=True, slots=True)
class Which:
    """A filter of failed pages; an empty field does not restrict it."""

    reasons: tuple[str, ...] = ()
    stage: str | None = None
    failure_class: FailureClass | None = None

    def __bool__(self) -> bool:
        return bool(self.reasons or self.stage or self.failure_class)

    def fits(self, entry: dict[str, Any]) -> bool:
        """Return whether the filter lets this entry through."""
        return (
            (not self.reasons or entry["reason"] in self.reasons)
            and self.stage in (None, entry["stage"])
            and self.failure_class in (None, failure(entry["reason"]).failure_class)
        )


@dataclass(frozen=True, slots=True)
class FailedSum:
    """The number of pages that failed in one stage for one reason."""

    reason: str
    stage: str
    pages: int

    def to_json(self) -> dict[str, Any]:
        """Return all fields with class and cure, JSON-ready."""
        error = failure(self.reason)
        return asdict(self) | {"class": error.failure_class, "cure": error.cure}


class FailedList:
    """Failed lists in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def pages(self, project_id: int, which: Which = Which(), *, skip: int = 0) -> Iterator[FailedPage]:
        """Yield the chosen pages, oldest first, without the first `skip`; entries are read portion by portion."""
        order = sorted((entry["at"], page) for page, entry in self._entries(project_id, which))
        ids = (page for _, page in islice(order, skip, None))
        while portion := list(islice(ids, PORTION)):
            with redis_errors():
                rows = self._state.redis.hmget(self._key(project_id), portion)
            # A page may have been retried or dropped since it was listed.
            yield from (_page(project_id, page, row) for page, row in zip(portion, rows, strict=True) if row)

    def page(self, project_id: int, task_id: int) -> FailedPage | None:
        """Return one page of the list, or None when the page is not on it."""
        with redis_errors():
            row = self._state.redis.hget(self._key(project_id), task_id)
        return _page(project_id, task_id, row) if row else None

    def ids(self, project_id: int, which: Which = Which()) -> list[int]:
        """Return the task ids of the chosen pages, in no order."""
        return [page for page, _ in self._entries(project_id, which)]

    def summary(self, project_id: int, which: Which = Which()) -> list[FailedSum]:
        """Count the chosen pages by reason and stage, the most frequent first."""
        counts = Counter((entry["reason"], entry["stage"]) for _, entry in self._entries(project_id, which))
        return [FailedSum(reason, stage, pages) for (reason, stage), pages in counts.most_common()]

    def retry(self, project_id: int, task_ids: Sequence[int]) -> int:
        """Take failed or dropped pages off the list, so that the next selection finds them; return their number."""
        return self._take_off(project_id, "retry", task_ids)

    def passing(self, project_id: int) -> dict[int, tuple[str, float]]:
        """Return the pages whose cause may pass and that were not retried for it: server ('' for none) and time."""
        entries = self._entries(project_id, Which())
        return {page: (entry.get("server", ""), float(entry["at"])) for page, entry in entries if entry.get("again")}

    def retry_once(self, project_id: int, task_ids: Sequence[int]) -> int:
        """Take pages off the list because their cause has passed; if they fail again, they stay on it."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            now, name = float(self._state.redis.time()[0]), self._state.name("retried", project_id)
            for first in range(0, len(task_ids), PORTION):
                pipe.zadd(name, dict.fromkeys(task_ids[first : first + PORTION], now))
            pipe.zremrangebyscore(name, "-inf", now - _RETRIED_KEPT_S)
            pipe.expire(name, int(_RETRIED_KEPT_S))
            pipe.execute()
        return self.retry(project_id, task_ids)

    def drop(self, project_id: int, task_ids: Sequence[int]) -> int:
        """Set failed pages aside, so that no selection finds them until `retry` names them; return their number."""
        return self._take_off(project_id, "drop", task_ids)

    def forget_others(self, refs: Sequence[PageRef]) -> int:
        """Forget failed and dropped pages whose task id is that of another page now; return their number.

        `refs`: pages of one project as Label Studio lists them. `pages.claim` does the same for the page it claims.
        """
        forgotten = 0
        for portion in portions(refs):
            pairs = [part for ref in portion for part in (ref.task_id, ref.image)]
            forgotten += int(self._state.run("failed_list/forget_others", portion[0].project_id, *pairs))
        return forgotten

    def _take_off(self, project_id: int, how: str, task_ids: Sequence[int]) -> int:
        return sum(int(self._state.run("failed_list/take_off", project_id, how, *part)) for part in portions(task_ids))

    def _entries(self, project_id: int, which: Which) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield task id and entry of the chosen pages, each once, in no order."""
        seen: set[int] = set()
        with redis_errors():
            for page, row in self._state.redis.hscan_iter(self._key(project_id), count=PORTION):
                entry = json.loads(row)
                if int(page) not in seen and which.fits(entry):
                    seen.add(int(page))  # a scan may show a row twice while the hash grows
                    yield int(page), entry

    def _key(self, project_id: int) -> str:
        return self._state.name("failed", project_id)


def _page(project_id: int, task_id: int, row: bytes) -> FailedPage:
    known = {name: value for name, value in json.loads(row).items() if name in FailedPage.__slots__}
    return FailedPage(project_id=project_id, task_id=task_id, **known)
