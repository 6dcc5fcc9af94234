"""Label Studio's own counts of predictions: pages where they are wrong, and their correction.

Label Studio's action "Delete Predictions" leaves wrong counts behind, and a selection by the count misses these pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import Filter, list_all, page_filter
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.stored_predictions import delete_prediction, prediction_versions, versions_filter

_CHUNK = 50
#: The version of the predictions that a recount makes and removes.
_MARKER = "recount"


def miscounted_pages(client: LabelStudio, project_id: int) -> list[int]:
    """Return the pages whose count says predictions where there are none, or the reverse.

    Pages in which a recount was interrupted are among them.
    """
    found = set[int]()
    for empty, operator in (("true", "greater"), ("false", "equal")):
        rows = page_filter("predictions_model_versions", "empty", "List", empty)
        found |= _all_ids(client, project_id, [rows, page_filter("total_predictions", operator, "Number", 0)])
    return sorted(found | _all_ids(client, project_id, [versions_filter([_MARKER])]))


def recount_predictions(client: LabelStudio, project_id: int, task_ids: Sequence[int]) -> None:
    """Make Label Studio count the predictions of these pages again, by storing and removing one in each."""
    for first in range(0, len(task_ids), _CHUNK):
        chunk = task_ids[first : first + _CHUNK]
        marker: dict[str, Any] = {"result": [], "score": 0.0, "model_version": _MARKER}
        import_predictions(client, project_id, [(task_id, marker) for task_id in chunk])
        for task_id in chunk:
            for number, version in prediction_versions(client, task_id).items():
                if version == _MARKER:
                    delete_prediction(client, number)


def _all_ids(client: LabelStudio, project_id: int, filters: Sequence[Filter]) -> set[int]:
    return {int(row["id"]) for row in list_all(client, project_id, filters, include="id")}
