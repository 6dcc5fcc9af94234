"""Import of predictions into Label Studio in bulk. Nothing here retries.

A bulk import is not idempotent: sent twice it stores two predictions. So a lost answer is an AmbiguousUpload, and
the caller checks with `stored_predictions.count_predictions` before it posts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prelabel.errors import PagesGone, PredictionRejected
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import existing_pages


def import_predictions(client: LabelStudio, project_id: int, items: Sequence[tuple[int, dict[str, Any]]]) -> int:
    """Store `(task id, prediction)` pairs in one call, all or nothing; return how many the server says it created.

    Fewer than sent means that the server dropped some without a message: `count_predictions` tells which.
    Raises PagesGone when some of the pages are no longer in the project (nothing is stored; send the others again),
    PredictionRejected when the server refuses the content (nothing is stored; halve to find which), AmbiguousUpload
    when the answer was lost, and the errors of `LabelStudio.request`.
    """
    body = [{"task": task_id, **prediction} for task_id, prediction in items]
    path = f"/api/projects/{project_id}/import/predictions"
    response = client.post(path, json=body, accept=(400,), ambiguous=True)
    if response.status_code != 400:
        return int(response.json()["created"])
    task_ids = {task_id for task_id, _ in items}
    if gone := sorted(task_ids - existing_pages(client, project_id, task_ids)):
        raise PagesGone(gone)
    raise PredictionRejected(f"Label Studio refused the import (400): {failures.detail(response)}")
