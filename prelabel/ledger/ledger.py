"""The ledger: the state of every page and document, in Redis. Each part has a module.

Every change of state is a small Lua script (`prelabel/ledger/lua/`), so that other processes see it as one step.
"""

from __future__ import annotations

import redis

from prelabel.errors import SettingError
from prelabel.ledger import scripts
from prelabel.ledger.audit import Audit
from prelabel.ledger.document_jobs import DocumentJobs
from prelabel.ledger.documents import DocumentRecords
from prelabel.ledger.failed_list import FailedList
from prelabel.ledger.halts import Halts
from prelabel.ledger.imports.rechecks import Rechecks
from prelabel.ledger.imports.upload_intents import UploadIntents
from prelabel.ledger.leases import MAX_CRASHES, Leases
from prelabel.ledger.locks import Locks
from prelabel.ledger.outages import Outages
from prelabel.ledger.pages import Pages
from prelabel.ledger.periodic.care import Care
from prelabel.ledger.periodic.queueing_locks import QueueingLocks
from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.ledger.remarks import Remarks
from prelabel.ledger.runs import Runs
from prelabel.ledger.syncs import Syncs
from prelabel.ledger.versions import Versions
from prelabel.ledger.watched import Watched
from prelabel.ledger.workers import Workers
from prelabel.queues import broker
from prelabel.settings import Settings, not_set


class Ledger:
    """The parts of the ledger over one connection. All of them raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, client: redis.Redis, server_id: str) -> None:
        self._state = RedisState(client, server_id, scripts.sources(MAX_CRASHES))
        self.leases = Leases(self._state)
        self.pages = Pages(self._state)
        self.documents = DocumentRecords(self._state)
        self.jobs = DocumentJobs(self._state)
        self.halts = Halts(self._state)
        self.outages = Outages(self._state)
        self.runs = Runs(self._state, self.halts, self.outages)
        self.failed_list = FailedList(self._state)
        self.intents = UploadIntents(self._state)
        self.rechecks = Rechecks(self._state)
        self.versions = Versions(self._state)
        self.remarks = Remarks(self._state)
        self.syncs = Syncs(self._state)
        self.watched = Watched(self._state)
        self.care = Care(self._state)
        self.queueing_locks = QueueingLocks(self._state)
        self.workers = Workers(self._state)
        self.locks = Locks(self._state)
        self.audit = Audit(self._state)

    @classmethod
    def from_settings(cls, settings: Settings) -> Ledger:
        """Make a ledger that connects with its first call. Raises SettingError for a wrong address."""
        if not settings.label_studio_url:
            raise SettingError(f"{not_set('label_studio_url')}: write Label Studio's address into .env")
        return cls(broker.connect(settings), settings.server_id)

    def now(self) -> float:
        """Return the time of Redis's clock in unix seconds. `pages.claim` wants the time before a listing."""
        with redis_errors():
            seconds, micros = self._state.redis.time()
            return float(seconds) + float(micros) / 1e6
