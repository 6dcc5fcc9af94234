"""What a project's pages hold: of each page the annotation or the prediction that counts, as a Page.

Read in two steps, so that whole projects pass through little memory: first every page's data, then bodies by id.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from prelabel.errors import LabelsUnknown, NotAnnotated, NotPredicted, PageError, PagesGone, ServiceUnavailable
from prelabel.labelstudio.export import final_annotation
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_from_regions import read_labelled
from prelabel.labelstudio.prefetch import ahead
from prelabel.labelstudio.projects import Project
from prelabel.labelstudio.selection import PAGE_SIZE, Filter, list_tasks, task_filter
from prelabel.page import Page

Source = Literal["annotation", "prediction"]
Item = Mapping[str, Any]

#: Pages whose bodies come in one answer: 2 MB of JSON at 39 kB a prediction. 20 a call take half as long again, 100
#: save 5 %.
BODIES = 50
#: The list holds for annotations, too: what is left out here is missing there.
_FIELDS = "id,data,predictions,annotations,result,was_cancelled,ground_truth,updated_at,parent_prediction"
#: Seconds between tries: a server that is started again costs no listing of 100,000 pages.
_PAUSES_S = (1.0, 5.0, 20.0)
_LONGEST_PAUSE_S = 60.0
_OURS = {"QUESTION", "ANSWER", "HEADER"}


@dataclass(frozen=True, slots=True)
class Content:
    """What counts of one Label Studio task. `page`: without words and size where nothing is drawn; or what is wrong.

    `version`: that of the prediction; of an annotation, that of the prediction from which it was made.
    """

    task_id: int
    page: Page | PageError
    data: Item
    source: Source | None = None
    version: str | None = None


def page_data(client: LabelStudio, project_id: int, filters: Sequence[Filter] = ()) -> Iterator[tuple[int, Item]]:
    """Task id and data of every page (that fits), lowest id first; lazy. 2.8 s for 1,000 pages with predictions."""
    after_id = 0
    while True:
        wanted = [*filters, task_filter("id", "greater", "Number", after_id)]
        rows = _rows(client, project_id, wanted, "id,data", PAGE_SIZE)
        yield from ((int(row["id"]), row.get("data") or {}) for row in rows)
        if len(rows) < PAGE_SIZE:
            return
        after_id = max(int(row["id"]) for row in rows)


def contents(
    client: LabelStudio, project: Project, task_ids: Iterable[int], only: Source | None, names: Mapping[str, str]
) -> Iterator[Content]:
    """One each, in this order: the annotation that counts, else the prediction; `only` one of the two. Lazy.

    Of several predictions that of the project's version counts, else the newest. `names`: see `read_labelled`.
    """
    for part, found in ahead(lambda part: _bodies(client, project.id, part), _parts(task_ids)):
        rows = {int(row["id"]): row for row in found}
        for task_id in part:
            row = rows.pop(task_id, None)
            if row is None:
                yield Content(task_id, PagesGone([task_id]), {})
            else:
                yield _content(row, project.model_version, only, names)


def _parts(task_ids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(task_ids)
    while part := list(islice(left, BODIES)):
        yield part


def _bodies(client: LabelStudio, project_id: int, task_ids: Sequence[int]) -> list[dict[str, Any]]:
    wanted = [task_filter("id", "in_list", "List", list(task_ids))]
    return _rows(client, project_id, wanted, _FIELDS, len(task_ids), bodies=True)


def _rows(
    client: LabelStudio, project_id: int, wanted: Sequence[Filter], include: str, size: int, *, bodies: bool = False
) -> list[dict[str, Any]]:
    """One call, with patience."""
    for pause_s in (*_PAUSES_S, None):
        try:
            found = list_tasks(client, project_id, wanted, include=include, page_size=size, bodies=bodies)
            return list(found["tasks"])
        except ServiceUnavailable as error:
            if pause_s is None:
                raise
            time.sleep(min(error.retry_after_s or pause_s, _LONGEST_PAUSE_S))
    raise AssertionError("the last try returns or raises")


def _content(row: Item, version: str, only: Source | None, names: Mapping[str, str]) -> Content:
    task_id, data, predictions = int(row["id"]), row.get("data") or {}, row.get("predictions") or []
    if only != "prediction" and (annotation := final_annotation(row.get("annotations") or [])):
        parent = (p for p in predictions if p["id"] == annotation.get("parent_prediction"))
        page = _by_a_person(_page(annotation, names))
        return Content(task_id, page, data, "annotation", _version(next(parent, {})))
    if only == "annotation":
        return Content(task_id, NotAnnotated("nobody has annotated this page"), data)
    if prediction := max(predictions, key=lambda p: (p.get("model_version") == version, int(p["id"])), default=None):
        return Content(task_id, _page(prediction, names), data, "prediction", _version(prediction))
    return Content(task_id, NotPredicted("no prediction yet"), data)


def _page(said: Item, names: Mapping[str, str]) -> Page | PageError:
    try:
        if not _drawn(said):
            return Page(0, 0, 0, 0)
        page = read_labelled(said, names)
    except PageError as error:
        return error
    labels = {entity.label for entity in page.entities or ()} - {"OTHER"}
    if labels and not labels & _OURS:
        found = ", ".join(sorted(labels))
        return LabelsUnknown(f"its regions are labelled {found}: none is QUESTION, ANSWER or HEADER")
    return page


def _drawn(said: Item) -> bool:
    """Is there anything that has a place?"""
    values = [item.get("value") for item in said.get("result") or [] if isinstance(item, dict)]
    return any(isinstance(value, dict) and ("x" in value or "points" in value) for value in values)


def _by_a_person(page: Page | PageError) -> Page | PageError:
    """What a person has submitted is certain, whatever the prediction's score was."""
    if isinstance(page, PageError):
        return page
    return replace(page, links=tuple(replace(link, confidence=1.0) for link in page.links or ()))


def _version(prediction: Item) -> str | None:
    return prediction.get("model_version") or None
