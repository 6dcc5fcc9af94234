"""Document jobs: opening a document (job 0) and rendering page N (job N). Their leases are in `leases`.

Jobs are taken from all documents in turn, one of each, up to a bound on all jobs in flight: a document of 10,000 pages
neither floods Redis nor delays the others. A job runs alone in its process, so a crash is charged to it.
"""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass

from prelabel.errors import ChainOver
from prelabel.ledger.redis_state import PORTION, RedisState

#: Jobs that one call may take.
_PORTION = 16
#: A job that was tried again because its cause had passed is not tried again for this time.
_RETRIED_KEPT_S = 86400.0


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """The right of one chain to do a job. A message carries nothing else."""

    project_id: int
    document: str
    number: int
    token: str

    @property
    def work(self) -> str:
        """The job's name in the ledger."""
        return f"job:{self.project_id}:{self.document}:{self.number}"

    @property
    def log_fields(self) -> str:
        """The document and the page, as log lines name them."""
        return f"project={self.project_id} document={self.document} page={self.number}"


class DocumentJobs:
    """Document jobs in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def take(self, *, bound: int, lease_s: float) -> list[DocumentJob]:
        """Take the next jobs; the caller sends their messages. [] when `bound` jobs are in flight, or none waits.

        `lease_s`: longest time that a job may wait in its queue.
        """
        tokens = [secrets.token_hex(8) for _ in range(_PORTION)]
        row = [part.decode() for part in self._state.run("jobs/take", bound, lease_s, *tokens)]
        return [DocumentJob(int(row[i]), row[i + 1], int(row[i + 2]), row[i + 3]) for i in range(0, len(row), 4)]

    def opened(self, job: DocumentJob, pages: int, page_suffix: str) -> None:
        """End job 0: the document has `pages` pages, to be rendered next. Raises ChainOver when the job is stale."""
        self._end(job, "opened", pages, page_suffix)

    def rendered(self, job: DocumentJob, *, importing: bool) -> None:
        """End job N: page N is in the bucket. Raises ChainOver when the job is stale.

        `importing`: prelabel imports the page itself; otherwise a sync of the storage brings it.
        """
        self._end(job, "rendered", int(importing))

    def recover(self) -> int:
        """Put jobs back among the waiting ones: those without a worker or message, and those whose wait is over.

        Returns the number of jobs without a worker or message.
        """
        return int(self._state.run("jobs/recover"))

    def retry_passed(self, back: str = "", *, after_s: float) -> int:
        """Let failed jobs wait again, each once a day, whose cause has passed; return their number.

        `back`: the server that has just come back; its jobs are taken at once, others (also those of a full disk)
        `after_s` after their failure if their server is not away.
        """
        tried, skip, seen = 0, 0, PORTION
        while seen == PORTION:
            row = self._state.run("jobs/retry_passed", back, after_s, _RETRIED_KEPT_S, skip, PORTION)
            seen, again, left = map(int, row)
            tried, skip = tried + again, skip + left
        return tried

    def _end(self, job: DocumentJob, outcome: str, *values: object) -> None:
        project_id, document, number, token = astuple(job)
        if not self._state.run("jobs/end", project_id, document, number, token, outcome, *values):
            raise ChainOver("stale", job.work)
