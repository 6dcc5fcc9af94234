"""Configurations that were read wrongly once, and what is expected of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.controls.report import missing, takes
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.page_data import field
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.page import Box, Entity, Page, Word, WordLabel

CASES = Path(__file__).with_name("cases")
#: One word of each label.
PAGE = Page(
    width_px=400,
    height_px=100,
    shown_width_px=400,
    shown_height_px=100,
    words=tuple(Word(label.title(), Box(90 * n, 10, 90 * n + 70, 30)) for n, label in enumerate(LABELS)),
).with_labels(
    tuple(WordLabel(label, 0.9) for label in LABELS), tuple(Entity(label, (n,)) for n, label in enumerate(LABELS))
)


def read(name: str) -> LabellingConfig:
    return LabellingConfig.parse((CASES / f"{name}.xml").read_text("utf-8"))


def texts(name: str) -> dict[str, str]:
    """Return the control of each region's text in a prediction, "meta" where it stands in the region's meta."""
    config = read(name)
    made = build_prediction(PAGE, config, version="v", name="prelabel", draw_other=True)
    assert prediction_problems(made, config) == []
    placed = {item["value"]["text"][0]: item["from_name"] for item in made["result"] if item["type"] == "textarea"}
    return placed | {item["meta"]["text"][0]: "meta" for item in made["result"] if "text" in item.get("meta", {})}


def test_texts_go_to_the_transcription_and_not_to_the_remark() -> None:
    assert set(texts("two_textareas").values()) == {"transcription"}


def test_a_text_that_submit_would_drop_goes_to_the_meta_and_doctor_says_so() -> None:
    assert texts("when_label") == {"Question": "qtext", "Answer": "atext", "Header": "meta", "Other": "meta"}
    assert "HEADER and OTHER" in "".join(missing(read("when_label"), LABELS))
    assert 'texts of QUESTION in "qtext"' in takes(read("when_label"), LABELS)


def test_a_field_within_another_is_read() -> None:
    assert field({"page": {"url": "/data/upload/1/a.png"}}, read("nested_key").image_key) == "/data/upload/1/a.png"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("repeater", 'repeats its controls for a list of images (Repeater on="$pages"), which is not read'),
        ("dyn_labels", 'takes its labels from the data of each page (value="$labels"), which is not read'),
    ],
)
def test_lists_and_labels_of_the_data_are_refused_with_the_true_reason(name: str, said: str) -> None:
    with pytest.raises(LabellingConfigError) as caught:
        read(name)
    assert said in str(caught.value)


def test_texts_that_an_earlier_release_wrote_to_the_remark_come_back() -> None:
    """Given a prediction of the release that took the first TextArea, then its texts are read, also corrected ones."""
    words = tuple(Word(text, Box(10 + 60 * n, 10, 60 + 60 * n, 30)) for n, text in enumerate(("Name", "of", "Kim")))
    form = Page(width_px=400, height_px=100, shown_width_px=400, shown_height_px=100, words=words).with_labels(
        tuple(WordLabel(label, 0.9) for label in ("QUESTION", "QUESTION", "ANSWER")),
        (Entity("QUESTION", (0, 1)), Entity("ANSWER", (2,))),
    )
    config = read("two_textareas")
    made = build_prediction(form, config, version="v", name="prelabel", draw_other=False)
    for item in made["result"]:
        if item["type"] == "textarea":
            item["from_name"] = "note"
            item["value"]["text"] = ["Kimm" if item["value"]["text"] == ["Kim"] else "Name of"]
        elif "meta" in item:
            stored = item["meta"]["words"]
            item["meta"] = {"words": stored} if len(stored) > 1 else {}
    for known in (config, None):
        back = read_labelled(made, config=known).page
        assert [" ".join(back.words[i].text for i in e.words) for e in back.entities or ()] == ["Name of", "Kimm"]
