"""Pages in flight: claimed by a selection, moved from stage to stage, and ended. Their leases are in `leases`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.errors import ChainOver
from prelabel.ledger.page_store import pack, unpack
from prelabel.ledger.redis_state import PORTION, RedisState, redis_errors, scanned
from prelabel.ledger.remarks import pack as remarks_row
from prelabel.ledger.scripts import STATES
from prelabel.ledger.stages import STAGES, Stage
from prelabel.page import Page, PageRef


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one chain to work on a page. A message carries nothing else."""

    project_id: int
    task_id: int
    token: str
    version: str

    @property
    def work(self) -> str:
        """The page's name in the ledger."""
        return f"page:{self.project_id}:{self.task_id}"

    @property
    def log_fields(self) -> str:
        """The name of the page in log lines."""
        return f"project={self.project_id} page={self.task_id}"


@dataclass(frozen=True, slots=True)
class FreePages:
    """Pages without a chain. `lost`: a worker died or a message was lost. `due`: they have waited for their time."""

    lost: list[PageRef]
    due: list[PageRef]


class Pages:
    """Pages in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def claim(self, ref: PageRef, version: str, *, lease_s: float, listed_at: float) -> tuple[Claim, Stage] | None:
        """Claim a page; return the claim and the first stage of its chain.

        Returns None when another chain has the page, when the page is failed, dropped, or ended since `listed_at`, or
        when the project is halted.
        """
        return next(iter(self.claim_all([ref], version, lease_s=lease_s, listed_at=listed_at)), None)

    def claim_all(
        self, refs: Sequence[PageRef], version: str, *, lease_s: float, listed_at: float
    ) -> list[tuple[Claim, Stage]]:
        """Claim pages in one call; return what `claim` returns, without the pages that cannot be claimed."""
        claims = [Claim(ref.project_id, ref.task_id, secrets.token_hex(8), version) for ref in refs]
        stages = self._state.run_each(
            "pages/claim",
            [
                (ref.project_id, ref.task_id, ref.image, version, claim.token, lease_s, listed_at)
                for ref, claim in zip(refs, claims, strict=True)
            ],
        )
        return [(claim, stage.decode()) for claim, stage in zip(claims, stages, strict=True) if stage is not None]

    def advance(
        self, claim: Claim, next_stage: Stage, page: Page, *, lease_s: float, ttl_s: float, seconds: Mapping[str, float]
    ) -> None:
        """Store the output of a stage and hand the page to the next one; its remarks replace those noted before.

        Raises ChainOver when the claim is stale.

        `seconds`: the time that each part of this stage took.
        """
        project_id, task_id, token = claim.project_id, claim.task_id, claim.token
        times, remarks = _flat(seconds), remarks_row(page.remarks)
        if not self._state.run(
            "pages/advance", project_id, task_id, token, next_stage, lease_s, pack(page), ttl_s, remarks, *times
        ):
            raise ChainOver("stale", claim.work)

    def load(self, claim: Claim) -> Page | None:
        """Return the output of the previous stage, or None when its time to live is over.

        Raises NewerFormat for the output of a newer release, ValueError for what no release of now can read.
        """
        with redis_errors():
            data = self._state.redis.get(self._state.name("words", claim.project_id, claim.task_id))
        return unpack(data) if isinstance(data, bytes) else None

    def read_again(self, claim: Claim) -> None:
        """Send the page back to stage ocr without counting a try: what is stored of it cannot be read."""
        self._state.run("pages/read_again", claim.project_id, claim.task_id, claim.token)

    def finish(self, claim: Claim, *, seconds: Mapping[str, float]) -> None:
        """End the page as done: its prediction is confirmed."""
        self._end(claim, "done", "", seconds)

    def skip(self, claim: Claim, reason: str) -> None:
        """End the page as skipped: nothing is left to do, e.g. because the page was deleted in Label Studio."""
        self._end(claim, "skipped", reason, {})

    def _end(self, claim: Claim, outcome: str, reason: str, seconds: Mapping[str, float]) -> None:
        project_id, task_id, token = claim.project_id, claim.task_id, claim.token
        self._state.run("pages/finish", project_id, task_id, token, outcome, reason, *_flat(seconds))

    def set_aside(self, claim: Claim, reason: str) -> None:
        """End the page as skipped; no selection finds it until a retry names it."""
        self._state.run("pages/set_aside", claim.project_id, claim.task_id, claim.token, reason)

    def free(self, project_id: int) -> FreePages:
        """Return pages in flight that no chain works on any more, so that a selection must start them."""
        free = FreePages([], [])
        for state in STATES:
            for rows in self._free_in(project_id, state):
                for page, image, waited in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
                    (free.due if waited else free.lost).append(PageRef(project_id, int(page), image.decode()))
        return free

    def _free_in(self, project_id: int, state: str) -> Iterator[list[Any]]:
        return scanned(lambda cursor: self._state.run("pages/free", project_id, state, cursor, PORTION))

    def in_flight(self, project_id: int) -> int:
        """Count the project's claimed pages."""
        return self._count(project_id, "queued", *STAGES)

    def is_in_flight(self, project_id: int, task_id: int) -> bool:
        """Return whether this page is claimed."""
        with redis_errors():
            return bool(self._state.redis.exists(self._state.name("page", project_id, task_id)))

    def before_upload(self, project_id: int) -> int:
        """Count claimed pages that have not reached the stage upload."""
        return self._count(project_id, "queued", "ocr", "extract")

    def _count(self, project_id: int, *states: str) -> int:
        with redis_errors(), self._state.redis.pipeline(transaction=True) as pipe:
            for state in states:
                pipe.scard(self._state.name("state", project_id, state))
            return sum(pipe.execute())


def _flat(seconds: Mapping[str, float]) -> list[object]:
    return [part for pair in seconds.items() for part in pair]
