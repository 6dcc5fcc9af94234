"""The process that runs tasks: its workplace, its name in the ledger, its work in hand, and what its worker lends.

Made at first use and once a process: a connection must not be shared over a fork.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from prelabel.errors import PrelabelError
from prelabel.ledger.leases import Leased
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import HEARTBEATS_MISSED, Announcement, worker_id
from prelabel.project.upload import Delivery
from prelabel.settings import Settings
from prelabel.workplace import Workplace

if TYPE_CHECKING:
    from prelabel.kie.link.models import LinkModel
    from prelabel.kie.tag.tagger import Probabilities, TagInput


class Forward(Protocol):
    """A tagger behind a batcher, and a linker: what the gpu worker lends to the stage extract."""

    announcement: Announcement
    linker: LinkModel
    tags: tuple[str, ...]

    def taking(self, claim: Claim, *, alone: bool) -> AbstractContextManager[None]:
        """Surround all work on a page; pages that must be `alone` are worked on one at a time."""
        ...

    def submit(self, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Return tag probabilities by word, once a forward pass has taken the page along."""
        ...

    def watching(self) -> AbstractContextManager[None]:
        """Surround work that might hang: it has EXTRACT_TIME_LIMIT, then the process ends."""
        ...


class BulkImporter(Protocol):
    """The micro-batch of bulk imports: what the io worker lends to the stage upload."""

    def submit(self, delivery: Delivery) -> Future[PrelabelError | None]:
        """Return None once the prediction is stored and confirmed, else its error."""
        ...


class WorkerProcess(Workplace):
    """A workplace with a name: `owner` holds leases. Leases of the work `in_hand` are renewed for `lease_s`.

    `ocr_settings`: those that the engines of this process are built with. `forward`, `importer`: lent by the worker
    before its first task; None in other kinds of workers.
    """

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.ledger  # noqa: B018  # made now, so that a missing address shows at once
        self.owner = worker_id(pid)
        self.in_hand: set[Leased] = set()
        self.lease_s = HEARTBEATS_MISSED * self.settings.heartbeat
        self.ocr_settings: Settings = self.settings
        self.forward: Forward | None = None
        self.importer: BulkImporter | None = None


def this_process() -> WorkerProcess:
    """Return this process's own."""
    return _process(os.getpid())


@lru_cache(maxsize=1)
def _process(pid: int) -> WorkerProcess:
    return WorkerProcess(pid)
