"""Contents of a project's pages: for each page the annotation or the prediction that counts, as a Page.

Bodies are read by task id, fifty pages a call, so that whole projects pass through little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal

from prelabel.errors import NotAnnotated, NotPredicted, PageError, PagesGone
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_list import list_patiently, page_filter
from prelabel.labelstudio.prefetch import read_ahead
from prelabel.labelstudio.projects import Project
from prelabel.labelstudio.regions.counting import final_annotation
from prelabel.labelstudio.regions.missing import FindMissing
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.labelstudio.regions.told import NotUsed, Told
from prelabel.labelstudio.stored_predictions import exact_version
from prelabel.page import Page

Source = Literal["annotation", "prediction"]
Item = Mapping[str, Any]

#: Pages whose bodies come in one answer: 2 MB of JSON at 39 kB a prediction. 20 a call take half as long again, 100
#: save 5 %.
BODIES = 50
#: Also the fields of annotations: a field that is not in this list is missing there.
_FIELDS = (
    "id,data,predictions,annotations,result,was_cancelled,ground_truth,updated_at,parent_prediction,draft_exists,"
    "completed_by,updated_by"
)


@dataclass(frozen=True, slots=True)
class PageContent:
    """Content of one page in Label Studio. `page`: without words and size where nothing is drawn; or the error.

    `version`: the exact one of a prediction; of an annotation, that of the prediction from which it was made. `told`:
    counts of what was not used. `row`: the page as Label Studio sent it, with predictions and annotations.
    """

    task_id: int
    page: Page | PageError
    data: Item
    source: Source | None = None
    version: str | None = None
    told: Told = field(default_factory=Told)
    row: Item = field(default_factory=dict)


def read_contents(
    client: LabelStudio,
    project: Project,
    task_ids: Iterable[int],
    only: Source | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
    config: LabellingConfig | None = None,
    missing: FindMissing | None = None,
) -> Iterator[PageContent]:
    """Yield the content of each page, in this order: the annotation that counts, else the prediction; lazy.

    `only`: limits this to one of the two. Of several predictions the one of the project's version counts, else the
    newest. `names`, `config`: see `read_labelled`. `missing`: finds the text of regions that have none.
    """
    read = _Reader(project.model_version, only, names, config, missing)
    for part, found in read_ahead(lambda part: _bodies(client, project.id, part), _parts(task_ids)):
        rows = {int(row["id"]): row for row in found}
        for task_id in part:
            row = rows.pop(task_id, None)
            yield PageContent(task_id, PagesGone([task_id]), {}) if row is None else read.content(row)


def _parts(task_ids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(task_ids)
    while part := list(islice(left, BODIES)):
        yield part


def _bodies(client: LabelStudio, project_id: int, task_ids: Sequence[int]) -> list[dict[str, Any]]:
    wanted = [page_filter("id", "in_list", "List", list(task_ids))]
    return list_patiently(client, project_id, wanted, include=_FIELDS, page_size=len(task_ids), bodies=True)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reader of pages; its fields are the arguments of `read_contents`. `version`: of the project's predictions."""

    version: str
    only: Source | None
    names: Mapping[str, str]
    config: LabellingConfig | None
    missing: FindMissing | None

    def content(self, row: Item) -> PageContent:
        """Return the content of the page with this row."""
        task_id, data, predictions = int(row["id"]), row.get("data") or {}, row.get("predictions") or []
        annotations = row.get("annotations") or []
        if self.only != "prediction" and (annotation := final_annotation(annotations)):
            parent: Item = next((p for p in predictions if p["id"] == annotation.get("parent_prediction")), {})
            page, told = self._page(row, {**annotation, "prediction": parent} if parent else annotation)
            version = exact_version(annotation) or exact_version(parent)
            return PageContent(task_id, _certain(page), data, "annotation", version or None, told, row)
        if self.only == "annotation":
            return PageContent(task_id, NotAnnotated("this page has no annotation"), data)
        if prediction := max(predictions, key=self._precedence, default=None):
            page, told = self._page(row, prediction)
            return PageContent(task_id, page, data, "prediction", exact_version(prediction) or None, told, row)
        return PageContent(task_id, NotPredicted("no prediction yet"), data)

    def _precedence(self, prediction: Item) -> tuple[bool, int]:
        """Return a key whose greatest value counts of several predictions."""
        return prediction.get("model_version") == self.version, int(prediction["id"])

    def _page(self, row: Item, body: Item) -> tuple[Page | PageError, Told]:
        try:
            read = read_labelled(body, self.names, self.config, self.missing(row, body) if self.missing else None)
        except PageError as error:
            return error, Told()
        return read.page, read.told + Told({NotUsed.DRAFT: int(row.get("draft_exists") is True)})


def _certain(page: Page | PageError) -> Page | PageError:
    """Give entities and links full confidence: a person has submitted them, whatever the prediction's score was."""
    if isinstance(page, PageError):
        return page
    entities = tuple(replace(entity, confidence=1.0) for entity in page.entities or ())
    return replace(page, entities=entities, links=tuple(replace(link, confidence=1.0) for link in page.links or ()))
