"""Predictions in a real Label Studio: stored, found again, drawn for people, kept through review and export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page as Tab

from devstack.browser import drawn, logged_in, open_task, select_region, submit
from devstack.label_studio import LabelStudioServer
from prelabel.errors import AmbiguousUpload, PagesGone, PredictionRejected
from prelabel.geometry import apply, tilt
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.projects import get_project, model_versions, set_model_version
from prelabel.labelstudio.regions.reading import read_prediction
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages
from prelabel.labelstudio.stored_predictions import count_predictions, prediction_ids, reusable_prediction
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML, RECTANGLES_XML
from tests.support.ocr_pages import tilted, tilting

VERSION = "prelabel-test-0a1b2c3d"
CONFIGS = {"rectangles": RECTANGLES_XML, "polygons": POLYGONS_XML, "labelled": RECTANGLE_LABELS_XML}
PLUM = (221, 160, 221)
TEXTS = ["Invoice No:", "A-17", "성명:", "홍길동"]


def page() -> Page:
    """Make a page of 800 x 600 pixels with two key-values, one of them Korean."""
    words = [
        Word("Invoice", Box(60, 100, 160, 130), 0.9, "t"),
        Word("No:", Box(170, 100, 220, 130), 0.8, "t"),
        Word("A-17", Box(300, 100, 380, 130), 0.9, "t"),
        Word("성명:", Box(60, 200, 130, 230), 0.9, "t"),
        Word("홍길동", Box(300, 200, 400, 230), 0.9, "t"),
    ]
    labels = ("QUESTION", "QUESTION", "ANSWER", "QUESTION", "ANSWER")
    entities = (
        Entity("QUESTION", (0, 1), 0.9),
        Entity("ANSWER", (2,), 0.8),
        Entity("QUESTION", (3,), 0.7),
        Entity("ANSWER", (4,), 0.6),
    )
    read_ = Page(width_px=800, height_px=600, shown_width_px=800, shown_height_px=600, words=tuple(words))
    labelled = read_.with_labels(tuple(WordLabel(label, 0.9) for label in labels), entities)
    return labelled.with_links((Link(0, 1), Link(2, 3)), ())


def picture() -> Image.Image:
    """Draw the page: a plum rectangle for every word."""
    image = Image.new("RGB", (800, 600), "white")
    for word in page().words:
        ImageDraw.Draw(image).rectangle((word.box.x0, word.box.y0, word.box.x1, word.box.y1), PLUM)
    return image


def askew(degrees: float) -> Page:
    """Return the page as OCR would read it from a scan that is tilted by these degrees."""
    width, height = tilted(picture(), degrees).size
    return replace(page(), shown_width_px=width, shown_height_px=height, to_shown=tilting(picture(), degrees))


def uploaded(
    server: LabelStudioServer, client: LabelStudio, project_id: int, folder: Path, degrees: float = 0.0
) -> tuple[int, LabellingConfig]:
    """Upload one page and its prediction as the pipeline does; return its task id and the configuration."""
    tilted(picture(), degrees).save(folder / "page.png")
    server.upload_images(project_id, [folder / "page.png"])
    project_ = get_project(client, project_id)
    config = LabellingConfig.parse(project_.labelling_xml)
    (ref,) = eligible_pages(client, project_, WITHOUT_PREDICTIONS, image_key=config.image_key)
    prediction = build_prediction(askew(degrees), config, version=VERSION, name=VERSION, draw_other=False)
    assert prediction_problems(prediction, config) == []
    assert import_predictions(client, project_id, [(ref.task_id, prediction)]) == 1
    set_model_version(client, project_id, VERSION)
    return ref.task_id, config


@pytest.fixture(scope="module")
def tab(label_studio: LabelStudioServer) -> Iterator[Tab]:
    with logged_in(label_studio) as opened:
        yield opened


def test_the_data_manager_draws_it_too(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio, tab: Tab, tmp_path: Path
) -> None:
    project_id = project()
    task_id, _ = uploaded(label_studio, client, project_id, tmp_path)
    open_task(tab, label_studio, project_id, task_id)
    seen = drawn(tab)
    assert (seen.regions, seen.arrows) == (4, 2)
    assert all(text in seen.text for text in TEXTS)


@pytest.mark.parametrize(
    ("form", "degrees"), [("rectangles", 0.0), ("rectangles", 6.0), ("polygons", -6.0), ("labelled", 0.0)]
)
def test_a_prediction_is_stored_drawn_and_complete_after_review(
    label_studio: LabelStudioServer,
    project: Callable[..., int],
    client: LabelStudio,
    tab: Tab,
    tmp_path: Path,
    form: str,
    degrees: float,
) -> None:
    # Given a project in one of the three forms, with one page, straight or askew, and its prediction
    project_id = project(CONFIGS[form])
    task_id, config = uploaded(label_studio, client, project_id, tmp_path, degrees)
    sent = build_prediction(askew(degrees), config, version=VERSION, name=VERSION, draw_other=False)

    # Then Label Studio holds it as it was sent, and the words come back
    assert count_predictions(client, project_id, VERSION, [task_id]) == {task_id: 1}
    assert len(prediction_ids(client, project_id, VERSION, [task_id])[task_id]) == 1
    assert model_versions(client, project_id) == {VERSION: 1}
    stored = reusable_prediction(client, task_id, [VERSION])
    assert stored is not None
    assert stored["result"] == sent["result"]
    assert stored["score"] == pytest.approx(0.75)
    assert [w.text for w in read_prediction(stored, config).words] == ["Invoice", "No:", "A-17", "성명:", "홍길동"]

    # And people see boxes, texts and arrows in the label stream
    open_task(tab, label_studio, project_id, task_id, label_stream=True)
    select_region(tab, 3)
    seen = drawn(tab)
    assert (seen.regions, seen.arrows) == (4, 2)
    assert "홍길동" in seen.text
    assert uncovered(tab) < 200, "of the 15,000 pixels of the words"
    submit(tab)

    # And what a person submits is exported with texts, labels, relations and the stored words
    export = label_studio.api.get(f"/api/projects/{project_id}/export", params={"exportType": "JSON"}).json()
    annotation = export[0]["annotations"][0]
    back = read_prediction(annotation, config)
    assert [w.text for w in back.words] == ["Invoice", "No:", "A-17", "성명:", "홍길동"]
    assert tilt(back.to_shown) == pytest.approx(degrees, abs=0.02)
    for word, before in zip(back.words, page().words, strict=True):
        assert apply(back.to_shown, *word.box.center) == pytest.approx(
            apply(askew(degrees).to_shown, *before.box.center), abs=1
        )
    kept = annotation["result"]
    relations = [r for r in kept if r["type"] == "relation"]
    assert [(r["from_id"], r["to_id"]) for r in relations] == [
        (r["from_id"], r["to_id"]) for r in sent["result"] if r["type"] == "relation"
    ]
    assert {r["direction"] for r in relations} == {"right"}
    assert {r["id"] for r in kept if "id" in r} == {r["id"] for r in sent["result"] if "id" in r}
    assert texts(kept) == TEXTS
    assert labels(kept) == ["QUESTION", "ANSWER", "QUESTION", "ANSWER"]


def uncovered(tab: Tab) -> int:
    """Count the pixels of words that no region covers."""
    seen = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    colours = seen.getcolors(seen.width * seen.height) or []
    return sum(count for count, colour in colours if colour == PLUM)


def texts(result: list[dict[str, object]]) -> list[str]:
    of_areas = [r["value"]["text"][0] for r in result if r["type"] == "textarea"]  # type: ignore[index]
    return of_areas or [r["meta"]["text"][0] for r in result if r["type"] == "rectanglelabels"]  # type: ignore[index]


def labels(result: list[dict[str, object]]) -> list[str]:
    values = [r["value"] for r in result if r["type"] in {"labels", "rectanglelabels"}]
    return [(v.get("labels") or v.get("rectanglelabels"))[0].upper() for v in values]  # type: ignore[attr-defined]


def test_a_chunk_with_a_deleted_page_costs_that_page_only(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    ids = label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(50)])
    config = LabellingConfig.parse(RECTANGLES_XML)
    items = [
        (task_id, build_prediction(page(), config, version=VERSION, name=VERSION, draw_other=False)) for task_id in ids
    ]
    label_studio.api.delete(f"/api/tasks/{ids[20]}/").raise_for_status()
    with pytest.raises(PagesGone) as caught:
        import_predictions(client, project_id, items)
    assert caught.value.task_ids == (ids[20],)
    assert count_predictions(client, project_id, VERSION, ids) == {}
    left = [item for item in items if item[0] not in caught.value.task_ids]
    assert import_predictions(client, project_id, left) == 49
    assert count_predictions(client, project_id, VERSION, ids) == {task_id: 1 for task_id, _ in left}


def test_a_refused_chunk_is_not_taken_for_deleted_pages(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    (task_id,) = label_studio.import_pages(project_id, [{"data": {"image": "/1.png"}}])
    with pytest.raises(PredictionRejected):
        import_predictions(client, project_id, [(task_id, {"result": ["no region"], "model_version": VERSION})])
    assert count_predictions(client, project_id, VERSION, [task_id]) == {}


def test_an_upload_that_is_cut_off_is_ambiguous_and_a_later_look_finds_it(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    ids = label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(50)])
    config = LabellingConfig.parse(RECTANGLES_XML)
    items = [
        (task_id, build_prediction(page(), config, version=VERSION, name=VERSION, draw_other=False)) for task_id in ids
    ]
    count_predictions(client, project_id, VERSION, ids)  # renews the token: only the upload may run into the time limit
    hasty = LabelStudio(label_studio.url, label_studio.token, timeout_s=60)
    with hasty:
        count_predictions(hasty, project_id, VERSION, ids)
        hasty._http.timeout = 0.02
        with pytest.raises(AmbiguousUpload, match="check before posting again"):
            import_predictions(hasty, project_id, items)
    for _ in range(50):
        if len(count_predictions(client, project_id, VERSION, ids)) == 50:
            break
    assert count_predictions(client, project_id, VERSION, ids) == dict.fromkeys(ids, 1)
