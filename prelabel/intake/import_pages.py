"""The import of pages into Label Studio where no storage brings them: one task for each page, also after lost answers.

Before a POST the ledger records that its outcome can be checked once the HTTP limit has passed; the answer clears the
record. After a lost answer the next import checks first and posts only missing pages, and beat looks again later. After
each POST a look finds the pages that another process has made at the same time.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from prelabel.errors import AmbiguousUpload, PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_data import origin_data, with_field
from prelabel.labelstudio.page_import import import_pages, newest_page, pages_after, pages_of_document
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.documents import Document, DocumentRecords
from prelabel.ledger.locks import HeldLock
from prelabel.project.second_pages import keep_one_page, record_pages
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: (document, number from 1)
_PageKey = tuple[str, int]


def import_rendered(workplace: Workplace, project_id: int, held: HeldLock) -> int:
    """Import all pages of the project that wait for it; return their number. `held`: the import lock of the project.

    Raises ProjectNotFound, LabellingConfigError, AmbiguousUpload (with the time until a check can help) and the errors
    of `LabelStudio.request`. Pages that were not imported wait for the next call.
    """
    return _Importer(workplace, project_id, held).import_all()


class _Importer:
    """The import of one project's pages, under its import lock."""

    def __init__(self, workplace: Workplace, project_id: int, held: HeldLock) -> None:
        self._workplace, self._id, self._held = workplace, project_id, held
        self._client, self._documents = workplace.client, workplace.ledger.documents
        self._image_key = ""
        #: The highest task id of the project before this process's imports, and before each further one.
        self._newest = 0

    def import_all(self) -> int:
        """Check documents with an unknown outcome, and import pages, until none waits; return the number of pages."""
        count = 0
        while pages := self._documents.waiting_for_import(self._id, self._workplace.settings.import_chunk):
            self._begin()
            checks = self._documents.pending_checks(self._id, sorted({document for document, _ in pages}))
            now = self._workplace.ledger.now()
            verify = {document for document, number in pages if not number}
            due = {document for document, at in checks.items() if at <= now} | (verify - checks.keys())
            for document in due:
                self._check(document, verify=document in verify, posted=checks.get(document, 0.0) > 0)
            if due:
                continue  # some pages may be in Label Studio
            ready = sorted(page for page in pages if page[0] not in checks)
            if not ready:
                rest_s = min(checks.values()) - self._workplace.ledger.now()
                raise AmbiguousUpload(f"an earlier import may still arrive; checking in {rest_s:.0f} s", rest_s)
            self._post(ready)
            count += len(ready)
        return count

    def _begin(self) -> None:
        if not self._image_key:
            self._image_key = _image_key(self._client, self._id)
            self._newest = newest_page(self._client, self._id)

    def _check(self, document: str, *, verify: bool, posted: bool) -> None:
        """Record the pages of a document that Label Studio holds; with `verify`, let missing ones be rendered again.

        `posted`: an import of the document was lost, and Label Studio may store it still later.
        """
        if posted:
            self._remember([document])
        found = pages_of_document(self._client, self._id, self._image_key, document)
        held = keep_one_page(self._workplace, self._id, found, check=self._held.check)
        record_pages(self._workplace, self._id, held)
        numbers = [page.number for page in held]
        if verify and (gone := self._documents.verify(self._id, document, numbers)):
            log.info("project=%s document=%s: %s pages were deleted and are made again", self._id, document, gone)
        self._documents.clear_check(self._id, [document])

    def _post(self, pages: Sequence[_PageKey]) -> None:
        known = _known(self._documents, self._id, {document for document, _ in pages})
        rows = [_data(self._workplace, known[document], number, self._image_key) for document, number in pages]
        self._held.check()
        self._documents.schedule_check(self._id, list(known), self._workplace.ledger.now() + self._client.timeout_s)
        self._held.check()
        try:
            tasks = import_pages(self._client, self._id, rows)
        except AmbiguousUpload:
            raise
        except PrelabelError:  # nothing was stored
            self._documents.clear_check(self._id, list(known))
            raise
        if not self._held.is_sure():  # another process may have posted the same meanwhile
            self._remember(known)
            for document in known:
                self._documents.request_check(self._id, document)
        self._held.check()
        self._documents.imported(self._id, dict(zip(pages, tasks, strict=True)))
        self._look(set(pages))
        self._documents.clear_check(self._id, list(known))

    def _look(self, posted: Collection[_PageKey]) -> None:
        """Look for second pages of those just posted, which another process has made since this one began."""
        found = [
            page
            for page in pages_after(self._client, self._id, self._image_key, self._newest)
            if (page.document, page.number) in posted
        ]
        keep_one_page(self._workplace, self._id, found, check=self._held.check)
        self._newest = max([self._newest, *(page.task_id for page in found)])

    def _remember(self, documents: Iterable[str]) -> None:
        """Let beat look later whether Label Studio has stored second pages of these documents."""
        self._workplace.ledger.rechecks.remember_documents(self._id, documents, timeout_s=self._client.timeout_s)


def _image_key(client: LabelStudio, project_id: int) -> str:
    return LabellingConfig.parse(get_project(client, project_id).labelling_xml, labels=None).image_key


def _data(workplace: Workplace, document: Document, number: int, image_key: str) -> dict[str, Any]:
    image = workplace.bucket.reference(workplace.keys.page_key(document.id, number, document.page_suffix))
    return {
        **origin_data(document.id, number, name=document.name, pages=document.pages),
        **with_field(image_key, image),
    }


def _known(documents: DocumentRecords, project_id: int, ids: Collection[str]) -> Mapping[str, Document]:
    """Read documents. All are known: a page waits for its import only while its document is on its way."""
    found = {document: documents.find(project_id, document) for document in ids}
    return {document: row for document, row in found.items() if row}
