"""Predictions for configurations of teams: what is drawn where, and the meta information of each region."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prelabel.geometry import quarter_turn
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.lines import line_parts
from prelabel.page import Box, Entity, Page, Word, WordLabel
from tests.support.labelling_configs import ANY_XML, OCR_XML

IMAGE = '<Image name="image" value="$image"/>'
AREA = '<TextArea name="t" toName="image" perRegion="true"/>'


def page() -> Page:
    """Make a page of two lines: a question and its answer in two columns, then a header of two words."""
    words = (
        Word("성명", Box(10, 10, 50, 30), 0.9),
        Word("홍길동", Box(200, 10, 260, 30), 0.8),
        Word("Form", Box(10, 60, 50, 80), 0.7),
        Word("A-17", Box(56, 60, 90, 80), 0.7),
    )
    labels = ("QUESTION", "ANSWER", "HEADER", "HEADER")
    made = Page(width_px=400, height_px=100, shown_width_px=400, shown_height_px=100, words=words)
    entities = (Entity("QUESTION", (0,)), Entity("ANSWER", (1,)), Entity("HEADER", (2, 3)))
    return made.with_labels(tuple(WordLabel(label, 0.9) for label in labels), entities)


KINDS = ("rectanglelabels", "polygonlabels", "labels", "choices")
UNLABELLED = replace(page(), labels=None, entities=None)


def drawn(xml: str, of: Page) -> list[tuple[str, str, Any, str]]:
    """Return (control, type, label, text) of each region of a prediction that Label Studio would store."""
    config = LabellingConfig.parse(xml)
    made = build_prediction(of, config, version="exact", name="prelabel", draw_other=False)
    assert prediction_problems(made, config) == []
    rows = []
    for item in made["result"]:
        if "meta" in item:
            rest = [i["value"] for i in made["result"] if i["id"] == item["id"]]
            label = [v[kind] for v in rest for kind in KINDS if kind in v]
            text = [v["text"][0] for v in rest if "text" in v] or item["meta"].get("text")
            rows.append((item["from_name"], item["type"], label[-1] if label else None, text[0]))
    return rows


@pytest.mark.parametrize("of", [page(), UNLABELLED], ids=["labelled", "words only"])
@pytest.mark.parametrize(
    ("xml", "control", "kind", "label"),
    [
        (OCR_XML, "bbox", "rectangle", ["Text"]),
        (OCR_XML.replace('<Rectangle name="bbox" toName="image" strokeWidth="3"/>', ""), "poly", "polygon", ["Text"]),
        (OCR_XML.replace("Polygon", "Brush"), "bbox", "rectangle", ["Text"]),
        (
            f'<View>{IMAGE}<RectangleLabels name="r" toName="image"><Label value="O"/></RectangleLabels>{AREA}</View>',
            "r",
            "rectanglelabels",
            ["O"],
        ),
        (
            f'<View>{IMAGE}<Rectangle name="r" toName="image"/><Labels name="l" toName="image"><Label value="텍스트"/>'
            f'<Label value="손글씨"/></Labels>{AREA}</View>',
            "r",
            "rectangle",
            ["텍스트"],
        ),
        (
            f'<View>{IMAGE}<Rectangle name="r" toName="image"/><Labels name="l" toName="image">'
            f'<Label value="Handwriting"/></Labels></View>',
            "r",
            "rectangle",
            ["Handwriting"],
        ),
    ],
)
def test_a_configuration_for_texts_gets_a_region_for_each_line(
    xml: str, control: str, kind: str, label: list[str], of: Page
) -> None:
    assert drawn(xml, of) == [(control, kind, label, text) for text in ("성명", "홍길동", "Form A-17")]


OWN = (
    '<RectangleLabels name="own" toName="image"><Label value="INVOICE_NUMBER"/><Label value="TOTAL"/></RectangleLabels>'
)


@pytest.mark.parametrize(
    ("controls", "of", "expected"),
    [
        (OWN, page(), [("own", "rectanglelabels", [], "홍길동")]),
        (OWN, UNLABELLED, [("own", "rectanglelabels", [], word.text) for word in page().words]),
        (
            OWN.replace("RectangleL", "L") + '<Rectangle name="r" toName="image"/>',
            page(),
            [("r", "rectangle", None, "홍길동")],
        ),
        ('<Rectangle name="r" toName="image"/>', UNLABELLED, [("r", "rectangle", None, w.text) for w in page().words]),
        (
            '<Rectangle name="r" toName="image"/>',
            page(),
            [("r", "rectangle", None, text) for text in ("성명", "홍길동", "Form A-17")],
        ),
        (
            f'{OWN}<RectangleLabels name="l" toName="image"><Label value="Question"/></RectangleLabels>',
            page(),
            [("l", "rectanglelabels", ["Question"], "성명")],
        ),
    ],
)
def test_labels_that_the_tagger_does_not_know(controls: str, of: Page, expected: list[Any]) -> None:
    """Given labels of one's own, then answers are offered without a label; words where nothing has labels."""
    assert drawn(f"<View>{IMAGE}{controls}</View>", of) == expected


