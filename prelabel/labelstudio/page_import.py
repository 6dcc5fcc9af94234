"""Import of pages into Label Studio, pages of documents that a project holds, and their removal. Nothing here retries.

An import is not idempotent, and the server goes on with one whose client was cut off: after a lost answer wait as long
as a call may take, then list the document's pages, then send the missing ones. 200 pages take 0.1 s, a list of one
document's among 5,000 pages 0.1 s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prelabel.bucket.keys import page_of
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_data import field, filter_column
from prelabel.labelstudio.page_list import Filter, list_all, page_filter


def import_pages(client: LabelStudio, project_id: int, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Make a page of each row of data, all or none; return their task ids, in the same order.

    Raises AmbiguousUpload when the answer was lost, RequestRefused when the data does not fit the labelling
    configuration, and the errors of `LabelStudio.request`.
    """
    response = client.post(
        f"/api/projects/{project_id}/import",
        params={"return_task_ids": "true", "commit_to_project": "true"},
        json=[{"data": dict(row)} for row in rows],
        ambiguous=True,
    )
    return [int(task_id) for task_id in response.json()["task_ids"]]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of a document, as a project holds it; `predicted`: it holds predictions."""

    document: str
    number: int
    task_id: int
    predicted: bool


def pages_of_document(client: LabelStudio, project_id: int, image_key: str, document: str) -> list[DocumentPage]:
    """Return a document's pages in the project, imported or synced, lowest task id first."""
    wanted = page_filter(filter_column(image_key), "contains", "String", f"{document}-")
    return [page for page in _document_pages(client, project_id, image_key, [wanted]) if page.document == document]


def pages_after(client: LabelStudio, project_id: int, image_key: str, after_id: int) -> Iterator[DocumentPage]:
    """Yield the pages of all documents after this task id, lowest task id first; lazy, a call for 500 pages.

    The pages of an import cost about as much time as their import.
    """
    wanted = [page_filter("id", "greater", "Number", after_id)]
    return _document_pages(client, project_id, image_key, wanted)


def pages_with_documents(client: LabelStudio, project_id: int, image_key: str, begin: str) -> Iterator[DocumentPage]:
    """Yield the pages of all documents whose id begins with a digit that fits `begin`, part of a regular expression."""
    wanted = [page_filter(filter_column(image_key), "regex", "String", begin + r"[0-9a-f]{15,}-[1-9][0-9]*\.")]
    pages = _document_pages(client, project_id, image_key, wanted, patient=True)
    return (page for page in pages if re.match(begin, page.document))


def newest_page(client: LabelStudio, project_id: int) -> int:
    """Return the highest task id of the project, 0 where it has no pages."""
    query = json.dumps({"ordering": ["-tasks:id"]})
    params = {"project": project_id, "page_size": 1, "resolve_uri": "false", "include": "id", "query": query}
    rows = client.get("/api/tasks/", params=params).json()["tasks"]
    return int(rows[0]["id"]) if rows else 0


def page_use(client: LabelStudio, task_id: int, is_ours: Callable[[str], bool]) -> Literal["none", "used", "gone"]:
    """Return whether a page holds work: annotations (also skipped), drafts, comments, or predictions of others.

    A page of a storage counts as used, because the next sync would make it again. `is_ours`: which versions of
    predictions are ours. gone: the page was deleted.
    """
    response = client.get(f"/api/tasks/{task_id}/", params={"resolve_uri": "false"}, accept=(404,))
    if response.status_code == 404:
        return "gone"
    page = response.json()
    work = [page.get(name) for name in ("annotations", "cancelled_annotations", "drafts", "comment_count")]
    foreign = [each for each in page.get("predictions") or () if not is_ours(each.get("model_version") or "")]
    return "used" if any(work) or foreign or page.get("storage_filename") else "none"


def delete_page(client: LabelStudio, task_id: int) -> None:
    """Delete a page with all that it holds; a page that is already gone is no error."""
    client.delete(f"/api/tasks/{task_id}/", accept=(404,))


def _document_pages(
    client: LabelStudio, project_id: int, image_key: str, filters: Sequence[Filter], *, patient: bool = False
) -> Iterator[DocumentPage]:
    for row in list_all(client, project_id, filters, include="id,data,total_predictions", patient=patient):
        page = page_of(str(field(row.get("data") or {}, image_key) or ""))
        if page:
            yield DocumentPage(*page, int(row["id"]), bool(row.get("total_predictions")))
