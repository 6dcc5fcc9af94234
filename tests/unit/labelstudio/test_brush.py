"""Boxes of brush strokes, out of masks that Label Studio's own converter wrote (100 x 50 px)."""

from __future__ import annotations

import pytest

from prelabel.labelstudio.regions.brush import stroke_box
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.page import Box
from tests.support.annotations import annotation, links, read, relation, result

SIZE = {"original_width": 100, "original_height": 50}
MASKS = {
    "bar": "00004e20391bff101700cc7ffc04ac0331fff012b00cc7ffc04ac0331fff38f30000",
    "two": "00004e20391bff101700cc7ffc04ac0331fff012b00cc7ffc04ac0331fff2adf008fff87078000",
    "none": "00004e20391bff4e1f0000",
    "lines": "00004e20391bff07cf00e063fffd0cbc00",
    "oval": (
        "00004e20391bff1cc300c97ffc04cc0335fff011b00cf7ffc042c0345ffeff00d27ffbdc034dffef300d37ff"
        "bcc034dffef300d37ffbcc034dffef700d27ffbfc0345fff010b00cf7ffc046c0335fff013300c97ffc6cbc0"
        "00"
    ),
    "colour": ("00004e20391bff1f5b00032000a0078080032000a0078080e030e00064001400f0100064001400f0101cb4ac00"),
}


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("bar", Box(30, 10, 55, 14)),
        ("two", Box(30, 10, 100, 41)),
        ("none", None),
        ("lines", Box(0, 5, 100, 7)),
        ("oval", Box(31, 18, 70, 33)),
        ("colour", Box(7, 20, 9, 22)),
    ],
)
def test_the_box_around_a_stroke(name: str, box: Box | None) -> None:
    assert stroke_box(bytes.fromhex(MASKS[name]), (100, 50)) == box


@pytest.mark.parametrize("length", [0, 3, 6, 9, 20])
def test_a_code_that_ends_early_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"ends too early|mask of"):
        stroke_box(bytes.fromhex(MASKS["bar"])[:length], (100, 50))
    with pytest.raises(ValueError, match="20000 values on an image of 99 x 50"):
        stroke_box(bytes.fromhex(MASKS["bar"]), (99, 50))


def test_a_painted_word_is_a_region() -> None:
    code = list(bytes.fromhex(MASKS["bar"]))
    painted = [
        result("a", "brushlabels", {"format": "rle", "rle": code, "brushlabels": ["ANSWER"]}),
        result("a", "textarea", {"text": ["Kim"]}, "t"),
        result("q", "rectanglelabels", {"x": 1, "y": 20, "width": 20, "height": 8, "rectanglelabels": ["QUESTION"]}),
        result("q", "textarea", {"text": ["Name"]}, "t"),
    ]
    page = read_labelled(annotation([item | SIZE for item in painted], relation("q", "a"))).page
    assert (sorted(read(page)), links(page)) == ([("ANSWER", "Kim"), ("QUESTION", "Name")], [("Name", "Kim")])
    assert next(word.box for word in page.words if word.text == "Kim") == Box(30, 10, 55, 14)
