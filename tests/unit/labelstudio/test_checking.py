"""Our check of predictions against the configuration, with Label Studio's own SDK, its server's check, as the judge."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from label_studio_sdk.label_interface import LabelInterface

from prelabel.labelstudio.checking.controls import Controls
from prelabel.labelstudio.checking.let_pass import faults_let_pass
from prelabel.labelstudio.checking.prediction import faults
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.reading import read_prediction
from prelabel.page import Entity
from tests.support.any_predictions import EVERY_CONTROL_XML, ODD_XMLS, changed, for_odd_config, one_of_every_control
from tests.support.forms import A, H, Q, linked
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML, RECTANGLES_XML

OURS = (RECTANGLES_XML, POLYGONS_XML, RECTANGLE_LABELS_XML)


#: Two questions with their answers, and a heading.
PAGE = linked(
    [
        (H, "청구서", 400, 20),
        (Q, "Invoice No:", 20, 60),
        (A, "A-17", 300, 60),
        (Q, "성명:", 20, 90),
        (A, "홍길동", 300, 90),
    ],
    (1, 2),
    (3, 4),
)


def built(xml: str) -> dict[str, Any]:
    return build_prediction(PAGE, LabellingConfig.parse(xml), version="v", name="v", draw_other=True)


def reused(xml: str) -> dict[str, Any]:
    """Make a prediction from the words of another prediction, as `reuse_predictions` does."""
    page = read_prediction(built(xml), LabellingConfig.parse(xml))
    page = replace(page, entities=tuple(Entity(Q, (number,)) for number in range(len(page.words))))
    return build_prediction(page, LabellingConfig.parse(xml), version="v", name="v", draw_other=True)


#: Configuration, prediction without a fault, number of changed ones.
CASES = [
    (EVERY_CONTROL_XML, one_of_every_control(), 1200),
    *((xml, built(xml), 200) for xml in OURS),
    *((xml, reused(xml), 100) for xml in OURS),
    *((xml, for_odd_config(xml), 100) for xml in ODD_XMLS),
]


def judged(xml: str) -> Callable[[dict[str, Any]], list[str]]:
    sdk = LabelInterface(xml)
    return lambda prediction: list(sdk.validate_prediction(dict(prediction), return_errors=True))


def nameless(prediction: dict[str, Any]) -> bool:
    """Return whether a region names no control: the SDK then takes the only one, and the editor shows nothing."""
    result = prediction.get("result")
    items = result if isinstance(result, list) else []
    return any(isinstance(item, dict) and item.get("from_name", "") is None for item in items)


@pytest.mark.parametrize(("xml", "prediction", "count"), CASES)
def test_every_prediction_gets_the_verdict_of_the_sdk(xml: str, prediction: dict[str, Any], count: int) -> None:
    sdk, controls = judged(xml), Controls.parse(xml)
    different = []
    for seed in range(count):
        # Given a prediction in which up to three things are changed
        made = changed(Random(seed), prediction)
        # When both judge it
        theirs, ours = sdk(made), faults(made, controls)
        # Then they agree, and no reason of ours has more than a line
        if bool(theirs) != bool(ours) and not nameless(made):
            different.append((seed, theirs, ours))
        assert not any("\n" in reason or len(reason) > 300 for reason in ours), ours
    assert different == []


def test_the_judged_predictions_are_good_and_bad() -> None:
    verdicts = [
        not faults(changed(Random(seed), prediction), Controls.parse(xml))
        for xml, prediction, count in CASES
        for seed in range(min(count, 100))
    ]
    assert verdicts.count(True) > 150
    assert verdicts.count(False) > 150


def test_a_result_of_every_control_fits() -> None:
    assert judged(EVERY_CONTROL_XML)(one_of_every_control()) == []
    assert faults(one_of_every_control(), Controls.parse(EVERY_CONTROL_XML)) == []


def without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda prediction: prediction.pop(key)


def in_region(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda prediction: prediction["result"][0].update(changes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (in_region(score=float("nan")), "prediction.result[0].score is nan, not a finite number"),
        (in_region(meta={"words": [["x", float("inf")]]}), "words[0][1] is inf, not a finite number"),
        (in_region(id=""), "region 0: no id"),
        (lambda made: made["result"].append(dict(made["result"][0])), "comes twice for tag"),
        (without("model_version"), "model_version is None, not a text"),
        (lambda made: made.update(model_version=7), "model_version is 7, not a text"),
        (in_region(from_name=None), "the configuration has no control None"),
    ],
)
def test_we_are_stricter_where_the_sdk_is_lax(change: Callable[[dict[str, Any]], object], said: str) -> None:
    """Given a fault that the SDK lets pass, then we find it.

    The server refuses a whole import for a number that is not finite, stores a prediction without a model version as
    "undefined", and shows no region without id or control.
    """
    made = built(RECTANGLE_LABELS_XML)
    made["result"] = [item for item in made["result"] if item["type"] != "relation"]
    change(made)
    assert judged(RECTANGLE_LABELS_XML)(made) == []
    assert said in "\n".join(prediction_problems(made, LabellingConfig.parse(RECTANGLE_LABELS_XML)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": {"x": 120, "y": 1, "width": 5, "height": 5, "labels": []}}, "value.x is 120: it should be less"),
        ({"value": {"x": 1}}, "region 0: value.y is missing (control bbox)"),
        ({"value": None}, "region 0: value is a NoneType, not a dictionary (control bbox)"),
        ({"type": "polygon"}, "region 0: type is 'polygon', and control bbox gives rectangle"),
        ({"to_name": "scan"}, "region 0: control bbox does not belong to 'scan', but to image"),
        ({"from_name": "box"}, "region 0: the configuration has no control 'box'"),
    ],
)
def test_reasons_name_region_and_control(change: dict[str, Any], said: str) -> None:
    made = copy.deepcopy(built(RECTANGLES_XML))
    made["result"][0].update(change)
    assert said in faults(made, Controls.parse(RECTANGLES_XML))[0]


def test_a_label_that_the_configuration_lacks_is_named_with_those_it_has() -> None:
    made = copy.deepcopy(built(RECTANGLES_XML))
    made["result"][1]["value"]["labels"] = ["CAT"]
    assert faults(made, Controls.parse(RECTANGLES_XML))[0] == (
        "region 1: ['CAT'] is not among the control's values: ANSWER, HEADER, OTHER, QUESTION (control label)"
    )


def test_only_what_label_studio_lets_pass_is_looked_for_apart() -> None:
    assert list(faults_let_pass(built(RECTANGLES_XML))) == []


def test_the_check_is_not_slower_than_the_sdk() -> None:
    """Given a page of 640 regions, then our check takes less CPU time than the SDK's (measured: a fraction of it)."""
    made = built(RECTANGLES_XML)
    boxes = [item for item in made["result"] if item["type"] != "relation"]
    made["result"] = [item | {"id": f"{item['id']}{copy_}"} for copy_ in range(40) for item in boxes]
    sdk, config = judged(RECTANGLES_XML), LabellingConfig.parse(RECTANGLES_XML)

    def seconds(call: Callable[[], list[str]]) -> float:
        started = time.process_time()
        assert call() == []
        return time.process_time() - started

    ours = min(seconds(lambda: prediction_problems(made, config)) for _ in range(3))
    assert ours < min(seconds(lambda: sdk(made)) for _ in range(3))
