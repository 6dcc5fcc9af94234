"""Tasks made of data, and which pages of a document a project holds already. Nothing here retries.

An import is not idempotent, and the server goes on with one whose client was cut off: after a lost answer wait as long
as a call may take, then look, then send what is missing. 200 tasks take 0.1 s, a look in 5,000 tasks 0.1 s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.bucket.keys import page_of
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.selection import PAGE_SIZE, list_tasks, task_filter


def import_tasks(client: LabelStudio, project_id: int, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Make a task of each row of data, all or none; their ids, in the same order.

    Raises AmbiguousUpload when the answer was lost, RequestRefused when the data does not fit the labelling
    configuration, and what `LabelStudio.request` raises.
    """
    response = client.post(
        f"/api/projects/{project_id}/import",
        params={"return_task_ids": "true", "commit_to_project": "true"},
        json=[{"data": dict(row)} for row in rows],
        ambiguous=True,
    )
    return [int(task_id) for task_id in response.json()["task_ids"]]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A task that shows a page of a document; `predicted`: it holds predictions."""

    number: int
    task_id: int
    predicted: bool


def pages_of_document(client: LabelStudio, project_id: int, image_key: str, document: str) -> list[HeldPage]:
    """A document's pages in the project, whoever brought them there, lowest task first."""
    found: list[HeldPage] = []
    after_id = 0
    while True:
        wanted = [
            task_filter(f"data.{image_key}", "contains", "String", f"{document}-"),
            task_filter("id", "greater", "Number", after_id),
        ]
        rows = list_tasks(client, project_id, wanted, include="id,data,total_predictions", page_size=PAGE_SIZE)["tasks"]
        for row in rows:
            page = page_of(str((row.get("data") or {}).get(image_key, "")))
            if page and page[0] == document:
                found.append(HeldPage(page[1], int(row["id"]), bool(row.get("total_predictions"))))
        if len(rows) < PAGE_SIZE:
            return found
        after_id = max(int(row["id"]) for row in rows)
