"""Which pages wait for predictions: named predicates, asked of the server's own filters, page by page by id.

Page numbers drift while uploads shrink the result, so each call asks for ids after the last one seen (keyset).
Label Studio's list call reads all predictions of the tasks that it returns, even where none is asked for: a
predicate must be narrow on the server, not here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from prelabel.errors import PagesGone
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import Project, model_versions
from prelabel.page import PageRef

Filter = dict[str, Any]

#: 5,000 pages in 10 calls; larger answers are slower a page (1.0 s instead of 0.61 s), smaller ones more calls.
PAGE_SIZE = 500
#: Where pages hold predictions, the server reads them all (70 MB for 500 large ones): less at a time.
_PAGE_SIZE_REUSE = 50
#: Label Studio cuts the list of a page's versions here; what may be cut is not trusted.
_VERSIONS_CHARS = 500


def task_filter(column: str, operator: str, kind: str, value: object) -> Filter:
    """One row of a Data Manager filter, e.g. `task_filter("id", "greater", "Number", 7)`."""
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}


def list_tasks(
    client: LabelStudio,
    project_id: int,
    filters: Sequence[Filter],
    *,
    include: str,
    page_size: int,
    bodies: bool = False,
) -> dict[str, Any]:
    """One call of `/api/tasks/`: {"tasks": [...], "total": n}, lowest id first, image addresses left as they are.

    `bodies`: predictions and annotations may be included, too.
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


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named condition on pages. `versions` are patterns; none: pages without any prediction.

    `but`: a version that pages must not hold, though it fits the patterns.
    """

    name: str
    versions: tuple[str, ...] = ()
    but: str = ""

    @property
    def page_size(self) -> int:
        return _PAGE_SIZE_REUSE if self.versions else PAGE_SIZE


#: The default: pages that hold no prediction at all.
WITHOUT_PREDICTIONS = Predicate("without predictions")


def only_versions(patterns: Sequence[str], *, but: str = "") -> Predicate:
    """Pages with predictions of these versions only (`*` and `?` allowed) and none of `but`, untouched by people."""
    return Predicate(f"only predictions of {', '.join(patterns)}", tuple(patterns), but)


def eligible(
    client: LabelStudio, project: Project, predicate: Predicate, after_id: int = 0, *, image_key: str
) -> Iterator[PageRef]:
    """The pages that fit, lowest id first, from the one after `after_id`; lazy, one call for `page_size` pages.

    `image_key`: the field of the page's data with the image (`LabellingConfig.image_key`). A field that is absent or
    no text gives a PageRef that `images.fetch_image` refuses with the reason. Raises ProjectNotFound.
    """
    narrowed = _narrow(client, project.id, predicate)
    if narrowed is None:
        return
    filters, keep = narrowed
    while True:
        rows = list_tasks(
            client,
            project.id,
            [*filters, task_filter("id", "greater", "Number", after_id)],
            include="id,data,predictions_model_versions" if predicate.versions else "id,data",
            page_size=predicate.page_size,
        )["tasks"]
        yield from _refs(project.id, filter(keep, rows), image_key)
        if len(rows) < predicate.page_size:
            return
        after_id = max(int(row["id"]) for row in rows)


def count(client: LabelStudio, project_id: int, predicate: Predicate) -> int:
    """How many pages fit, in one call (45 ms at 5,000 pages).

    With versions it is an upper bound: what only the list of versions of each page tells is not looked at.
    """
    narrowed = _narrow(client, project_id, predicate)
    if narrowed is None:
        return 0
    return int(list_tasks(client, project_id, narrowed[0], include="id", page_size=1)["total"])


def reusable_prediction(client: LabelStudio, task_id: int, versions: Sequence[str]) -> dict[str, Any] | None:
    """The newest prediction of this page whose version fits one of the patterns, with its body; None without one.

    Raises PagesGone.
    """
    found = client.get("/api/predictions/", params={"task": task_id}, accept=(400,))
    if found.status_code == 400:
        raise PagesGone([task_id])
    fitting = [p for p in found.json() if _fits(p.get("model_version") or "", versions)]
    return max(fitting, key=lambda p: int(p["id"]), default=None)


def _narrow(
    client: LabelStudio, project_id: int, predicate: Predicate
) -> tuple[list[Filter], Callable[[Mapping[str, Any]], bool]] | None:
    """The server's filters and what is left to check on each row; None where nothing can fit."""
    if not predicate.versions:
        return [task_filter("total_predictions", "equal", "Number", 0)], lambda row: True
    present = model_versions(client, project_id)
    wanted = [v for v in present if v and _fits(v, predicate.versions) and v != predicate.but]
    if not wanted:
        return None
    return _reuse_filters(wanted, list(present)), lambda row: _holds_only(row, set(wanted))


def _reuse_filters(wanted: Sequence[str], present: Sequence[str]) -> list[Filter]:
    """`contains` looks at parts of a version's name, so a name that is part of a wanted one cannot be excluded."""
    others = [v for v in present if v and not any(v in w for w in wanted)]
    untouched = [task_filter(c, "equal", "Number", 0) for c in ("total_annotations", "cancelled_annotations")]
    holding = task_filter("predictions_model_versions", "contains", "List", list(wanted))
    excluded = task_filter("predictions_model_versions", "not_contains", "List", others)
    return [*untouched, holding, *([excluded] if others else [])]


def _holds_only(row: Mapping[str, Any], wanted: set[str]) -> bool:
    listed = row.get("predictions_model_versions") or ""
    return len(listed) < _VERSIONS_CHARS and split_versions(listed) <= wanted


def split_versions(listed: str) -> set[str]:
    """The versions in Label Studio's text: "a,b" on SQLite, "a, b" on PostgreSQL."""
    return {part.strip() for part in listed.split(",") if part.strip()}


def _fits(version: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(version, pattern) for pattern in patterns)


def _refs(project_id: int, rows: Iterator[Mapping[str, Any]], image_key: str) -> Iterator[PageRef]:
    last = 0
    for row in rows:
        if row["id"] != last:  # a page with two fitting predictions comes twice
            last = int(row["id"])
            value = (row.get("data") or {}).get(image_key, "")
            yield PageRef(project_id, last, value if isinstance(value, str) else json.dumps(value))
