"""The list call of Label Studio: pages of a project by filters that the server applies, lowest task id first.

Page numbers drift while uploads shrink a result, so each call asks for ids after the last one seen (keyset).
Label Studio reads all predictions of the pages that it lists, even where none is asked for: filters must be narrow.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio

Filter = dict[str, Any]
Row = dict[str, Any]

#: 5,000 pages in 10 calls; larger answers are slower a page (1.0 s instead of 0.61 s), smaller ones more calls.
PAGE_SIZE = 500
#: Ids in one filter: it travels in the address, and servers accept 8 kB of address.
_IDS_PER_CALL = 200
#: Seconds between attempts: a restart of the server must not cost a listing of 100,000 pages.
_PAUSES_S = (1.0, 5.0, 20.0)
_LONGEST_PAUSE_S = 60.0


def page_filter(column: str, operator: str, kind: str, value: object) -> Filter:
    """Return one row of a Data Manager filter, e.g. `page_filter("id", "greater", "Number", 7)`."""
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}


def list_pages(
    client: LabelStudio,
    project_id: int,
    filters: Sequence[Filter],
    *,
    include: str,
    page_size: int,
    bodies: bool = False,
) -> dict[str, Any]:
    """Call `/api/tasks/` once: {"tasks": [...], "total": n}, lowest id first, image addresses left unresolved.

    `bodies`: allows predictions and annotations in `include`.
    """
    query = {"filters": {"conjunction": "and", "items": list(filters)}, "ordering": ["tasks:id"]}
    params = {
        "project": project_id,
        "page_size": page_size,
        "resolve_uri": "false",
        "include": include,
        "query": json.dumps(query, separators=(",", ":")),
        **({"fields": "all"} if bodies else {}),
    }
    body: dict[str, Any] = client.get("/api/tasks/", params=params).json()
    return body


def list_patiently(
    client: LabelStudio,
    project_id: int,
    filters: Sequence[Filter],
    *,
    include: str,
    page_size: int,
    bodies: bool = False,
) -> list[Row]:
    """Call `list_pages` and return its rows; repeat the call while the server is unavailable, up to three times."""
    for pause_s in (*_PAUSES_S, None):
        try:
            found = list_pages(client, project_id, filters, include=include, page_size=page_size, bodies=bodies)
            return list(found["tasks"])
        except ServiceUnavailable as error:
            if pause_s is None:
                raise
            time.sleep(min(error.retry_after_s or pause_s, _LONGEST_PAUSE_S))
    raise AssertionError("the last attempt returns or raises")


def list_all(
    client: LabelStudio,
    project_id: int,
    filters: Sequence[Filter],
    *,
    include: str,
    page_size: int = PAGE_SIZE,
    after_id: int = 0,
    patient: bool = False,
) -> Iterator[Row]:
    """Yield all rows that fit, from the one after `after_id`; lazy, one call for `page_size` rows.

    With a filter on predictions, a page comes once for each prediction that fits. `patient`: see `list_patiently`.
    """
    while True:
        wanted = [*filters, page_filter("id", "greater", "Number", after_id)]
        if patient:
            rows = list_patiently(client, project_id, wanted, include=include, page_size=page_size)
        else:
            rows = list_pages(client, project_id, wanted, include=include, page_size=page_size)["tasks"]
        yield from rows
        if len(rows) < page_size:
            return
        after_id = int(rows[-1]["id"])


def existing_pages(client: LabelStudio, project_id: int, task_ids: Collection[int]) -> set[int]:
    """Return the pages among `task_ids` that are (still) in the project; one call for 200 ids, no bodies."""
    found: set[int] = set()
    for part in id_parts(task_ids):
        wanted = page_filter("id", "in_list", "List", part)
        rows = list_pages(client, project_id, [wanted], include="id", page_size=len(part))["tasks"]
        found |= {int(row["id"]) for row in rows}
    return found


def count_drafts(client: LabelStudio, project_id: int) -> int:
    """Count the pages with work that somebody has not submitted."""
    drafts = page_filter("draft_exists", "equal", "Boolean", True)
    return int(list_pages(client, project_id, [drafts], include="id", page_size=1)["total"])


def id_parts(task_ids: Collection[int]) -> list[list[int]]:
    """Split ids into sorted lists of a length that one filter can hold."""
    ids = sorted(set(task_ids))
    return [ids[i : i + _IDS_PER_CALL] for i in range(0, len(ids), _IDS_PER_CALL)]
