"""Pages that lie on their side, upside down or askew: predicted, submitted, read back as they were read by OCR."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prelabel.datasets.funsd import read_annotations
from prelabel.geometry import transform, turned, union
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.ocr.page.frames import page_of
from prelabel.page import Affine, Page
from tests.support.annotations import PageText, at, links, read, result, submitted
from tests.support.forms import A, H, Q, linked
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML, RECTANGLES_XML

EXAMPLES = Path(__file__).parents[3] / "examples" / "annotated"
CONFIGS = [LabellingConfig.parse(xml) for xml in (RECTANGLES_XML, POLYGONS_XML, RECTANGLE_LABELS_XML)]
FORM = linked(
    [
        (H, "Application form", 400, 400),
        (Q, "Customer name", 350, 450),
        (A, "Kim Minsu", 520, 450),
        (Q, "성명", 350, 500),
        (A, "홍길동 귀하", 520, 500),
        (Q, "Total", 350, 550),
        (A, "1,250,000", 520, 550),
    ],
    (1, 2),
    (3, 4),
    (5, 6),
)
EVERY = pytest.mark.parametrize("quarters", range(4))
TILTED = pytest.mark.parametrize("tilt", [0.0, 1.3, -12.0, 25.0, -40.0, 45.2])


def lying(quarters: int, tilt: float) -> Page:
    """Return the form as OCR reads it in the middle of 1300 x 1000 px that has to be turned by quarters."""
    from PIL import Image

    page = page_of(Image.new("L", (1300, 1000)), quarters, (), tilt)
    x, y = union(word.box for word in FORM.words).center
    middle = Affine(c=page.width_px / 2 - x, f=page.height_px / 2 - y)
    words = tuple(replace(word, box=transform(middle, word.box)) for word in FORM.words)
    return Page(
        *(page.width_px, page.height_px, 1300, 1000, page.to_shown, words),
        entities=FORM.entities,
        links=FORM.links,
        labels=None,
    )


def drawn(page: Page, config: LabellingConfig, *, meta: bool) -> dict[str, Any]:
    """Return the annotation of an untouched page. `meta`: as of this release, else as of earlier ones."""
    prediction = build_prediction(page, config, version="prelabel-x", name="prelabel", draw_other=False)
    for item in prediction["result"]:
        stored = item.get("meta", {})
        if meta:
            stored["turn"] = round(turned(page.to_shown), 3)
        else:
            for key in ("prelabel", "turn"):
                stored.pop(key, None)
            if len(stored.get("words", ())) == 1:
                del stored["words"]
    return submitted(prediction)


def boxes(page: Page) -> list[float]:
    return [v for w in page.words for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)]


@pytest.mark.parametrize("config", CONFIGS, ids=["rectangles", "polygons", "labelled"])
@pytest.mark.parametrize("meta", [True, False], ids=["this release", "earlier"])
@EVERY
@TILTED
def test_words_boxes_labels_and_links_come_back(
    config: LabellingConfig, quarters: int, tilt: float, meta: bool
) -> None:
    page = lying(quarters, tilt)
    back = read_labelled(drawn(page, config, meta=meta)).page
    assert (read(back), links(back)) == (read(page), links(page))
    assert (back.width_px, back.height_px) == (page.width_px, page.height_px)
    assert boxes(back) == pytest.approx(boxes(page), abs=0.5 if tilt else 0.05)


@pytest.mark.parametrize("config", CONFIGS, ids=["rectangles", "polygons", "labelled"])
def test_untouched_pages_come_back_and_nothing_is_told(config: LabellingConfig) -> None:
    for sample in read_annotations(EXAMPLES):
        prediction = build_prediction(sample.page, config, version="prelabel-x", name="prelabel", draw_other=True)
        back = read_labelled(submitted(prediction), {}, config)
        labelled = [[pair for pair in read(page) if pair[0] != "OTHER"] for page in (back.page, sample.page)]
        assert labelled[0] == labelled[1], sample.name
        assert sorted(links(back.page)) == sorted(links(sample.page)), sample.name
        assert not +back.told, sample.name


@EVERY
@TILTED
def test_corrections_come_back_upright(quarters: int, tilt: float) -> None:
    """Given a page askew, when a text is typed and a box drawn by hand, then both are read along the page's lines."""
    page = lying(quarters, tilt)
    made = drawn(page, CONFIGS[0], meta=True)
    typed = next(i for i in made["result"] if i.get("value", {}).get("text") == ["Kim Minsu"])
    typed["value"]["text"] = ["Park Ji sung"]
    total = {i["id"] for i in made["result"] if i.get("value", {}).get("text") == ["1,250,000"]}
    kept = [i for i in made["result"] if i.get("id") not in total and i.get("to_id") not in total]
    place = next(i["value"] for i in made["result"] if i.get("id") in total and i["type"] == "rectangle")
    size: dict[str, Any] = {"original_width": 1300, "original_height": 1000}
    by_hand = [result("new", "rectangle", place, **size), result("new", "labels", {"labels": ["ANSWER"]}, "label")]

    back = read_labelled({**made, "result": kept + by_hand}, missing=PageText(page)).page

    answers = [text for label, text in read(back) if label == "ANSWER"]
    assert answers == ["Park Ji sung", "홍길동 귀하", "1,250,000"]
    xs = [word.box.x0 for word in back.words if word.text in {"Park", "Ji", "sung"}]
    ys = {round(word.box.y0) for word in back.words if word.text in {"Park", "Ji", "sung"}}
    assert xs == sorted(xs)
    assert max(ys) - min(ys) <= 1


@EVERY
def test_regions_of_other_tools_tell_how_a_page_lies(quarters: int) -> None:
    """Given texts without stored words, then their shapes, their links and their order tell a quarter turn."""
    page = lying(quarters, 0.0)
    made = drawn(page, CONFIGS[0], meta=False)
    for item in made["result"]:
        item.pop("meta", None)
    back = read_labelled(made).page
    assert read(back) == read(page)
    wanted = (page.width_px, page.height_px) if quarters % 2 else (1300, 1000)
    assert (back.width_px, back.height_px) == wanted


@EVERY
def test_the_stored_page_tells_where_no_region_does(quarters: int) -> None:
    page = lying(quarters, 0.0)
    by_hand = result("a", "rectangle", at(10, 10, 10, 10), original_width=1300, original_height=1000)
    back = read_labelled({"result": [by_hand]}, missing=PageText(page, turned(page.to_shown))).page
    assert (back.width_px, back.height_px) == (page.width_px, page.height_px)


def test_a_turned_view_does_not_turn_the_page() -> None:
    """Given an upright page that a person turned on the screen, then it stays upright."""
    made = drawn(lying(0, 0.0), CONFIGS[0], meta=False)
    for item in made["result"]:
        item["image_rotation"] = 180
    assert read_labelled(made).page.to_shown.a == 1
