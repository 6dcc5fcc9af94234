"""Predictions that Label Studio has stored: which pages hold which, their ids, change in place, and removal.

`version` means a prediction's `model_version` here; `exact_version` is the one that made it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from prelabel.errors import PagesGone, PredictionRejected
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import Filter, id_parts, list_all, list_pages, page_filter

#: The server reads all predictions of the pages that it lists, 143 kB each.
_PAGE_SIZE = 50

#: Filters for pages with which nobody has begun.
NOT_ANNOTATED = page_filter("total_annotations", "equal", "Number", 0)
NOT_SKIPPED = page_filter("cancelled_annotations", "equal", "Number", 0)
NOT_DRAFTED = page_filter("draft_exists", "equal", "Boolean", False)


def count_predictions(client: LabelStudio, project_id: int, version: str, task_ids: Sequence[int]) -> dict[int, int]:
    """Count each page's predictions of exactly `version`; pages without one are left out.

    One call for 200 ids, and no body comes over the wire, except for a page that holds more predictions than versions:
    the list names each version once, so only the predictions themselves tell which version is there twice. 50 of 5,000
    pages, 52 kB a prediction, on a busy machine: 0.06 s where no page has one, 0.21 s where all have (the server reads
    the bodies all the same), beside 1.2 s for their import.
    """
    counts: dict[int, int] = {}
    for part in id_parts(task_ids):
        filters = [page_filter("id", "in_list", "List", part), versions_filter([version])]
        include = "id,total_predictions,predictions_model_versions"
        for row in list_pages(client, project_id, filters, include=include, page_size=1000)["tasks"]:
            task_id = int(row["id"])
            counts[task_id] = 1 if _has_one(row, version) else len(_prediction_ids(client, task_id, version))
    return {task_id: n for task_id, n in counts.items() if n}


@dataclass(frozen=True, slots=True)
class Held:
    """The predictions of a page by their versions. `once`: there are as many predictions as versions."""

    versions: frozenset[str]
    once: bool


def held_versions(client: LabelStudio, project_id: int, part: str, task_ids: Collection[int]) -> dict[int, Held]:
    """Return what each page holds, of the pages that hold a version with `part` in its name; no bodies.

    One call for 200 ids. Label Studio cuts a long list of versions; then the page counts as holding some twice.
    """
    found: dict[int, Held] = {}
    for ids in id_parts(task_ids):
        filters = [page_filter("id", "in_list", "List", ids), versions_filter([part])]
        include = "id,total_predictions,predictions_model_versions"
        for row in list_pages(client, project_id, filters, include=include, page_size=1000)["tasks"]:
            versions = listed_versions(row)
            found[int(row["id"])] = Held(frozenset(versions), int(row.get("total_predictions") or 0) == len(versions))
    return found


def read_predictions(
    client: LabelStudio, project_id: int, task_ids: Collection[int]
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield each page with its predictions and their bodies, lowest id first; lazy, a call for fifty pages."""
    ids = sorted(set(task_ids))
    for first in range(0, len(ids), _PAGE_SIZE):
        part = ids[first : first + _PAGE_SIZE]
        wanted = page_filter("id", "in_list", "List", part)
        rows = list_pages(
            client, project_id, [wanted], include="id,predictions,result", page_size=len(part), bodies=True
        )
        for row in rows["tasks"]:
            yield int(row["id"]), sorted(row.get("predictions") or (), key=lambda prediction: int(prediction["id"]))


def exact_version(prediction: Mapping[str, Any]) -> str:
    """Return the pipeline version that made a prediction: its regions name it; else, by older releases, its version.

    A prediction without regions names none; the ledger knows it.
    """
    items = (item for item in prediction.get("result") or () if isinstance(item, dict))
    named = (item["meta"].get("prelabel") for item in items if isinstance(item.get("meta"), dict))
    return next((name for name in named if isinstance(name, str) and name), prediction.get("model_version") or "")


def untouched_pages(client: LabelStudio, project_id: int, task_ids: Collection[int]) -> set[int]:
    """Return the pages with which nobody has begun: no annotation, no skipped one, no draft of anybody."""
    found: set[int] = set()
    for part in id_parts(task_ids):
        filters = [page_filter("id", "in_list", "List", part), NOT_ANNOTATED, NOT_SKIPPED, NOT_DRAFTED]
        rows = list_pages(client, project_id, filters, include="id", page_size=len(part))["tasks"]
        found |= {int(row["id"]) for row in rows}
    return found


def change_prediction(client: LabelStudio, prediction_id: int, fields: Mapping[str, Any]) -> bool:
    """Change a prediction in place; return False where it is gone. The same call again does no harm.

    Raises PredictionRejected, and AmbiguousUpload when the answer was lost: the server may change it later.
    """
    path = f"/api/predictions/{prediction_id}/"
    response = client.patch(path, json=dict(fields), accept=(400, 404), ambiguous=True)
    if response.status_code == 400:
        raise PredictionRejected(f"Label Studio refused the changed prediction (400): {failures.detail(response)}")
    return response.status_code != 404


