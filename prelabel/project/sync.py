"""What sync does, without Celery: ask Label Studio to sync a storage, watch it, repair one that failed or is stuck.

Two syncs of one storage at a time make each new object a page twice. So one process at a time asks, and not while a
sync shows signs of life, nor while one may still begin whose answer was lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from prelabel.errors import AmbiguousUpload, PrelabelError, SyncFailed
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.storages import (
    UNDER_WAY,
    Storage,
    find_storages,
    mark_sync_failed,
    refresh_storage,
    request_sync,
)
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings

log = logging.getLogger(__name__)

#: running: Label Studio is at it, or may begin any moment. resting: it has failed, and its next turn comes later.
Outcome = Literal["done", "failed", "running", "resting"]

_QUEUED = "it has long been waiting in Label Studio's own queue: see that its worker (rqworker) runs"
#: Pauses between two looks at a sync under way: as long as Label Studio's own between two signs of life, in the end.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of a storage's turn. `new_pages`: what its last sync brought, told once."""

    storage: Storage
    outcome: Outcome
    new_pages: int = 0
    reason: str = ""


def sync_project(
    client: LabelStudio,
    ledger: Ledger,
    settings: Settings,
    project_id: int,
    title: str,
    *,
    patience_s: float,
    insist: bool = False,
    watched: Callable[[Storage], None] = lambda _: None,
) -> list[Synced] | None:
    """Sync the project's storages of this title; None while another process does.

    Waits up to `patience_s` for the end of each. `insist`: also one that rests, and after the other process's turn, if
    that ends within HTTP_TIMEOUT. `watched` is told of each look.
    Raises StorageNotFound, AuthError, ServiceUnavailable.
    """
    with ledger.lock(f"sync:{project_id}", wait_s=settings.http_timeout if insist else 0.0) as held:
        if not held:
            return None
        found = find_storages(client, project_id, title)
        return [_Turn(client, ledger, settings, s, insist, watched).run(patience_s) for s in found]


@dataclass(slots=True)
class _Turn:
    client: LabelStudio
    ledger: Ledger
    settings: Settings
    storage: Storage
    insist: bool
    watched: Callable[[Storage], None]
    #: The sync before one whose answer was lost.
    before_lost: str | None = None

    def run(self, patience_s: float) -> Synced:
        """Raises StorageNotFound, ServiceUnavailable."""
        earlier = self._news()
        try:
            if self._may_ask():
                if not self.insist and self.ledger.syncs.resting(self.storage):
                    return Synced(self.storage, "resting", earlier)
                self._ask()
            self._watch(time.monotonic() + patience_s)
            if not self._may_ask():
                return Synced(self.storage, "running", earlier, _QUEUED if self._waits_long() else "")
            self._check()
        except SyncFailed as error:
            times = self.ledger.syncs.failed(self.storage, rest_s=self.settings.sync_interval)
            reason = str(error) if times == 1 else f"{error} ({times} times in a row)"
            return Synced(self.storage, "failed", earlier + self._news(), reason)
        self.ledger.syncs.succeeded(self.storage)
        return Synced(self.storage, "done", earlier + self._news(), self.storage.reason)

    def _news(self) -> int:
        """Pages that the last sync brought, if it has ended and nobody was told."""
        return self.storage.new_pages if self._may_ask() and self.ledger.syncs.first_seen(self.storage) else 0

    def _check(self) -> None:
        """Raises SyncFailed."""
        if self.storage.sync_id == self.before_lost:
            raise SyncFailed(f"Label Studio did not answer, nor begin to sync storage {self.storage}")
        if self.storage.status in UNDER_WAY:
            raise SyncFailed(
                f"the sync of storage {self.storage} died in Label Studio; the next goes on where it stopped"
            )
        if self.storage.status == "failed":
            raise SyncFailed(f"Label Studio could not sync storage {self.storage}: {self.storage.reason}")

    def _may_ask(self) -> bool:
        running = self.storage.running(self.settings.sync_stuck)
        return not running and not self.ledger.syncs.pending(self.storage)

    def _waits_long(self) -> bool:
        return self.storage.in_queue and self.storage.silent_s > self.settings.sync_stuck

    def _ask(self) -> None:
        """Raises SyncFailed when Label Studio could not begin."""
        if self.storage.status in UNDER_WAY:
            log.warning("storage %s: a sync has been dead for %.0f s; released", self.storage, self.storage.silent_s)
            mark_sync_failed(self.client, self.storage)
        self.ledger.syncs.ask(self.storage, kept_s=self.settings.sync_stuck)
        try:
            self.storage = request_sync(self.client, self.storage)
        except AmbiguousUpload:
            log.warning("storage %s: the answer to a sync was lost; looking what comes of it", self.storage)
            self.before_lost = self.storage.sync_id
            self.storage = refresh_storage(self.client, self.storage)
            return
        except PrelabelError:  # nothing has begun
            self.ledger.syncs.answered(self.storage)
            raise
        self.ledger.syncs.answered(self.storage)

    def _watch(self, until: float) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._may_ask() and not self._waits_long() and time.monotonic() < until:
            self.watched(self.storage)
            time.sleep(min(pause_s, max(0.0, until - time.monotonic())))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            self.storage = refresh_storage(self.client, self.storage)
