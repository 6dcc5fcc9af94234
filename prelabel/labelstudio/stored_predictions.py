"""What Label Studio holds: predictions in several versions, which of them people have worked from, and its counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import delete_prediction, import_predictions
from prelabel.labelstudio.selection import PAGE_SIZE, Filter, list_tasks, task_filter

#: The server reads all predictions of the pages that it lists, 143 kB each.
_PAGE_SIZE = 50
#: The version of the predictions that `recount` makes and removes.
_MARKER = "recount"


def pages_with(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> Iterator[int]:
    """Ids of pages that seem to hold `version` and one of `others`, lowest first; lazy, a call for fifty.

    Names that are part of another's name match, too: what a page really holds, `predictions_of` tells.
    """
    after_id = 0
    while True:
        wanted = [_holds([version]), _holds(others), task_filter("id", "greater", "Number", after_id)]
        rows = list_tasks(client, project_id, wanted, include="id", page_size=_PAGE_SIZE)["tasks"]
        if not rows:
            return
        task_ids = sorted({int(row["id"]) for row in rows})  # a page comes once for each prediction that fits
        yield from task_ids
        after_id = task_ids[-1]


def count_with(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> int:
    """How many pages `pages_with` gives, or a few more."""
    wanted = [_holds([version]), _holds(others)]
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


def miscounted(client: LabelStudio, project_id: int) -> list[int]:
    """Pages of which Label Studio's own count says predictions where there are none, or the reverse.

    Its action "Delete Predictions" leaves them behind, and a selection by that count never finds them. Those in which a
    recount was interrupted are among them.
    """
    found = set[int]()
    for empty, operator in (("true", "greater"), ("false", "equal")):
        rows = task_filter("predictions_model_versions", "empty", "List", empty)
        found |= _all_ids(client, project_id, [rows, task_filter("total_predictions", operator, "Number", 0)])
    return sorted(found | _all_ids(client, project_id, [_holds([_MARKER])]))


def recount(client: LabelStudio, project_id: int, task_ids: Sequence[int]) -> None:
    """Let Label Studio count the predictions of these pages anew: storing and removing one makes it do so."""
    for first in range(0, len(task_ids), _PAGE_SIZE):
        chunk = task_ids[first : first + _PAGE_SIZE]
        marker: dict[str, Any] = {"result": [], "score": 0.0, "model_version": _MARKER}
        import_predictions(client, project_id, [(task_id, marker) for task_id in chunk])
        for task_id in chunk:
            for number, version in predictions_of(client, task_id).items():
                if version == _MARKER:
                    delete_prediction(client, number)


def _all_ids(client: LabelStudio, project_id: int, filters: Sequence[Filter]) -> set[int]:
    found, after_id = set[int](), 0
    while True:
        wanted = [*filters, task_filter("id", "greater", "Number", after_id)]
        rows = list_tasks(client, project_id, wanted, include="id", page_size=PAGE_SIZE)["tasks"]
        if not rows:
            return found
        found |= {int(row["id"]) for row in rows}
        after_id = max(found)


def _holds(versions: Collection[str]) -> Filter:
    return task_filter("predictions_model_versions", "contains", "List", list(versions))