def prediction_ids(client: LabelStudio, project_id: int, version: str, task_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the ids of predictions of exactly `version` by page, lowest first; pages without one are left out.

    Label Studio lists prediction ids only together with their bodies, one call (0.08 s) a page that holds one: to
    check before or after an import use `count_predictions`, and this for the pages that hold more than one.
    """
    found: dict[int, list[int]] = {}
    for task_id in count_predictions(client, project_id, version, task_ids):
        if ids := _prediction_ids(client, task_id, version):
            found[task_id] = ids
    return found


def pages_predicted(client: LabelStudio, project_id: int, version: str, task_ids: Collection[int]) -> set[int]:
    """Return the pages among `task_ids` that hold a prediction of `version` (it may end with *).

    One call for 200 ids, no bodies. Label Studio names a page's versions only where a filter asks for them.
    """
    found: set[int] = set()
    for part in id_parts(task_ids):
        filters = [page_filter("id", "in_list", "List", part), versions_filter([version.removesuffix("*")])]
        include = "id,predictions_model_versions"
        for row in list_pages(client, project_id, filters, include=include, page_size=len(part))["tasks"]:
            if any(fnmatchcase(held, version) for held in listed_versions(row)):
                found.add(int(row["id"]))
    return found


def pages_with_both(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> Iterator[int]:
    """Yield the ids of pages that seem to hold `version` and one of `others`, lowest first; lazy, a call for fifty.

    Versions that contain one of these names match, too: `prediction_versions` tells the exact versions of a page.
    """
    wanted, last = [versions_filter([version]), versions_filter(others)], 0
    for row in list_all(client, project_id, wanted, include="id", page_size=_PAGE_SIZE):
        if int(row["id"]) != last:  # a page comes once for each prediction that fits
            last = int(row["id"])
            yield last


def count_pages_with_both(client: LabelStudio, project_id: int, version: str, others: Collection[str]) -> int:
    """Count the pages that `pages_with_both` yields, or a few more."""
    wanted = [versions_filter([version]), versions_filter(others)]
    return int(list_pages(client, project_id, wanted, include="id", page_size=1)["total"])


def pages_with_more_predictions_than_versions(client: LabelStudio, project_id: int, name: str) -> Iterator[int]:
    """Yield the pages that hold a version with `name` in it, and more predictions than versions; lazy, lowest first.

    A call for fifty of the pages that hold several predictions; no bodies. Label Studio's own count may be wrong, and
    it cuts long lists of versions, so `prediction_versions` tells the truth about each page.
    """
    wanted, last = [page_filter("total_predictions", "greater", "Number", 1), versions_filter([name])], 0
    include = "id,total_predictions,predictions_model_versions"
    for row in list_all(client, project_id, wanted, include=include, page_size=_PAGE_SIZE):
        if int(row["id"]) != last and int(row.get("total_predictions") or 0) > len(listed_versions(row)):
            yield int(row["id"])
        last = int(row["id"])


def prediction_versions(client: LabelStudio, task_id: int) -> dict[int, str]:
    """Return the version of each prediction of a page, by the prediction's id; empty where the page is gone."""
    return {int(row["id"]): row.get("model_version") or "" for row in _predictions(client, task_id) or ()}


def annotated_predictions(client: LabelStudio, project_id: int, task_id: int) -> set[int]:
    """Return the ids of the page's predictions from which an annotation was made; a skipped annotation counts, too.

    Label Studio's list of a page's annotations leaves skipped ones out, so the list of pages is asked.
    """
    wanted, include = page_filter("id", "in_list", "List", [task_id]), "id,annotations,was_cancelled,parent_prediction"
    rows = list_pages(client, project_id, [wanted], include=include, page_size=1, bodies=True)["tasks"]
    annotations = [each for row in rows for each in row.get("annotations") or ()]
    return {int(each["parent_prediction"]) for each in annotations if each.get("parent_prediction")}


def reusable_prediction(client: LabelStudio, task_id: int, versions: Sequence[str]) -> dict[str, Any] | None:
    """Return the page's newest prediction whose version fits one of the patterns, with its body; None without one.

    Raises PagesGone.
    """
    found = _predictions(client, task_id)
    if found is None:
        raise PagesGone([task_id])
    fitting = [p for p in found if any(fnmatchcase(p.get("model_version") or "", pattern) for pattern in versions)]
    return max(fitting, key=lambda p: int(p["id"]), default=None)


def delete_prediction(client: LabelStudio, prediction_id: int) -> None:
    """Remove one prediction; a prediction that is already gone is no error."""
    client.delete(f"/api/predictions/{prediction_id}/", accept=(404,))


def versions_filter(versions: Collection[str]) -> Filter:
    """Return the filter for pages that hold a prediction whose version contains one of these names."""
    return page_filter("predictions_model_versions", "contains", "List", list(versions))


def listed_versions(row: Mapping[str, Any]) -> set[str]:
    """Return the versions in a row of the list: "a,b" on SQLite, "a, b" on PostgreSQL."""
    listed = row.get("predictions_model_versions") or ""
    return {part.strip() for part in listed.split(",") if part.strip()}


def _has_one(row: Mapping[str, Any], version: str) -> bool:
    """Return whether the row alone shows that the page holds one prediction of `version`, not of a longer name."""
    versions = listed_versions(row)
    return version in versions and int(row.get("total_predictions") or 0) == len(versions)


def _prediction_ids(client: LabelStudio, task_id: int, version: str) -> list[int]:
    rows = _predictions(client, task_id) or ()
    return sorted(int(row["id"]) for row in rows if row.get("model_version") == version)


def _predictions(client: LabelStudio, task_id: int) -> list[dict[str, Any]] | None:
    """Return all predictions of a page with their bodies; None where the page was deleted."""
    rows = client.get("/api/predictions/", params={"task": task_id}, accept=(400,))
    return None if rows.status_code == 400 else list(rows.json())
