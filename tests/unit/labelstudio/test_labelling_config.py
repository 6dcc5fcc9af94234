"""Labelling configurations: names are found, three forms work without changes, missing controls are reported."""

from __future__ import annotations

import pytest

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.controls.report import missing
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML, RECTANGLES_XML

IMAGE = '<Image name="image" value="$image"/>'


def parse(*controls: str) -> LabellingConfig:
    return LabellingConfig.parse(f"<View>{''.join(controls)}</View>")


def test_rectangles_with_labels_texts_and_relations() -> None:
    config = LabellingConfig.parse(RECTANGLES_XML)
    assert (config.image, config.image_key) == ("image", "image")
    assert (config.region.name, config.region.kind, config.region.labelled) == ("bbox", "rectangle", False)
    assert config.label("QUESTION") == "QUESTION"
    assert config.text_control("QUESTION") == "transcription"
    assert config.relation("ANSWER") == "answer"
    assert missing(config, LABELS) == ()


def test_the_ocr_template() -> None:
    config = LabellingConfig.parse(POLYGONS_XML)
    assert (config.image, config.image_key) == ("scan", "ocr")
    assert (config.region.name, config.region.shape) == ("poly", "polygon")
    assert config.label("HEADER") == "header"
    assert config.label("OTHER") is None
    assert config.relations is None
    assert missing(config, LABELS) == ('"kind" has no value OTHER: a region labelled OTHER gets no label',)


def test_labelled_rectangles() -> None:
    config = LabellingConfig.parse(RECTANGLE_LABELS_XML)
    assert (config.region.kind, config.region.labelled) == ("rectanglelabels", True)
    assert config.label("OTHER") == "Other"
    assert config.text_control("Other") is None
    assert [line for line in missing(config, LABELS) if "TextArea" in line]


def test_rectangles_go_before_polygons_of_the_same_labels() -> None:
    labels = '<Labels name="l" toName="image"><Label value="Question"/></Labels>'
    config = parse(IMAGE, '<Polygon name="p" toName="image"/>', '<Rectangle name="r" toName="image"/>', labels)
    assert config.region.name == "r"


def test_the_control_with_our_labels_is_chosen() -> None:
    config = parse(
        IMAGE,
        '<RectangleLabels name="cells" toName="image"><Label value="Table"/></RectangleLabels>',
        '<RectangleLabels name="fields" toName="image"><Label value="answer"/></RectangleLabels>',
    )
    assert (config.region.name, config.label("ANSWER")) == ("fields", "answer")


def test_the_control_with_the_labels_of_a_tagger_of_ones_own_is_chosen() -> None:
    xml = (
        f"<View>{IMAGE}"
        '<RectangleLabels name="cells" toName="image"><Label value="Answer"/></RectangleLabels>'
        '<RectangleLabels name="fields" toName="image"><Label value="invoice_number"/></RectangleLabels></View>'
    )
    assert LabellingConfig.parse(xml, ("OTHER", "INVOICE_NUMBER")).region.name == "fields"
    assert LabellingConfig.parse(xml, labels=None).image_key == "image"


def test_labels_of_which_a_configuration_has_none_are_named() -> None:
    config = LabellingConfig.parse(RECTANGLES_XML, ("OTHER", "TOTAL", "BUYER"))
    with pytest.raises(LabellingConfigError, match=r"none of the labels that the tagger gives \(TOTAL, BUYER\)"):
        config.require(("OTHER", "TOTAL", "BUYER"))
    config.require(("OTHER", "TOTAL", "ANSWER"))
    cats = parse(IMAGE, '<RectangleLabels name="r" toName="image"><Label value="Cat"/></RectangleLabels>')
    with pytest.raises(LabellingConfigError, match='RectangleLabels "r" has Cat: none of the labels'):
        cats.require(LABELS)


def test_results_hold_aliases() -> None:
    config = parse(
        IMAGE, '<RectangleLabels name="r" toName="image"><Label value="Frage" alias="question"/></RectangleLabels>'
    )
    assert config.label("QUESTION") == "question"


def test_controls_of_another_object_and_page_wide_texts_are_ignored() -> None:
    config = parse(
        IMAGE,
        '<Text name="note" value="$note"/>',
        '<Labels name="spans" toName="note"><Label value="QUESTION"/></Labels>',
        '<Rectangle name="r" toName="image"/>',
        '<TextArea name="remark" toName="image"/>',
    )
    assert config.label_controls == ()
    assert config.text_controls == ()
    assert len(missing(config, LABELS)) == 2


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("", "not valid XML"),
        ("<View>", "not valid XML"),
        ("<View/>", "no Image control"),
        (f"<View>{IMAGE}{IMAGE.replace('image', 'second')}</View>", "2 Image controls"),
        ('<View><Pdf name="scan" value="$pdf"/></View>', 'no Image control, it shows Pdf "scan"'),
        ('<View><Image name="image" valueList="$images"/></View>', "valueList"),
        (f"<View>{IMAGE}</View>", "no control for boxes"),
        (f'<!DOCTYPE x [<!ENTITY e "&f;"><!ENTITY f "f">]><View>{IMAGE}&e;</View>', "DOCTYPE"),
    ],
)
def test_unusable_configurations_name_the_cure(xml: str, said: str) -> None:
    with pytest.raises(LabellingConfigError, match=said) as caught:
        LabellingConfig.parse(xml)
    assert "\n" not in str(caught.value)
