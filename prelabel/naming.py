"""Pages that a sync has made say of which document they are: Label Studio knows only their image.

The register learns their tasks first, in one step; then each page's data gets what an import would have given it. A
change of a page costs Label Studio 55 ms of CPU, 20 times as much as its sync, so it is made once, one at a time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prelabel.errors import RequestRefused
from prelabel.intake.keys import page_of
from prelabel.labelstudio.client import LabelStudio
from prelabel.labelstudio.selection import PAGE_SIZE, list_tasks, task_filter
from prelabel.ledger import Ledger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Page:
    task_id: int
    data: Mapping[str, Any]
    document: str
    number: int


def name_pages(client: LabelStudio, ledger: Ledger, project_id: int, *, until: float) -> int:
    """Name the project's new pages of documents, lowest task first; how many were looked at.

    Stops after `until` (monotonic) and goes on there the next time. Nothing happens while another process is at it.
    Raises AuthError, ServiceUnavailable.
    """
    with ledger.lock(f"name:{project_id}") as held:
        seen, more = 0, held
        while more and time.monotonic() < until:
            rows = _rows(client, project_id, ledger.syncs.named_up_to(project_id))
            pages = [page for row in rows if (page := _page(row))]
            ledger.register.imported(project_id, {(p.document, p.number): p.task_id for p in pages})
            last = _name(client, ledger, project_id, pages, until) or (int(rows[-1]["id"]) if rows else 0)
            if last:
                ledger.syncs.set_named_up_to(project_id, last)
            seen, more = seen + len(rows), len(rows) == PAGE_SIZE
        return seen


def _rows(client: LabelStudio, project_id: int, after_id: int) -> list[dict[str, Any]]:
    newer = task_filter("id", "greater", "Number", after_id)
    found: list[dict[str, Any]] = list_tasks(client, project_id, [newer], include="id,data", page_size=PAGE_SIZE)[
        "tasks"
    ]
    return found


def _page(row: Mapping[str, Any]) -> _Page | None:
    data = row.get("data") or {}
    for value in data.values():
        if isinstance(value, str) and (found := page_of(value)):
            return _Page(int(row["id"]), data, *found)
    return None


def _name(client: LabelStudio, ledger: Ledger, project_id: int, pages: list[_Page], until: float) -> int:
    """0 when all are named, else the last task that is, because time is up."""
    known: dict[str, dict[str, Any]] = {}
    for page in pages:
        if page.document not in known:
            known[page.document] = _of_document(ledger, project_id, page.document)
        named = {**known[page.document], "page": page.number, **page.data}
        if named != page.data:
            _change(client, project_id, page.task_id, named)
        if time.monotonic() > until:
            return page.task_id
    return 0


def _of_document(ledger: Ledger, project_id: int, document: str) -> dict[str, Any]:
    """What the register knows of it; a file that came into the bucket past it has no name."""
    found = ledger.register.document(project_id, document)
    return {"document": document} | ({"document_name": found.name, "pages": found.pages} if found else {})


def _change(client: LabelStudio, project_id: int, task_id: int, data: Mapping[str, Any]) -> None:
    path, params = f"/api/tasks/{task_id}/", {"project": project_id}
    try:
        client.patch(path, params=params, json={"data": data}, accept=(404,))  # 404: deleted meanwhile
    except RequestRefused as error:  # the page is annotated all the same
        log.warning("project=%s page=%s is not named: %s", project_id, task_id, error)
