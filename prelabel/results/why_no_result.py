"""Why a page has no result: what the register and the ledger know of it, as long as Redis answers."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.errors import NotPredicted, PageAbsent, PageError, ServiceUnavailable
from prelabel.ledger.documents import Document
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings

#: Documents of one look into the register.
_PORTION = 500


class Reasons:
    """Of one project. A Redis that does not answer is asked once."""

    def __init__(self, settings: Settings, project_id: int) -> None:
        self._ledger = Ledger.from_settings(settings)
        self._project_id = project_id
        self._answers = True

    def documents(self, document_id: str | None) -> Iterator[tuple[str, str, int]]:
        """Id, name and number of pages of the project's documents on their way in, or of this one."""
        try:
            for each in self._documents(document_id):
                yield each.id, each.name, max(each.pages, 1)
        except ServiceUnavailable:
            self._answers = False

    def why(self, document_id: str, number: int, task_id: int | None) -> PageError:
        """An error with the code and message of what stopped the page; PageAbsent or NotPredicted where nothing did."""
        kind, what = (PageAbsent, "not in Label Studio") if task_id is None else (NotPredicted, "no prediction")
        if not self._answers:
            return kind(f"{what}; Redis does not answer, so it is not known why")
        try:
            found = self._known(document_id, number, task_id)
        except ServiceUnavailable:
            self._answers = False
            return self.why(document_id, number, task_id)
        return found if isinstance(found, PageError) else kind(f"{what}: {found}")

    def _documents(self, document_id: str | None) -> Iterator[Document]:
        if document_id:
            found = self._ledger.documents.find(self._project_id, document_id)
            yield from [found] if found else []
            return
        for skip in range(0, self._ledger.documents.count(self._project_id), _PORTION):
            yield from self._ledger.documents.newest(self._project_id, skip=skip, limit=_PORTION)

    def _known(self, document_id: str, number: int, task_id: int | None) -> PageError | str:
        """What failed, or what the page is at."""
        if task_id is not None:
            if failed := self._ledger.failed_list.page(self._project_id, task_id):
                return _error(failed.reason, failed.message)
            return "at work" if self._ledger.pages.is_in_flight(self._project_id, task_id) else "nobody works on it"
        known = self._ledger.documents.find(self._project_id, document_id)
        pages = self._ledger.documents.pages(self._project_id, [document_id], first=number, limit=1)[document_id]
        if pages and pages[0].task_id:
            return "deleted, or imported only just now"
        if failure := pages[0].failure if pages else known and known.failure:
            return _error(failure.code, failure.message)
        return pages[0].state if pages else "waiting" if known else "deleted, or never imported"


def _error(code: str, message: str) -> PageError:
    error = PageError(message)
    error.code = code
    return error
