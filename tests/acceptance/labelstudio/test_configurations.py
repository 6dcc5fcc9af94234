"""Configurations of teams in a real Label Studio: what is predicted is seen, and Submit loses none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page as Tab

from devstack.browser import drawn, logged_in, open_task, select_region, submit
from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.page_data import document_page_data, with_field
from prelabel.labelstudio.page_import import DocumentPage, import_pages, pages_of_document, pages_with_documents
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.projects import get_project, set_model_version
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages
from prelabel.page import Box, Entity, Page, Word, WordLabel
from tests.support.labelling_configs import OCR_XML, OWN_XML

CASES = Path(__file__).parents[2] / "unit" / "labelstudio" / "controls" / "cases"
VERSION = "prelabel-test-0a1b2c3d"
DOCUMENT = "0123456789abcdef"
IMAGE = '<Image name="image" value="$image"/>'
FOUR = "".join(f'<Label value="{label}"/>' for label in LABELS)
OWN = f'<RectangleLabels name="l" toName="image">{FOUR}</RectangleLabels>'
AREA = '<TextArea name="{}" toName="image" perRegion="true" editable="true" {}/>'

CONFIGS = {
    "two text areas": (CASES / "two_textareas.xml").read_text("utf-8"),
    "text areas by label": (CASES / "when_label.xml").read_text("utf-8"),
    "a field within another": (CASES / "nested_key.xml").read_text("utf-8"),
    "labels of two controls": f"""<View>{IMAGE}
        <RectangleLabels name="a" toName="image"><Label value="QUESTION"/><Label value="ANSWER"/></RectangleLabels>
        <PolygonLabels name="b" toName="image"><Label value="HEADER"/><Label value="OTHER"/></PolygonLabels>
        {AREA.format("ta", 'whenTagName="a"')}{AREA.format("tb", 'whenTagName="b"')}</View>""",
    "views around": f"""<View>{IMAGE}{OWN}
        <View visibleWhen="region-selected" whenLabelValue="ANSWER,OTHER">{AREA.format("some", "")}</View>
        <View style="display: none">{AREA.format("hidden", "")}</View></View>""",
    "spaces and aliases": f"""<View>{IMAGE}<RectangleLabels name="l" toName="image">
        <View><Label value="Frage" alias="question"/><Label value="ANSWER"/></View><Label value="Header"/>
        </RectangleLabels>        {AREA.format("t", 'whenLabelValue="question, ANSWER"')}</View>""",
    "choices for labels": f"""<View>{IMAGE}<Labels name="k" toName="image"><Label value="Text"/></Labels>
        <Rectangle name="r" toName="image"/>
        <Choices name="c" toName="image" perRegion="true" whenLabelValue="Text">
        <Choice value="QUESTION"/><Choice value="ANSWER"/><Choice value="HEADER"/></Choices>
        {AREA.format("t", 'visibleWhen="choice-selected" whenTagName="c" whenChoiceValue="QUESTION,ANSWER"')}</View>""",
}
CONFIGS |= {"the template for OCR": OCR_XML, "labels of one's own": OWN_XML}


def page() -> Page:
    """Make a page of 800 x 600 pixels with one word of each label."""
    words = tuple(Word(label.title(), Box(60, 90 * n + 40, 260, 90 * n + 80)) for n, label in enumerate(LABELS))
    made = Page(width_px=800, height_px=600, shown_width_px=800, shown_height_px=600, words=words)
    entities = tuple(Entity(label, (n,), 0.9) for n, label in enumerate(LABELS))
    return made.with_labels(tuple(WordLabel(label, 0.9) for label in LABELS), entities)


@pytest.fixture(scope="module")
def tab(label_studio: LabelStudioServer) -> Iterator[Tab]:
    with logged_in(label_studio) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Upload an image, and return its address."""
    path = tmp_path_factory.mktemp("pages") / "page.png"
    Image.new("RGB", (800, 600), "white").save(path)
    project_id = label_studio.create_project("images", f"<View>{IMAGE}</View>")
    label_studio.upload_images(project_id, [path])
    return str(label_studio.pages(project_id)[0]["data"]["image"])


