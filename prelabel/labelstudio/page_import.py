"""Import of pages into Label Studio, and the pages of a document that a project already holds. Nothing here retries.

An import is not idempotent, and the server goes on with one whose client was cut off: after a lost answer wait as long
as a call may take, then list the document's pages, then send the missing ones. 200 pages take 0.1 s, a list of one
document's among 5,000 pages 0.1 s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.bucket.keys import page_of
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import list_all, page_filter


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

    number: int
    task_id: int
    predicted: bool


def pages_of_document(client: LabelStudio, project_id: int, image_key: str, document: str) -> list[DocumentPage]:
    """Return a document's pages in the project, imported or synced, lowest task id first."""
    found: list[DocumentPage] = []
    wanted = page_filter(f"data.{image_key}", "contains", "String", f"{document}-")
    for row in list_all(client, project_id, [wanted], include="id,data,total_predictions"):
        page = page_of(str((row.get("data") or {}).get(image_key, "")))
        if page and page[0] == document:
            found.append(DocumentPage(page[1], int(row["id"]), bool(row.get("total_predictions"))))
    return found
