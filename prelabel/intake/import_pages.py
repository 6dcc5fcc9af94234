"""The import of pages into Label Studio where no storage brings them: one task for each page, also after lost answers.

Before a POST the ledger records that its outcome can be checked once the HTTP limit has passed; the answer clears the
record. After a lost answer the next import checks first and posts only missing pages.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from prelabel.errors import AmbiguousUpload, PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_data import origin_data
from prelabel.labelstudio.page_import import import_pages, pages_of_document
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.documents import Document, DocumentRecords
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: (document, number from 1)
_PageKey = tuple[str, int]


def import_rendered(workplace: Workplace, project_id: int) -> int:
    """Import all pages of the project that wait for it; return their number. The caller holds the import lock.

    Raises ProjectNotFound, LabellingConfigError, AmbiguousUpload (with the time until a check can help) and the errors
    of `LabelStudio.request`. Pages that were not imported wait for the next call.
    """
    documents, count, image_key = workplace.ledger.documents, 0, ""
    while pages := documents.waiting_for_import(project_id, workplace.settings.import_chunk):
        image_key = image_key or _image_key(workplace.client, project_id)
        checks = documents.pending_checks(project_id, sorted({document for document, _ in pages}))
        now = workplace.ledger.now()
        verify = {document for document, number in pages if not number}
        due = {document for document, at in checks.items() if at <= now} | (verify - checks.keys())
        for document in due:
            _check(workplace, project_id, image_key, document, verify=document in verify)
        if due:
            continue  # some pages may be in Label Studio
        ready = sorted(page for page in pages if page[0] not in checks)
        if not ready:
            rest_s = min(checks.values()) - workplace.ledger.now()
            raise AmbiguousUpload(f"an earlier import may still arrive; checking in {rest_s:.0f} s", rest_s)
        count += _post(workplace, project_id, image_key, ready)
    return count


def _image_key(client: LabelStudio, project_id: int) -> str:
    return LabellingConfig.parse(get_project(client, project_id).labelling_xml, labels=None).image_key


def _check(workplace: Workplace, project_id: int, image_key: str, document: str, *, verify: bool) -> None:
    """Record the pages of a document that Label Studio holds; with `verify`, let missing ones be rendered again."""
    documents = workplace.ledger.documents
    held = pages_of_document(workplace.client, project_id, image_key, document)
    first = {page.number: page for page in reversed(held)}
    if len(first) < len(held):
        log.warning("project=%s document=%s: Label Studio holds some of its pages twice", project_id, document)
    for done in (True, False):
        pages = {(document, page.number): page.task_id for page in first.values() if page.predicted == done}
        documents.imported(project_id, pages, done=done)
    if verify and (gone := documents.verify(project_id, document, first)):
        log.info("project=%s document=%s: %s pages were deleted and are made again", project_id, document, gone)
    documents.clear_check(project_id, [document])


def _post(workplace: Workplace, project_id: int, image_key: str, pages: Sequence[_PageKey]) -> int:
    documents = workplace.ledger.documents
    known = _known(documents, project_id, {document for document, _ in pages})
    documents.schedule_check(project_id, list(known), workplace.ledger.now() + workplace.client.timeout_s)
    rows = [_data(workplace, found, number, image_key) for document, number in pages if (found := known[document])]
    try:
        tasks = import_pages(workplace.client, project_id, rows)
    except AmbiguousUpload:
        raise
    except PrelabelError:  # nothing was stored
        documents.clear_check(project_id, list(known))
        raise
    documents.imported(project_id, dict(zip(pages, tasks, strict=True)))
    documents.clear_check(project_id, list(known))
    return len(pages)


def _data(workplace: Workplace, document: Document, number: int, image_key: str) -> dict[str, Any]:
    image = workplace.bucket.reference(workplace.keys.page_key(document.id, number, document.page_suffix))
    return {**origin_data(document.id, number, name=document.name, pages=document.pages), image_key: image}


def _known(documents: DocumentRecords, project_id: int, ids: Collection[str]) -> Mapping[str, Document]:
    """Read documents. All are known: a page waits for its import only while its document is on its way."""
    found = {document: documents.find(project_id, document) for document in ids}
    return {document: row for document, row in found.items() if row}