def test_choices_say_the_label_of_a_region() -> None:
    choices = "".join(f'<Choice value="{label}"/>' for label in LABELS)
    controls = (
        f'<Rectangle name="r" toName="image"/><Choices name="c" toName="image" perRegion="true">{choices}</Choices>'
    )
    assert drawn(f"<View>{IMAGE}{controls}{AREA}</View>", page()) == [
        ("r", "rectangle", ["QUESTION"], "성명"),
        ("r", "rectangle", ["ANSWER"], "홍길동"),
        ("r", "rectangle", ["HEADER"], "Form A-17"),
    ]


def meta(of: Page) -> list[dict[str, Any]]:
    made = build_prediction(of, LabellingConfig.parse(OCR_XML), version="exact", name="prelabel", draw_other=False)
    return [item["meta"] for item in made["result"] if "meta" in item]


def test_each_region_keeps_its_words_its_version_and_the_turn_of_its_page() -> None:
    assert meta(page())[0] == {"words": [["성명", 2.5, 10, 10, 20]], "prelabel": "exact"}
    assert [words[0] for words in meta(page())[2]["words"]] == ["Form", "A-17"]
    lying = replace(page(), to_shown=quarter_turn(1, 400, 100), shown_width_px=100, shown_height_px=400)
    assert {each["turn"] for each in meta(lying)} == {90}


def test_a_line_ends_at_a_gap_as_between_columns() -> None:
    boxes = [word.box for word in page().words]
    assert line_parts(boxes) == [[0], [1], [2, 3]]
    assert line_parts([]) == []
    near = [Box(0, 0, 50, 20), Box(20, 1, 90, 21), Box(95, 0, 120, 20)]
    assert line_parts(near) == [[0, 1, 2]]


def back(made: dict[str, Any], config: LabellingConfig | None) -> list[tuple[str, str]]:
    page_ = read_labelled(made, config=config).page
    return [(e.label, " ".join(page_.words[i].text for i in e.words)) for e in page_.entities or ()]


@pytest.mark.parametrize("xml", ANY_XML)
def test_labels_and_texts_come_back_with_the_configuration_and_without_it(xml: str) -> None:
    """Given remarks and a second set of labels on every region, then labels and texts are those that were written."""
    image = LabellingConfig.parse(xml).image
    note = f'<TextArea name="note" toName="{image}" perRegion="true"/>' if "TextArea" in xml else ""
    style = f'<Labels name="style" toName="{image}"><Label value="Printed"/></Labels>'
    xml = xml.replace("</View>", f"{note}{style}</View>")
    config = LabellingConfig.parse(xml)
    made = build_prediction(page(), config, version="exact", name="prelabel", draw_other=False)
    expected = [(label[0].upper() if label else "OTHER", text) for _, _, label, text in drawn(xml, page())]
    for item in list(made["result"]):
        if "meta" in item:
            beside = {"id": item["id"], "to_name": image}
            remark = {"from_name": "note", "type": "textarea", "value": {"text": ["to be checked"]}}
            looks = {"from_name": "style", "type": "labels", "value": {**item["value"], "labels": ["Printed"]}}
            made["result"] += [{**beside, **looks}, *([{**beside, **remark}] if note else [])]
    nothing_known = "INVOICE_NUMBER" in xml  # an export then says nowhere that Printed is no label of theirs
    for known in (config, LabellingConfig.parse(xml, None), *([] if nothing_known else [None])):
        assert [(label.upper(), text) for label, text in back(made, known)] == expected
