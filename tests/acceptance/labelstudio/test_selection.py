"""Selection of pages of a real project: few calls, no predictions loaded, pages of other versions for reuse."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import existing_pages
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, count_eligible, eligible_pages, only_versions
from prelabel.labelstudio.stored_predictions import (
    count_predictions,
    delete_prediction,
    prediction_ids,
    reusable_prediction,
)

PAGES = 5000


class CountingTransport(httpx.HTTPTransport):
    """A transport that records all requests and the bytes of their answers."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[httpx.URL, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        response.read()
        self.calls.append((request.url, len(response.content)))
        return response


def prediction(version: str, size: int = 1) -> dict[str, object]:
    value = {"x": 1, "y": 1, "width": 1, "height": 1, "rotation": 0}
    item = {"from_name": "bbox", "to_name": "image", "type": "rectangle", "value": value}
    return {"result": [{"id": f"region{n:05}", **item} for n in range(size)], "score": 0.5, "model_version": version}


def test_5000_pages_are_selected_in_few_calls_without_any_prediction(
    label_studio: LabelStudioServer, project: Callable[..., int]
) -> None:
    project_id = project()
    rows = [{"data": {"image": f"/data/upload/1/{n}.png"}} for n in range(PAGES)]
    ids = label_studio.import_pages(project_id, rows)
    transport = CountingTransport()
    with LabelStudio(label_studio.url, label_studio.token, transport=transport) as client:
        project_ = get_project(client, project_id)
        assert project_.page_count == PAGES
        import_predictions(client, project_id, [(task_id, prediction("v", 400)) for task_id in ids[:20]])
        transport.calls.clear()
        began = time.monotonic()
        refs = list(eligible_pages(client, project_, WITHOUT_PREDICTIONS, image_key="image"))
        took_s = time.monotonic() - began
    calls = [(url, size) for url, size in transport.calls if url.path == "/api/tasks/"]
    assert [ref.task_id for ref in refs] == ids[20:]
    assert refs[-1].image == f"/data/upload/1/{PAGES - 1}.png"
    assert len(calls) <= 12
    assert sum(size for _, size in calls) < 150 * PAGES
    assert all(parse_qs(url.query.decode())["include"] == ["id,data"] for url, _ in calls)
    assert took_s < 60


def test_selection_goes_on_after_an_id_and_is_lazy(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    ids = label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(5)])
    found = eligible_pages(client, get_project(client, project_id), WITHOUT_PREDICTIONS, ids[1], image_key="image")
    assert next(found).task_id == ids[2]
    assert [ref.task_id for ref in found] == ids[3:]
    assert count_eligible(client, project_id, WITHOUT_PREDICTIONS) == 5


def test_odd_image_fields_reach_the_page_not_the_selection(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project('<View><Text name="t" value="$note"/></View>')
    rows = [{"note": "a", "image": ["/a.png"]}, {"note": "b"}, {"note": "c", "image": "s3://bucket/한글.png"}]
    label_studio.import_pages(project_id, [{"data": row} for row in rows])
    refs = eligible_pages(client, get_project(client, project_id), WITHOUT_PREDICTIONS, image_key="image")
    assert [ref.image for ref in refs] == ['["/a.png"]', "", "s3://bucket/한글.png"]


@pytest.fixture
def mixed(label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio) -> tuple[int, list[int]]:
    """Make pages with predictions.

    None · BBOXOCR-1 · BBOXOCR-2 · both · BBOXOCR-1 and ours · BBOXOCR-1 and annotated · skipped · OCR.
    """
    project_id = project()
    ids = label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(8)])
    versions = [(1, "BBOXOCR-1"), (2, "BBOXOCR-2"), (3, "BBOXOCR-1"), (3, "BBOXOCR-2"), (4, "BBOXOCR-1"), (4, "ours-1")]
    versions += [(5, "BBOXOCR-1"), (6, "BBOXOCR-1"), (7, "OCR")]
    import_predictions(client, project_id, [(ids[n], prediction(version)) for n, version in versions])
    for number, skipped in ((5, False), (6, True)):
        body = {"result": [], "was_cancelled": skipped}
        label_studio.api.post(f"/api/tasks/{ids[number]}/annotations/", json=body).raise_for_status()
    return project_id, ids


def test_pages_of_given_versions_are_selected_for_reuse(client: LabelStudio, mixed: tuple[int, list[int]]) -> None:
    project_id, ids = mixed
    project_ = get_project(client, project_id)

    def select(*patterns: str) -> list[int]:
        return [ref.task_id for ref in eligible_pages(client, project_, only_versions(patterns), image_key="image")]

    assert select("BBOXOCR*") == ids[1:4]
    assert select("BBOXOCR-?") == ids[1:4]
    assert select("BBOXOCR-1") == ids[1:2]
    assert select("OCR") == ids[7:]
    assert select("BBOXOCR*", "ours*") == ids[1:5]
    assert select("nothing*") == []
    assert count_eligible(client, project_id, only_versions(["BBOXOCR*"])) >= 3
    assert count_eligible(client, project_id, only_versions(["nothing"])) == 0


def test_the_prediction_to_reuse_is_the_newest_that_fits(client: LabelStudio, mixed: tuple[int, list[int]]) -> None:
    _, ids = mixed
    found = reusable_prediction(client, ids[3], ["BBOXOCR*"])
    assert found is not None
    assert (found["model_version"], len(found["result"])) == ("BBOXOCR-2", 1)
    assert reusable_prediction(client, ids[3], ["ours*"]) is None


def test_predictions_are_counted_exactly(client: LabelStudio, mixed: tuple[int, list[int]]) -> None:
    project_id, ids = mixed
    import_predictions(client, project_id, [(ids[0], prediction("ours-1-longer")), (ids[4], prediction("ours-1"))])
    assert count_predictions(client, project_id, "ours-1", ids) == {ids[4]: 2}
    doubles = prediction_ids(client, project_id, "ours-1", ids)
    assert list(doubles) == [ids[4]]
    first, second = doubles[ids[4]]
    assert first < second
    for _ in range(2):  # the second time the prediction is already gone
        delete_prediction(client, second)
    assert prediction_ids(client, project_id, "ours-1", ids) == {ids[4]: [first]}
    assert count_predictions(client, project_id, "nothing", ids) == {}
    assert existing_pages(client, project_id, [*ids, 10**6]) == set(ids)
