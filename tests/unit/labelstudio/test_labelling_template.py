"""The labelling configuration of new projects: the shipped file, labels of one's own, and their colours."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import pytest

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.labelling_template import label_colours, label_names, labelling_xml
from prelabel.project.fitting import configuration_fit, has_controls
from prelabel.settings import Settings
from tests.support.labelling_configs import RECTANGLE_LABELS_XML, RECTANGLES_XML

EXAMPLE = Path(__file__).parents[3] / "examples" / "labelling.xml"
SETTINGS = Settings(_env_file=None)
STRANGE = ["QUESTION", "<&>'\"", "합계 금액", "Total #1", "100 %", "$ 5", "{{x}}", "O'Neil", "\\n", "🧾"]


def test_the_shipped_file_is_the_example() -> None:
    assert labelling_xml() == EXAMPLE.read_text("utf-8")
    assert labelling_xml(LABELS) == labelling_xml()


@pytest.mark.parametrize("labels", [STRANGE, ["A"], [f"L{number}" for number in range(100)]])
def test_labels_of_ones_own_are_in_the_configuration_and_nothing_else_changes(labels: list[str]) -> None:
    config, shipped = LabellingConfig.parse(labelling_xml(labels), None), LabellingConfig.parse(labelling_xml())
    assert [holder.values for holder in config.holders] == [tuple(labels)]
    assert (config.region, config.text_controls, config.relations) == (
        shipped.region,
        shipped.text_controls,
        shipped.relations,
    )


def test_names_are_stored_in_one_form() -> None:
    assert label_names([unicodedata.normalize("NFD", "합계"), "  a \t b\u00a0"]) == ("합계", "a b")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["A", ""], "a label is empty"),
        (["A", " \n "], "a label is empty"),
        (["Total", "TOTAL"], "'Total' and 'TOTAL' are the same"),
        (["합계", unicodedata.normalize("NFD", "합계")], "are the same"),
        (["A\x00B"], "cannot be used"),
        (["\ud800"], "cannot be used"),
        (["sum of $total"], "cannot be used"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(labels: list[str], said: str) -> None:
    with pytest.raises(LabellingConfigError, match=said):
        labelling_xml(labels)


def test_colours_can_be_told_apart() -> None:
    """Given up to 20 labels, then no two have nearly the same colour, and a known label keeps its own."""
    colours = label_colours([*LABELS, *(f"L{number}" for number in range(16))])
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]
    nearest = min(sum(abs(a - b) for a, b in zip(x, y, strict=True)) for x, y in itertools.combinations(parts, 2))
    assert nearest > 50
    assert label_colours(["question"]) == label_colours(["QUESTION"]) == ["#1f77b4"]
    assert label_colours(["TOTAL", "합계"]) == label_colours(["TOTAL", "합계"])


def test_what_an_existing_configuration_lacks() -> None:
    """Given configurations, then faults that prevent predictions are told from parts that are only lost."""
    assert configuration_fit(SETTINGS, RECTANGLES_XML) == configuration_fit(SETTINGS, labelling_xml())
    plain = configuration_fit(SETTINGS, RECTANGLE_LABELS_XML)
    assert not plain.wrong
    assert len(plain.lacking) == 1
    assert "TextArea" in plain.lacking[0]
    absent = configuration_fit(SETTINGS, RECTANGLES_XML, ["QUESTION", "TOTAL"])
    assert absent.wrong == ('"label" has no value TOTAL',)
    assert configuration_fit(SETTINGS, '<View><Text name="t" value="$t"/></View>').wrong
    unknown = configuration_fit(SETTINGS, labelling_xml(["A", "B"]))
    assert not unknown.wrong
    assert "none of its values is the tagger's" in unknown.lacking[0]
    own = configuration_fit(SETTINGS, labelling_xml(["A", "B"]), ["A", "B"])
    assert not own.wrong
    assert "answers are drawn without a label" in own.lacking[0]


@pytest.mark.parametrize("xml", ["", "<View></View>", "<View/>", " <View>\n</View> "])
def test_a_new_project_has_no_controls(xml: str) -> None:
    assert not has_controls(xml)
    assert has_controls(labelling_xml())
