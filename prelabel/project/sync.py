"""Sync of storages, without Celery: request it from Label Studio, watch it, repair a sync that failed or is stuck.

Two syncs of one storage at a time make two pages of each new object. So one process at a time requests a sync, and
never while a sync gives signs of life, nor while a sync may still begin after a lost answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from prelabel.errors import AmbiguousUpload, PrelabelError, SyncFailed
from prelabel.labelstudio.storages import Storage, find_storages, mark_sync_failed, refresh_storage, request_sync
from prelabel.ledger.locks import HeldLock
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: running: a sync is under way, or may begin at any moment. resting: it has failed, and its next turn comes later.
Outcome = Literal["done", "failed", "running", "resting"]

_QUEUED = "it has long been waiting in Label Studio's own queue: check that its worker (rqworker) runs"
#: Pauses between two checks of a sync; the longest is Label Studio's own pause between two signs of life.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Synced:
    """Outcome of a storage's turn. `new_pages`: number of pages that its last sync made, reported once."""

    storage: Storage
    outcome: Outcome
    new_pages: int = 0
    reason: str = ""


def sync_project(
    workplace: Workplace,
    project_id: int,
    title: str,
    *,
    patience_s: float,
    insist: bool = False,
    watched: Callable[[Storage], None] = lambda _: None,
) -> list[Synced] | None:
    """Sync the project's storages of this title; return None while another process does.

    Waits up to `patience_s` for the end of each sync. `insist`: also syncs a resting storage, and waits up to
    PRELABEL_HTTP_TIMEOUT for the other process. `watched` is called at each check. Raises StorageNotFound, AuthError,
    ServiceUnavailable.
    """
    with workplace.ledger.locks.hold(
        f"sync:{project_id}", wait_s=workplace.settings.http_timeout if insist else 0.0
    ) as held:
        if not held:
            return None
        found = find_storages(workplace.client, project_id, title)
        return [_Turn(workplace, held, s, insist, watched).run(patience_s) for s in found]


@dataclass(slots=True)
class _Turn:
    """A storage's turn: sync, watch, check the outcome."""

    workplace: Workplace
    held: HeldLock
    storage: Storage
    insist: bool
    watched: Callable[[Storage], None]
    #: The last known sync before the answer to a request was lost.
    before_lost: str | None = None

    def run(self, patience_s: float) -> Synced:
        """Sync the storage once. Raises StorageNotFound, ServiceUnavailable."""
        earlier = self._news()
        try:
            if self._may_request():
                if not self.insist and self.workplace.ledger.syncs.resting(self.storage):
                    return Synced(self.storage, "resting", earlier)
                self._request()
            self._watch(time.monotonic() + patience_s)
            if not self._may_request():
                return Synced(self.storage, "running", earlier, _QUEUED if self._waits_long() else "")
            self._check()
        except SyncFailed as error:
            times = self.workplace.ledger.syncs.failed(self.storage, rest_s=self.workplace.settings.sync_interval)
            reason = str(error) if times == 1 else f"{error} ({times} times in a row)"
            return Synced(self.storage, "failed", earlier + self._news(), reason)
        self.workplace.ledger.syncs.succeeded(self.storage)
        return Synced(self.storage, "done", earlier + self._news(), self.storage.reason)

    def _news(self) -> int:
        """Return the number of pages that the last sync made, if it has ended and was not reported yet."""
        return (
            self.storage.new_pages
            if self._may_request() and self.workplace.ledger.syncs.first_seen(self.storage)
            else 0
        )

    def _check(self) -> None:
        """Raise SyncFailed if the last sync failed."""
        if self.storage.sync_id == self.before_lost:
            raise SyncFailed(f"Label Studio did not answer, and did not begin to sync storage {self.storage}")
        if self.storage.under_way:
            raise SyncFailed(f"the sync of storage {self.storage} died in Label Studio; the next sync continues there")
        if self.storage.failed:
            raise SyncFailed(f"Label Studio could not sync storage {self.storage}: {self.storage.reason}")

    def _may_request(self) -> bool:
        running = self.storage.running(self.workplace.settings.sync_stuck)
        return not running and not self.workplace.ledger.syncs.pending(self.storage)

    def _waits_long(self) -> bool:
        return self.storage.in_queue and self.storage.silent_s > self.workplace.settings.sync_stuck

    def _request(self) -> None:
        """Request a sync. Raises SyncFailed when Label Studio could not begin."""
        if self.storage.under_way:
            log.warning("storage %s: a sync has been dead for %.0f s; released", self.storage, self.storage.silent_s)
            mark_sync_failed(self.workplace.client, self.storage)
        self.held.check()  # two syncs of one storage at a time disturb each other
        self.workplace.ledger.syncs.ask(self.storage, kept_s=self.workplace.settings.sync_stuck)
        try:
            self.storage = request_sync(self.workplace.client, self.storage)
        except AmbiguousUpload:
            log.warning("storage %s: the answer to a sync was lost; watching whether it begins", self.storage)
            self.before_lost = self.storage.sync_id
            self.storage = refresh_storage(self.workplace.client, self.storage)
            return
        except PrelabelError:  # nothing has begun
            self.workplace.ledger.syncs.answered(self.storage)
            raise
        self.workplace.ledger.syncs.answered(self.storage)

    def _watch(self, until: float) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._may_request() and not self._waits_long() and time.monotonic() < until:
            self.watched(self.storage)
            time.sleep(min(pause_s, max(0.0, until - time.monotonic())))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            self.storage = refresh_storage(self.workplace.client, self.storage)
