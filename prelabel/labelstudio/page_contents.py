"""Contents of a project's pages: for each page the annotation or the prediction that counts, as a Page.

Bodies are read by task id, fifty pages a call, so that whole projects pass through little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from prelabel.errors import LabelsUnknown, NotAnnotated, NotPredicted, PageError, PagesGone
from prelabel.labelstudio.export import final_annotation
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_from_regions import read_labelled
from prelabel.labelstudio.page_list import list_patiently, page_filter
from prelabel.labelstudio.prefetch import read_ahead
from prelabel.labelstudio.projects import Project
from prelabel.page import Page

Source = Literal["annotation", "prediction"]
Item = Mapping[str, Any]

#: Pages whose bodies come in one answer: 2 MB of JSON at 39 kB a prediction. 20 a call take half as long again, 100
#: save 5 %.
BODIES = 50
#: Also the fields of annotations: a field that is not in this list is missing there.
_FIELDS = "id,data,predictions,annotations,result,was_cancelled,ground_truth,updated_at,parent_prediction"
_OURS = {"QUESTION", "ANSWER", "HEADER"}


@dataclass(frozen=True, slots=True)
class PageContent:
    """Content of one page in Label Studio. `page`: without words and size where nothing is drawn; or the error.

    `version`: of a prediction its own; of an annotation, that of the prediction from which it was made.
    """

    task_id: int
    page: Page | PageError
    data: Item
    source: Source | None = None
    version: str | None = None


def read_contents(
    client: LabelStudio, project: Project, task_ids: Iterable[int], only: Source | None, names: Mapping[str, str]
) -> Iterator[PageContent]:
    """Yield the content of each page, in this order: the annotation that counts, else the prediction; lazy.

    `only`: limits this to one of the two. Of several predictions the one of the project's version counts, else the
    newest. `names`: see `read_labelled`.
    """
    for part, found in read_ahead(lambda part: _bodies(client, project.id, part), _parts(task_ids)):
        rows = {int(row["id"]): row for row in found}
        for task_id in part:
            row = rows.pop(task_id, None)
            if row is None:
                yield PageContent(task_id, PagesGone([task_id]), {})
            else:
                yield _content(row, project.model_version, only, names)


def _parts(task_ids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(task_ids)
    while part := list(islice(left, BODIES)):
        yield part


def _bodies(client: LabelStudio, project_id: int, task_ids: Sequence[int]) -> list[dict[str, Any]]:
    wanted = [page_filter("id", "in_list", "List", list(task_ids))]
    return list_patiently(client, project_id, wanted, include=_FIELDS, page_size=len(task_ids), bodies=True)


def _content(row: Item, version: str, only: Source | None, names: Mapping[str, str]) -> PageContent:
    task_id, data, predictions = int(row["id"]), row.get("data") or {}, row.get("predictions") or []
    if only != "prediction" and (annotation := final_annotation(row.get("annotations") or [])):
        parent = (p for p in predictions if p["id"] == annotation.get("parent_prediction"))
        page = _with_certain_links(_page(annotation, names))
        return PageContent(task_id, page, data, "annotation", _version(next(parent, {})))
    if only == "annotation":
        return PageContent(task_id, NotAnnotated("this page has no annotation"), data)
    if prediction := max(predictions, key=lambda p: (p.get("model_version") == version, int(p["id"])), default=None):
        return PageContent(task_id, _page(prediction, names), data, "prediction", _version(prediction))
    return PageContent(task_id, NotPredicted("no prediction yet"), data)


def _page(body: Item, names: Mapping[str, str]) -> Page | PageError:
    try:
        if not _drawn(body):
            return Page(0, 0, 0, 0)
        page = read_labelled(body, names)
    except PageError as error:
        return error
    labels = {entity.label for entity in page.entities or ()} - {"OTHER"}
    if labels and not labels & _OURS:
        found = ", ".join(sorted(labels))
        return LabelsUnknown(f"its regions are labelled {found}: none is QUESTION, ANSWER or HEADER")
    return page


def _drawn(body: Item) -> bool:
    """Return whether any region has a place."""
    values = [item.get("value") for item in body.get("result") or [] if isinstance(item, dict)]
    return any(isinstance(value, dict) and ("x" in value or "points" in value) for value in values)


def _with_certain_links(page: Page | PageError) -> Page | PageError:
    """Give links full confidence: a person has submitted them, whatever the prediction's score was."""
    if isinstance(page, PageError):
        return page
    return replace(page, links=tuple(replace(link, confidence=1.0) for link in page.links or ()))


def _version(prediction: Item) -> str | None:
    return prediction.get("model_version") or None