def by_region(result: list[dict[str, Any]]) -> dict[str, set[tuple[str, str]]]:
    """Return what the controls hold of each region: labels, choices and texts; texts of the meta as control "meta"."""
    found: dict[str, set[tuple[str, str]]] = {}
    for item in result:
        held = found.setdefault(item["id"], set())
        for name in ("rectanglelabels", "polygonlabels", "labels", "choices", "text"):
            held |= {(item["from_name"], value) for value in item["value"].get(name) or ()}
        held |= {("meta", text) for text in item.get("meta", {}).get("text", ())}
    return found


def read(body: dict[str, Any], config: LabellingConfig | None) -> list[tuple[str, str]]:
    """Return label and text of each region, read back."""
    back = read_labelled(body, config=config).page
    return [(entity.label, " ".join(back.words[i].text for i in entity.words)) for entity in back.entities or ()]


@pytest.mark.parametrize("form", CONFIGS)
def test_what_is_predicted_is_seen_and_submitted(
    label_studio: LabelStudioServer,
    project: Callable[..., int],
    client: LabelStudio,
    tab: Tab,
    address: str,
    form: str,
) -> None:
    # Given a configuration, and a page with its prediction
    project_id = project(CONFIGS[form])
    config = LabellingConfig.parse(get_project(client, project_id).labelling_xml)
    (task_id,) = import_pages(client, project_id, [with_field(config.image_key, address)])
    made = build_prediction(page(), config, version=VERSION, name=VERSION, draw_other=True)
    assert prediction_problems(made, config) == []
    assert import_predictions(client, project_id, [(task_id, made)]) == 1
    set_model_version(client, project_id, VERSION)

    # When a person opens it and submits it
    open_task(tab, label_studio, project_id, task_id, label_stream=True)
    sent = by_region(made["result"])
    assert drawn(tab).regions == len(sent)
    for number, held in enumerate(sent.values()):
        select_region(tab, number)
        seen = drawn(tab).text
        assert [text for name, text in held if name in {*config.text_controls, "meta"} and text not in seen] == []
    submit(tab)

    # Then all of it is in the annotation
    export = label_studio.api.get(f"/api/projects/{project_id}/export", params={"exportType": "JSON"}).json()
    annotation = export[0]["annotations"][0]
    assert by_region(annotation["result"]) == sent
    assert read(annotation, config) == read(made, config) != []
    assert read(annotation, None) == read(made, None)


@pytest.mark.parametrize("value", ["$page.url", "$pages[0].url"])
def test_documents_are_found_in_a_field_within_another(
    project: Callable[..., int], client: LabelStudio, value: str
) -> None:
    """Given pages whose image lies in a field within another, then a document's pages are found as elsewhere."""
    xml = CONFIGS["a field within another"].replace("$page.url", value)
    project_id, key = project(xml), LabellingConfig.parse(xml).image_key
    addresses = [f"/data/upload/1/{document}-1.png" for document in (DOCUMENT, "f" * 16)]
    first, second = import_pages(client, project_id, [with_field(key, address) for address in addresses])
    refs = eligible_pages(client, get_project(client, project_id), WITHOUT_PREDICTIONS, image_key=key)
    assert [(ref.task_id, ref.image) for ref in refs] == [(first, addresses[0]), (second, addresses[1])]
    expected = DocumentPage(DOCUMENT, 1, first, predicted=False)
    assert pages_of_document(client, project_id, key, DOCUMENT) == [expected]
    assert len(list(pages_with_documents(client, project_id, key, "[0-9a-f]"))) == 2
    assert [task_id for task_id, _ in document_page_data(client, project_id, key, DOCUMENT)] == [first]
