"""The data of pages that are in a project: read by task id, and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.selection import PAGE_SIZE, list_tasks, task_filter


def data_after(client: LabelStudio, project_id: int, task_id: int) -> list[tuple[int, dict[str, Any]]]:
    """(task id, data) of the next pages, at most `PAGE_SIZE`, lowest id first; 16 ms of CPU where there is none."""
    newer = task_filter("id", "greater", "Number", task_id)
    rows = list_tasks(client, project_id, [newer], include="id,data", page_size=PAGE_SIZE)["tasks"]
    return [(int(row["id"]), row.get("data") or {}) for row in rows]


def set_data(client: LabelStudio, project_id: int, task_id: int, data: Mapping[str, Any]) -> None:
    """Replace a page's data, as a whole: 55 ms of CPU. A page that was deleted is no error. Raises RequestRefused."""
    client.patch(f"/api/tasks/{task_id}/", params={"project": project_id}, json={"data": dict(data)}, accept=(404,))
