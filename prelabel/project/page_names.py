"""Page names: document name and page number in the data of pages that a storage sync made with their image alone.

The register learns the pages' task ids first, in one step; then each page's data gets the fields of an import. A
change costs Label Studio 20 times as much as the page's sync, so each page is changed once, one at a time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.bucket.keys import page_of
from prelabel.errors import RequestRefused
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_data import next_page_data, origin_data, replace_page_data, texts
from prelabel.labelstudio.page_list import PAGE_SIZE
from prelabel.ledger.documents import Document
from prelabel.ledger.locks import HeldLock
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Page:
    task_id: int
    data: Mapping[str, Any]
    document: str
    number: int


def name_pages(workplace: Workplace, project_id: int, *, until: float) -> int:
    """Name the project's new pages of documents, lowest task id first; return how many pages were checked.

    Stops at `until` (monotonic) and continues from there in the next call. Does nothing while another process names
    pages of the project. Raises AuthError, ServiceUnavailable.
    """
    client, ledger = workplace.client, workplace.ledger
    with ledger.locks.hold(f"name:{project_id}") as held:
        seen, more = 0, True
        while held and more and time.monotonic() < until:
            rows = next_page_data(client, project_id, ledger.syncs.named_up_to(project_id))
            pages = [page for task_id, data in rows if (page := _page(task_id, data))]
            ledger.documents.imported(project_id, {(p.document, p.number): p.task_id for p in pages})
            named = _name(workplace, held, project_id, pages, until)
            if rows:
                reached = rows[-1][0] if named == len(pages) else pages[named - 1].task_id
                ledger.syncs.set_named_up_to(project_id, reached)
            seen, more = seen + len(rows), len(rows) == PAGE_SIZE
        return seen


def _page(task_id: int, data: Mapping[str, Any]) -> _Page | None:
    found = map(page_of, texts(data))
    return next((_Page(task_id, data, *page) for page in found if page), None)


def _name(workplace: Workplace, held: HeldLock, project_id: int, pages: Sequence[_Page], until: float) -> int:
    """Name the pages and return how many were named: all, or at least one when time is up."""
    known: dict[str, Document | None] = {}
    for count, page in enumerate(pages, start=1):
        if page.document not in known:
            known[page.document] = workplace.ledger.documents.find(project_id, page.document)
        found = known[page.document]  # None for a file that came into the bucket past the ledger
        name, count_of_pages = (found.name, found.pages) if found else ("", 0)
        origin = origin_data(page.document, page.number, name=name, pages=count_of_pages)
        data = {**origin, **page.data}
        if data != page.data:
            held.check()  # the data as they were read a while ago would undo later changes
            _change(workplace.client, project_id, page.task_id, data)
        if time.monotonic() > until:
            return count
    return len(pages)


def _change(client: LabelStudio, project_id: int, task_id: int, data: Mapping[str, Any]) -> None:
    try:
        replace_page_data(client, project_id, task_id, data)
    except RequestRefused as error:  # the page can be annotated without a name
        log.warning("project=%s page=%s is not named: %s", project_id, task_id, error)
