"""The process that runs tasks: its workplace, its name in the ledger, its work in hand, and its worker's services.

One object for each process, made at its first use: a connection must not be shared over a fork.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
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
    from prelabel.kie.tag.tagger import Probabilities, Tagger, TagInput
    from prelabel.project.models import Models


class Forward(Protocol):
    """The forward pass that the gpu worker provides to stage extract: taggers behind a batcher, and linkers."""

    def announced(self, project_id: int) -> Announcement | None:
        """Return the models of this worker for a project; None where it has not those that the project chooses."""
        ...

    def loaded(self) -> Sequence[Announcement]:
        """Return the models of projects that are loaded, also those that projects have no longer."""
        ...

    def models(self, project_id: int, announcement: Announcement) -> Models:
        """Return the models that were announced, loaded. Raises ModelUnavailable or SettingError."""
        ...

    def page_in_hand(self, claim: Claim, *, alone: bool) -> AbstractContextManager[None]:
        """Surround all work on a page; pages that must run `alone` are worked on one at a time."""
        ...

    def submit(self, tagger: Tagger, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Let the page take part in a forward pass; the result is its tag probabilities by word."""
        ...

    def watching(self) -> AbstractContextManager[None]:
        """Surround work that might hang: after PRELABEL_EXTRACT_TIME_LIMIT the process is killed."""
        ...


class BulkImporter(Protocol):
    """The bulk import that the io worker provides to stage upload."""

    def submit(self, delivery: Delivery) -> Future[PrelabelError | None]:
        """Let the prediction take part in a bulk import; the result is its error, None when it is confirmed."""
        ...


class WorkerProcess(Workplace):
    """A workplace that holds leases under the name `owner`. Leases of the work `in_hand` are renewed for `lease_s`.

    `ocr_settings`: the settings of the OCR engines of this process. `forward`, `importer`: set by the gpu and the io
    worker before their first task; None in other kinds of workers.
    """

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.ledger  # noqa: B018  # made now, so that a missing address is noticed at once
        self.owner = worker_id(pid)
        self.in_hand: set[Leased] = set()
        self.lease_s = HEARTBEATS_MISSED * self.settings.heartbeat
        self.ocr_settings: Settings = self.settings
        self.forward: Forward | None = None
        self.importer: BulkImporter | None = None


def this_process() -> WorkerProcess:
    """Return the object of this process."""
    return _process(os.getpid())


@lru_cache(maxsize=1)
def _process(pid: int) -> WorkerProcess:
    return WorkerProcess(pid)
