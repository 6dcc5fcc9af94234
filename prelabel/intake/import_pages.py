"""Pages into Label Studio where no storage brings them: each becomes one task, whatever is killed or cut on the way.

Before a POST the register notes that a look is due once the HTTP limit has passed, and forgets that with the answer. So
whoever comes after a lost answer looks first, and posts what is missing.
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


def import_rendered(place: Workplace, project_id: int) -> int:
    """Make tasks of all pages of the project that wait for it; how many. Call it under the project's import lock.

    Raises ProjectNotFound, LabellingConfigError, AmbiguousUpload (with the time until a look can help) and what
    `LabelStudio.request` raises; what was not imported waits for the next call.
    """
    documents, count, image_key = place.ledger.documents, 0, ""
    while pages := documents.rendered(project_id, place.settings.import_chunk):
        image_key = image_key or _image_key(place.client, project_id)
        looks = documents.looks(project_id, sorted({document for document, _ in pages}))
        now = place.ledger.now()
        verify = {document for document, number in pages if not number}
        due = {document for document, at in looks.items() if at <= now} | (verify - looks.keys())
        for document in due:
            _look(place, project_id, image_key, document, verify=document in verify)
        if due:
            continue  # some may be there
        ready = sorted(page for page in pages if page[0] not in looks)
        if not ready:
            rest_s = min(looks.values()) - place.ledger.now()
            raise AmbiguousUpload(f"an earlier import may still arrive; looking in {rest_s:.0f} s", rest_s)
        count += _post(place, project_id, image_key, ready)
    return count


def _image_key(client: LabelStudio, project_id: int) -> str:
    return LabellingConfig.parse(get_project(client, project_id).labelling_xml, labels=None).image_key


def _look(place: Workplace, project_id: int, image_key: str, document: str, *, verify: bool) -> None:
    documents = place.ledger.documents
    held = pages_of_document(place.client, project_id, image_key, document)
    first = {page.number: page for page in reversed(held)}
    if len(first) < len(held):
        log.warning("project=%s document=%s: some of its pages are there twice", project_id, document)
    for done in (True, False):
        pages = {(document, page.number): page.task_id for page in first.values() if page.predicted == done}
        documents.imported(project_id, pages, done=done)
    if verify and (gone := documents.verified(project_id, document, first)):
        log.info("project=%s document=%s: %s pages were deleted and come again", project_id, document, gone)
    documents.looked(project_id, [document])


def _post(place: Workplace, project_id: int, image_key: str, pages: Sequence[_PageKey]) -> int:
    documents = place.ledger.documents
    known = _known(documents, project_id, {document for document, _ in pages})
    documents.must_look(project_id, list(known), place.ledger.now() + place.client.timeout_s)
    rows = [_data(place, found, number, image_key) for document, number in pages if (found := known[document])]
    try:
        tasks = import_pages(place.client, project_id, rows)
    except AmbiguousUpload:
        raise
    except PrelabelError:  # nothing was stored
        documents.looked(project_id, list(known))
        raise
    documents.imported(project_id, dict(zip(pages, tasks, strict=True)))
    documents.looked(project_id, list(known))
    return len(pages)


def _data(place: Workplace, document: Document, number: int, image_key: str) -> dict[str, Any]:
    image = place.bucket.reference(place.keys.page_key(document.id, number, document.page_suffix))
    return {**origin_data(document.id, number, name=document.name, pages=document.pages), image_key: image}


def _known(documents: DocumentRecords, project_id: int, ids: Collection[str]) -> Mapping[str, Document]:
    """Read documents; a page waits for its import only while its document is on its way, so all of them are known."""
    found = {document: documents.find(project_id, document) for document in ids}
    return {document: row for document, row in found.items() if row}
