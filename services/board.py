"""What a project's documents look like now, told to many watchers at the price of one.

Whoever asks within a second of another gets the same look; who tells what was last seen gets the changes alone.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from prelabel.ledger.documents import Document, Register
from services.schemas import Documents
from services.showing import shown

#: A look is as good as new for so long. One at 1,000 documents costs Redis two calls.
_FRESH_S = 1.0
#: Looks that are kept: one a project and number of documents.
_KEPT = 64


@dataclass(slots=True)
class _Look:
    """`rows`: document and the revision of its last change, by id; `name`: no other process's look has it."""

    name: str = field(default_factory=lambda: secrets.token_hex(4))
    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = float("-inf")
    revision: int = 0
    total: int = 0
    rows: dict[str, tuple[Document, int]] = field(default_factory=dict)

    def refresh(self, register: Register, project_id: int, limit: int) -> None:
        """Look again, if the last look is too old."""
        if time.monotonic() - self.at < _FRESH_S:
            return
        documents = register.documents(project_id, limit=limit)
        self.total, self.revision = register.count(project_id), self.revision + 1
        self.rows = {new.id: (new, self._revision_of(new)) for new in documents}
        self.at = time.monotonic()

    def _revision_of(self, new: Document) -> int:
        old, revision = self.rows.get(new.id, (None, 0))
        return revision if old == new else self.revision


class Board:
    """See the module. Thread-safe. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._looks: OrderedDict[tuple[int, int], _Look] = OrderedDict()
        self._lock = threading.Lock()

    def documents(self, project_id: int, *, limit: int, since: str = "") -> Documents:
        """The newest `limit` documents; of these, what has changed since the revision `since` of an earlier answer."""
        look = self._look(project_id, limit)
        with look.lock:
            look.refresh(self._register, project_id, limit)
            name, _, number = since.partition("-")
            known = int(number) if name == look.name and number.isdecimal() else 0
            changed = [shown(document) for document, revision in look.rows.values() if revision > known]
            return Documents(revision=f"{look.name}-{look.revision}", total=look.total, documents=changed)

    def _look(self, project_id: int, limit: int) -> _Look:
        with self._lock:
            look = self._looks.setdefault((project_id, limit), _Look())
            self._looks.move_to_end((project_id, limit))
            if len(self._looks) > _KEPT:
                self._looks.popitem(last=False)
            return look
