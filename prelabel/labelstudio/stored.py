"""Predictions that Label Studio holds in several versions, and which of them people have worked from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from prelabel.labelstudio.client import LabelStudio
from prelabel.labelstudio.selection import Filter, list_tasks, task_filter

#: The server reads all predictions of the pages that it lists, 143 kB each.
_PAGE_SIZE = 50


def pages_with(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> Iterator[int]:
    """Ids of pages that seem to hold `version` and one of `others`, lowest first; lazy, a call for fifty.

    Names that are part of another's name match, too: what a page really holds, `predictions_of` tells.
    """
    after_id = 0
    while True:
        wanted = [*_filters(version, others), task_filter("id", "greater", "Number", after_id)]
        rows = list_tasks(client, project_id, wanted, include="id", page_size=_PAGE_SIZE)["tasks"]
        if not rows:
            return
        task_ids = sorted({int(row["id"]) for row in rows})  # a page comes once for each prediction that fits
        yield from task_ids
        after_id = task_ids[-1]


def count_with(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> int:
    """How many pages `pages_with` gives, or a few more."""
    wanted = _filters(version, others)
    return int(list_tasks(client, project_id, wanted, include="id", page_size=1)["total"])


def predictions_of(client: LabelStudio, task_id: int) -> dict[int, str]:
    """The version of each prediction of a page, by id; empty where the page is gone."""
    rows = client.get("/api/predictions/", params={"task": task_id}, accept=(400,))
    if rows.status_code == 400:
        return {}
    return {int(row["id"]): row.get("model_version") or "" for row in rows.json()}


def annotated_from(client: LabelStudio, task_id: int) -> set[int]:
    """Ids of the page's predictions from which an annotation was made, a skipped one too."""
    rows = client.get(f"/api/tasks/{task_id}/annotations/", accept=(404,))
    if rows.status_code == 404:
        return set()
    return {int(row["parent_prediction"]) for row in rows.json() if row.get("parent_prediction")}


def _filters(version: str, others: Collection[str]) -> list[Filter]:
    return [task_filter("predictions_model_versions", "contains", "List", names) for names in ([version], [*others])]
