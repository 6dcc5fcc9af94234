"""The name that a project's predictions share in Label Studio, and the pages that still have them under another one.

The label stream shows only predictions whose `model_version` equals the project's exactly. So a project has one name,
which never moves: the one that it shows already if that is ours, else "prelabel". Predictions that older releases have
left under other names are renamed in place. A project that shows another tool's predictions does so as long as a page
would open empty otherwise.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from prelabel.errors import AmbiguousUpload, PredictionRejected
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import list_all, page_filter
from prelabel.labelstudio.projects import Project, model_versions, set_model_version
from prelabel.labelstudio.stored_predictions import (
    change_prediction,
    exact_version,
    listed_versions,
    read_predictions,
    versions_filter,
)
from prelabel.ledger.pages import Claim
from prelabel.project.redo import of_page, shown
from prelabel.project.second_predictions import turn
from prelabel.project.version import NAME, is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: Pages that are listed in a call, and renamed while uploads wait: half a second a page at most.
_LISTED, _AT_ONCE = 50, 10


def project_name(workplace: Workplace, project: Project) -> str:
    """Return the name of the project's predictions, and let the ledger remember it. Raises ServiceUnavailable.

    An older worker beside this one may move the project's `model_version`; the remembered name still holds, as long as
    there are predictions of this name.
    """
    known = workplace.ledger.versions.name(project.id)
    if known and known == project.model_version:
        return known
    if is_ours(project.model_version) and not (known and known in held_names(workplace.client, project.id)):
        known, name = "", project.model_version
    else:
        name = known or NAME
    if name != known:
        workplace.ledger.versions.set_name(project.id, name)
    return name


def held_names(client: LabelStudio, project_id: int) -> dict[str, int]:
    """Return the number of predictions by name, without names that only the project's setting mentions."""
    return {name: count for name, count in model_versions(client, project_id).items() if count}


def show(workplace: Workplace, project: Project, name: str) -> None:
    """Let the label stream show the predictions of `name`, unless a page would open empty by that.

    Label Studio accepts a name only when the project holds a prediction of it. The ledger notes whose predictions the
    label stream goes on showing instead.
    """
    other = "" if project.model_version == name else hidden_by(workplace.client, project, name)
    if other != workplace.ledger.versions.hidden_by(project.id):
        workplace.ledger.versions.set_hidden_by(project.id, other)
    wanted = project.model_version != name and not other and workplace.settings.set_model_version
    if wanted and name in held_names(workplace.client, project.id):
        set_model_version(workplace.client, project.id, name)


def hidden_by(client: LabelStudio, project: Project, name: str) -> str:
    """Return the other tool's name that the project must go on showing, '' where `name` empties no page."""
    other = project.model_version
    if not other or is_ours(other):
        return ""
    return other if next(_pages_without(client, project.id, [other], name), None) else ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Pages whose prediction was renamed. `left`: there may be more of them. `waits`: some are in flight."""

    pages: int
    left: bool = False
    waits: bool = False


def rename_predictions(workplace: Workplace, project_id: int, name: str, *, limit_s: float | None = None) -> Renamed:
    """Give the pages without a prediction of `name` one, by renaming the newest of ours.

    Pages in flight are left to their upload. `limit_s`: the time after which the rest is left to the next call. Looks
    at nothing where nothing has changed since the last look. Raises ServiceUnavailable.
    """
    others = {each: count for each, count in held_names(workplace.client, project_id).items() if is_ours(each)}
    others.pop(name, None)
    seen = json.dumps(sorted(others.items()))
    if not others or seen == workplace.ledger.versions.looked_at(project_id):
        return Renamed(0)
    until = None if limit_s is None else time.monotonic() + limit_s
    renamed, in_flight, pages = 0, False, _pages_without(workplace.client, project_id, [*others], name)
    while part := list(islice(pages, _AT_ONCE)):
        if until is not None and time.monotonic() > until:
            return Renamed(renamed, left=True)
        free = [task_id for task_id in part if not workplace.ledger.pages.is_in_flight(project_id, task_id)]
        in_flight = in_flight or len(free) < len(part)
        renamed += _rename(workplace, project_id, name, free)
    if not renamed and not in_flight:
        workplace.ledger.versions.set_looked_at(project_id, seen)
    return Renamed(renamed, waits=in_flight)


def count_without_name(client: LabelStudio, project_id: int, name: str) -> int:
    """Count the pages that hold a prediction of ours, but none of `name`."""
    others = [each for each in held_names(client, project_id) if is_ours(each) and each != name]
    return sum(1 for _ in _pages_without(client, project_id, others, name)) if others else 0


def _pages_without(client: LabelStudio, project_id: int, others: list[str], name: str) -> Iterator[int]:
    """Yield the pages that hold one of `others`, but none of `name`; lazy, a call for fifty pages, no bodies."""
    wanted, last = [versions_filter(others)], 0
    if not any(name in other for other in others):  # the filter looks at parts of names
        wanted.append(page_filter("predictions_model_versions", "not_contains", "List", [name]))
    for row in list_all(client, project_id, wanted, include="id,predictions_model_versions", page_size=_LISTED):
        task_id, held = int(row["id"]), listed_versions(row)
        if task_id != last and held.intersection(others) and name not in held:
            yield task_id
        last = task_id


def _rename(workplace: Workplace, project_id: int, name: str, task_ids: list[int]) -> int:
    """Rename the newest prediction of ours on each page that still has none of `name`; return the number of pages."""
    renamed = dict[int, str]()
    if not task_ids:
        return 0
    with turn(workplace) as held:
        for task_id, predictions in read_predictions(workplace.client, project_id, task_ids):
            ours = of_page(predictions)
            if not ours or (newest := shown(ours, name)).name == name:
                continue
            if workplace.ledger.pages.is_in_flight(project_id, task_id):
                continue
            body = next(each for each in predictions if int(each["id"]) == newest.id)
            held.check()
            try:
                _change(workplace.client, body, name)
            except AmbiguousUpload:  # it may come after the page was predicted again
                _look_later(workplace, project_id, task_id, newest.version)
                raise
            renamed[task_id] = newest.version
            log.info("project=%s page=%s: its prediction is now named %s", project_id, task_id, name)
            if not held.is_sure():  # another process may have changed it meanwhile
                _look_later(workplace, project_id, task_id, newest.version)
    workplace.ledger.versions.note(project_id, renamed)
    return len(renamed)


def _change(client: LabelStudio, prediction: Mapping[str, Any], name: str) -> None:
    try:
        change_prediction(client, int(prediction["id"]), _renamed(prediction, name))
    except PredictionRejected:  # of a form that Label Studio accepts no longer
        change_prediction(client, int(prediction["id"]), {"model_version": name})


def _look_later(workplace: Workplace, project_id: int, task_id: int, version: str) -> None:
    claim = Claim(project_id, task_id, "", version)
    workplace.ledger.rechecks.remember_pages([claim], timeout_s=workplace.client.timeout_s)


def _renamed(prediction: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what changes: the name, and in the regions the version that the old name was."""
    version, result, seen = exact_version(prediction), [], set[str]()
    for item in prediction.get("result") or ():
        if "id" in item and item["id"] not in seen:
            seen.add(item["id"])
            item = {**item, "meta": {"prelabel": version, **(item.get("meta") or {})}}
        result.append(item)
    return {"model_version": name, **({"result": result} if seen else {})}
