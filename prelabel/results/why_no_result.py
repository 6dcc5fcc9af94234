"""Reasons why pages have no result, and remarks on pages, from the register and the ledger, if Redis answers."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.errors import NotPredicted, PageAbsent, PrelabelError, ServiceUnavailable, recorded_error
from prelabel.ledger.documents import Document
from prelabel.ledger.ledger import Ledger
from prelabel.page import Remark
from prelabel.settings import Settings

#: Documents read from the register in one call.
_PORTION = 500


class NoResultReasons:
    """Reasons of one project. After the first call without an answer, Redis is not called again."""

    def __init__(self, settings: Settings, project_id: int) -> None:
        self._ledger = Ledger.from_settings(settings)
        self._project_id = project_id
        self._answers = True

    def documents(self, document_id: str | None) -> Iterator[tuple[str, str, int]]:
        """Yield id, name and page count of the project's documents in the register, or of this document."""
        try:
            for each in self._documents(document_id):
                yield each.id, each.name, max(each.pages, 1)
        except ServiceUnavailable:
            self._answers = False

    def reason(self, document_id: str, number: int, task_id: int | None) -> PrelabelError:
        """Return the page's failure with its code, message and cure; without a failure PageAbsent or NotPredicted."""
        kind, what = (PageAbsent, "not in Label Studio") if task_id is None else (NotPredicted, "no prediction")
        if not self._answers:
            return kind(f"{what}; Redis does not answer, so the reason is not known")
        try:
            found = self._known(document_id, number, task_id)
        except ServiceUnavailable:
            self._answers = False
            return self.reason(document_id, number, task_id)
        return found if isinstance(found, PrelabelError) else kind(f"{what}: {found}")

    def _documents(self, document_id: str | None) -> Iterator[Document]:
        if document_id:
            found = self._ledger.documents.find(self._project_id, document_id)
            yield from [found] if found else []
            return
        for skip in range(0, self._ledger.documents.count(self._project_id), _PORTION):
            yield from self._ledger.documents.newest(self._project_id, skip=skip, limit=_PORTION)

    def remarks(self) -> dict[int, tuple[Remark, ...]]:
        """Return the remarks on the project's pages, as far as Redis knows them."""
        try:
            return self._ledger.remarks.of_pages(self._project_id) if self._answers else {}
        except ServiceUnavailable:
            self._answers = False
            return {}

    def _known(self, document_id: str, number: int, task_id: int | None) -> PrelabelError | str:
        """Return the page's failure, or its state in words."""
        if task_id is not None:
            if failed := self._ledger.failed_list.page(self._project_id, task_id):
                return recorded_error(failed.reason, failed.message)
            return "in progress" if self._ledger.pages.is_in_flight(self._project_id, task_id) else "not in progress"
        known = self._ledger.documents.find(self._project_id, document_id)
        pages = self._ledger.documents.pages(self._project_id, [document_id], first=number, limit=1)[document_id]
        if pages and pages[0].task_id:
            return "deleted, or imported a moment ago"
        if failure := pages[0].failure if pages else known and known.failure:
            return recorded_error(failure.code, failure.message)
        return pages[0].state if pages else "waiting" if known else "deleted, or never imported"
