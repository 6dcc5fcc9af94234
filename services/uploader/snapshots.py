"""Snapshots of a project's documents, shared by all clients that watch the project.

Clients that ask within a second get the same snapshot. A client that names its last revision gets only the changes.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from prelabel.ledger.documents import Document
from prelabel.ledger.ledger import Ledger
from services.uploader.schemas import Documents, Wait
from services.uploader.views import document_view, wait_view

#: Age up to which a snapshot is used again. Taking one of 1,000 documents costs two calls of Redis.
_FRESH_S = 1.0
#: Snapshots in memory, one for each project and number of documents.
_KEPT = 64


@dataclass(slots=True)
class _Snapshot:
    """One project's documents. `rows`: document and the revision of its last change, by id; `name`: unique."""

    name: str = field(default_factory=lambda: secrets.token_hex(4))
    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = float("-inf")
    revision: int = 0
    total: int = 0
    rows: dict[str, tuple[Document, int]] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)

    def refresh(self, ledger: Ledger, project_id: int, limit: int) -> None:
        """Read the documents again if the snapshot is too old."""
        if time.monotonic() - self.at < _FRESH_S:
            return
        documents = ledger.documents.newest(project_id, limit=limit)
        self.total, self.revision = ledger.documents.count(project_id), self.revision + 1
        self.waits = [wait_view(outage) for outage in ledger.outages.of_project(project_id)]
        self.rows = {new.id: (new, self._revision_of(new)) for new in documents}
        self.at = time.monotonic()

    def _revision_of(self, new: Document) -> int:
        old, revision = self.rows.get(new.id, (None, 0))
        return revision if old == new else self.revision


class DocumentSnapshots:
    """Snapshots of all watched projects. Thread-safe. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._snapshots: OrderedDict[tuple[int, int], _Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def documents(self, project_id: int, *, limit: int, since: str = "") -> Documents:
        """Return those of the newest `limit` documents that changed after the revision `since`; all without `since`."""
        snapshot = self._snapshot(project_id, limit)
        with snapshot.lock:
            snapshot.refresh(self._ledger, project_id, limit)
            name, _, number = since.partition("-")
            known = int(number) if name == snapshot.name and number.isdecimal() else 0
            changed = [document_view(document) for document, revision in snapshot.rows.values() if revision > known]
            revision = f"{snapshot.name}-{snapshot.revision}"
            return Documents(revision=revision, total=snapshot.total, documents=changed, waits=snapshot.waits)

    def _snapshot(self, project_id: int, limit: int) -> _Snapshot:
        with self._lock:
            snapshot = self._snapshots.setdefault((project_id, limit), _Snapshot())
            self._snapshots.move_to_end((project_id, limit))
            if len(self._snapshots) > _KEPT:
                self._snapshots.popitem(last=False)
            return snapshot
