"""Predictions made from a Page and read back: one region an entity, reproducible, within the image, with relations."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.errors import PageError
from prelabel.geometry import compose, corners, invert, levelling, quarter_turn, union
from prelabel.kie.confidence.pair_confidence import with_pair_confidence
from prelabel.kie.key_values.documents import document
from prelabel.kie.key_values.pairs import key_values
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.counting import final_annotation
from prelabel.labelstudio.regions.reading import read_labelled, read_prediction
from prelabel.page import Affine, Box, Entity, Link, Page, Word, WordLabel
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML, RECTANGLES_XML

RECTANGLES, POLYGONS, LABELLED = map(LabellingConfig.parse, (RECTANGLES_XML, POLYGONS_XML, RECTANGLE_LABELS_XML))
ALL = pytest.mark.parametrize("config", [RECTANGLES, POLYGONS, LABELLED], ids=["rectangles", "polygons", "labelled"])


UPRIGHT = Affine()


def form(to_shown: Affine = UPRIGHT, shown: tuple[int, int] = (1000, 2000)) -> Page:
    """Make a page: two questions with their answers, a heading, two words that are OTHER."""
    words = [
        ("청구서", 400, 100, 600, 150),
        ("Invoice", 100, 300, 200, 330),
        ("No:", 210, 300, 250, 330),
        ("A-17", 400, 300, 480, 330),
        ("성명:", 100, 400, 180, 430),
        ("홍길동", 400, 400, 500, 430),
        ("thank", 100, 1900, 160, 1930),
        ("you", 170, 1900, 210, 1930),
    ]
    labels = ["HEADER", "QUESTION", "QUESTION", "ANSWER", "QUESTION", "ANSWER", "OTHER", "OTHER"]
    entities = [("HEADER", (0,)), ("QUESTION", (1, 2)), ("ANSWER", (3,)), ("QUESTION", (4,)), ("ANSWER", (5,))]
    page = Page(
        width_px=1000,
        height_px=2000,
        shown_width_px=shown[0],
        shown_height_px=shown[1],
        to_shown=to_shown,
        words=tuple(Word(text, Box(*box), 0.9, "t") for text, *box in words),
    )
    page = page.with_labels(
        tuple(WordLabel(label, 0.8) for label in labels), tuple(Entity(lab, ws, 0.7) for lab, ws in entities)
    )
    return page.with_links((Link(1, 2, 0.9), Link(3, 4, 0.9)), ())


def prediction(config: LabellingConfig, page: Page | None = None, *, draw_other: bool = False) -> dict[str, Any]:
    return build_prediction(
        page or form(), config, version="prelabel-test-0001", name="prelabel", draw_other=draw_other
    )


def of_kind(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in made["result"] if item["type"] == kind]


@ALL
@pytest.mark.parametrize("draw_other", [False, True])
def test_the_sdk_finds_nothing_wrong(config: LabellingConfig, draw_other: bool) -> None:
    assert prediction_problems(prediction(config, draw_other=draw_other), config) == []


@ALL
def test_the_same_page_gives_the_same_prediction(config: LabellingConfig) -> None:
    again = Page.from_json(json.loads(json.dumps(form().to_json())))
    assert prediction(config) == prediction(config, again)


def test_box_label_and_text_share_an_id() -> None:
    made = prediction(RECTANGLES)
    boxes, labels, texts = (of_kind(made, kind) for kind in ("rectangle", "labels", "textarea"))
    assert [b["id"] for b in boxes] == [x["id"] for x in labels] == [t["id"] for t in texts]
    assert len({b["id"] for b in boxes}) == 5
    assert all(len(b["id"]) >= 10 for b in boxes)
    assert [t["value"]["text"] for t in texts] == [["청구서"], ["Invoice No:"], ["A-17"], ["성명:"], ["홍길동"]]
    assert labels[1]["value"]["labels"] == ["QUESTION"]
    assert boxes[1]["value"] == {"x": 10, "y": 15, "width": 15, "height": 1.5, "rotation": 0}
    assert (boxes[1]["original_width"], boxes[1]["original_height"], boxes[1]["image_rotation"]) == (1000, 2000, 0)


def test_the_score_is_the_share_of_right_key_values_to_expect_and_relations_carry_theirs() -> None:
    made = form()
    pairs = key_values(made.words, made.entities or (), made.links or ())
    sure = replace(made, key_values=tuple(replace(x, confidence=c) for x, c in zip(pairs, (0.2, 0.6), strict=True)))
    found = prediction(RECTANGLES, with_pair_confidence(sure))

    assert found["score"] == pytest.approx(0.4)
    assert [item["score"] for item in of_kind(found, "relation")] == [0.2, 0.6]
    read = read_labelled(found).page
    assert [row["confidence"] for row in document([read])["fields"]] == [0.2, 0.6]


def test_without_key_values_the_score_is_the_mean_of_the_drawn_regions() -> None:
    assert prediction(RECTANGLES)["score"] == pytest.approx(0.7)
    assert prediction(RECTANGLES, draw_other=True)["score"] == pytest.approx((5 * 0.7 + 2 * 0.8) / 7, abs=1e-4)
    assert prediction(RECTANGLES)["model_version"] == "prelabel"


def test_relations_lead_from_question_to_answer_and_are_labelled_where_the_project_has_the_word() -> None:
    made = prediction(RECTANGLES)
    texts = {t["id"]: t["value"]["text"][0] for t in of_kind(made, "textarea")}
    ends = [(texts[r["from_id"]], texts[r["to_id"]]) for r in of_kind(made, "relation")]
    assert ends == [("Invoice No:", "A-17"), ("성명:", "홍길동")]
    assert {(r["direction"], *r["labels"]) for r in of_kind(made, "relation")} == {("right", "answer")}
    assert all("labels" not in r for r in of_kind(prediction(POLYGONS), "relation"))


@ALL
def test_links_come_back_with_their_confidence_whichever_way_they_are_drawn(config: LabellingConfig) -> None:
    page = replace(form(), links=(Link(1, 2, 0.9), Link(3, 4, 0.25), Link(0, 3, 0.5)))
    made = prediction(config, page)
    first, second, third = of_kind(made, "relation")
    second["direction"] = "left"  # the labels of its ends are more reliable
    third["from_id"], third["to_id"] = third["to_id"], third["from_id"]
    assert read_labelled(made).page.links == (Link(0, 3, 0.5), Link(1, 2, 0.9), Link(3, 4, 0.25))
    del first["score"]
    assert (read_labelled(made).page.links or ())[1] == Link(1, 2, 0.7), "as sure as its weaker end"


def test_labels_of_other_names_are_translated_by_a_list() -> None:
    found = read_labelled(prediction(RECTANGLES), {"QUESTION": "HEADER", "ANSWER": "OTHER"}).page
    assert [entity.label for entity in found.entities or ()] == ["HEADER", "HEADER", "OTHER", "HEADER", "OTHER"]
    with pytest.raises(PageError, match="not as Label Studio writes them"):
        read_labelled({"result": [{"id": "a", "to_name": "image", "original_width": "x", "value": {"x": 1}}]})


@pytest.mark.parametrize(
    ("annotations", "final"),
    [
        ([], None),
        ([{"id": 1, "was_cancelled": True}], None),
        ([{"id": 1}, {"id": 2}, {"id": 3, "was_cancelled": True}], 2),
        ([{"id": 1, "updated_at": "2026-02-01T00:00:00.2Z"}, {"id": 2, "updated_at": "2026-02-01T00:00:00.1Z"}], 1),
        ([{"id": 1, "ground_truth": True, "updated_at": "2025"}, {"id": 2, "updated_at": "2026"}], 1),
    ],
)
def test_the_annotation_that_counts(annotations: list[dict[str, Any]], final: int | None) -> None:
    found = final_annotation(annotations)
    assert (found and found["id"]) == final


def test_polygons_have_the_box_s_four_corners() -> None:
    box = of_kind(prediction(POLYGONS), "polygon")[1]["value"]
    assert box == {"points": [[10, 15], [25, 15], [25, 16.5], [10, 16.5]], "closed": True}


@pytest.mark.parametrize("config", [RECTANGLES, POLYGONS])
def test_each_region_names_the_exact_version(config: LabellingConfig) -> None:
    versions = {
        item["id"]: (item.get("meta") or {}).get("prelabel")
        for item in reversed(prediction(config, draw_other=True)["result"])
        if "id" in item
    }
    assert len(versions) > 2
    assert {*versions.values()} == {"prelabel-test-0001"}


def test_without_a_text_area_the_text_goes_to_the_region_s_meta() -> None:
    made = prediction(LABELLED)
    assert {item["type"] for item in made["result"]} == {"rectanglelabels", "relation"}
    assert made["result"][1]["meta"]["text"] == ["Invoice No:"]
    assert made["result"][1]["value"]["rectanglelabels"] == ["Question"]


def test_other_is_drawn_word_by_word_on_demand_and_where_the_project_has_the_label() -> None:
    assert [t["value"]["text"] for t in of_kind(prediction(RECTANGLES, draw_other=True), "textarea")][5:] == [
        ["thank"],
        ["you"],
    ]
    assert len(of_kind(prediction(POLYGONS, draw_other=True), "polygon")) == 5


def test_a_label_that_the_project_lacks_is_left_out() -> None:
    plain = RECTANGLES_XML.replace('<Label value="HEADER" background="orange"/>', "")
    made = prediction(LabellingConfig.parse(plain))
    assert len(of_kind(made, "rectangle")) == 5
    assert len(of_kind(made, "labels")) == 4
    labelled = RECTANGLE_LABELS_XML.replace('<Label value="Header" background="orange"/>', "")
    assert len(of_kind(prediction(LabellingConfig.parse(labelled)), "rectanglelabels")) == 4


@ALL
def test_a_blank_page_has_an_empty_prediction(config: LabellingConfig) -> None:
    blank = Page(width_px=10, height_px=10, shown_width_px=10, shown_height_px=10).with_labels((), ())
    made = prediction(config, blank, draw_other=True)
    assert made == {"result": [], "score": 0.0, "model_version": "prelabel"}
    assert prediction_problems(made, config) == []


def test_a_turned_page_is_drawn_where_the_image_shows_it() -> None:
    upright_to_shown = quarter_turn(3, 1000, 2000)
    made = prediction(RECTANGLES, form(upright_to_shown, shown=(2000, 1000)))
    box = of_kind(made, "rectangle")[1]
    assert (box["original_width"], box["original_height"]) == (2000, 1000)
    assert box["value"] == {"x": 15, "y": 75, "width": 1.5, "height": 15, "rotation": 0}


def askew(degrees: float, turns: int = 0) -> Page:
    """Return the form on an image where it is turned by quarters, and by some degrees more."""
    size = (2000, 1000) if turns % 2 else (1000, 2000)
    lie, *shown = levelling(-degrees, *size)
    return form(compose(lie, quarter_turn(turns, 1000, 2000)), (shown[0], shown[1]))


def drawn_corners(item: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the corners of a drawn region in pixels: a rectangle turns clockwise about its first corner."""
    value, (width, height) = item["value"], (item["original_width"], item["original_height"])
    if "points" in value:
        return [(x * width / 100, y * height / 100) for x, y in value["points"]]
    x, y = value["x"] * width / 100, value["y"] * height / 100
    right, down = value["width"] * width / 100, value["height"] * height / 100
    cos, sin = math.cos(math.radians(value["rotation"])), math.sin(math.radians(value["rotation"]))
    return [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in ((0, 0), (right, 0), (right, down), (0, down))]


def apart(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> float:
    """Return the largest distance from a corner to the nearest of the others, in pixels."""
    return max(min(math.dist(a, b) for b in others) for a in some)


@ALL
@pytest.mark.parametrize("degrees", [-40.0, -1.2, 6.0, 25.0])
@pytest.mark.parametrize("turns", range(4))
def test_a_page_askew_gets_regions_as_tilted_as_its_lines(config: LabellingConfig, degrees: float, turns: int) -> None:
    page = askew(degrees, turns)
    made = prediction(config, page)
    regions = [item for item in made["result"] if item["type"] == config.region.kind]
    assert len(regions) == 5
    assert prediction_problems(made, config) == []
    for item, entity in zip(regions, page.entities or (), strict=True):
        if "rotation" in item["value"]:
            assert item["value"]["rotation"] == pytest.approx(degrees % 360)
        around = union(page.words[i].box for i in entity.words)
        assert apart(drawn_corners(item), corners(page.to_shown, around)) < 0.1


@ALL
@settings(max_examples=40, deadline=None)
@given(degrees=st.floats(-44.5, 44.5), turns=st.integers(0, 3))
def test_words_of_any_page_come_back_corner_by_corner(config: LabellingConfig, degrees: float, turns: int) -> None:
    page = askew(degrees, turns)
    back = read_prediction(prediction(config, page), config)
    assert [w.text for w in back.words] == [w.text for w in page.words[:6]]
    for word, before in zip(back.words, page.words, strict=False):
        assert apart(corners(back.to_shown, word.box), corners(page.to_shown, before.box)) < 0.5


def test_words_of_a_level_page_are_stored_as_ever() -> None:
    """Given a level page, then words are [text, x, y, width, height]; a tilted page adds the rotation."""
    assert of_kind(prediction(RECTANGLES), "rectangle")[1]["meta"]["words"][0] == ["Invoice", 10, 15, 10, 1.5]
    tilted = of_kind(prediction(RECTANGLES, askew(6)), "rectangle")[1]["meta"]["words"]
    assert [(row[0], row[5]) for row in tilted] == [("Invoice", 6), ("No:", 6)]


def test_a_rectangle_turned_by_a_person_becomes_the_box_around_it() -> None:
    made = prediction(RECTANGLES)
    of_kind(made, "rectangle")[2]["value"]["rotation"] = 30
    page = read_prediction(made, RECTANGLES)
    turned = next(word for word in page.words if word.text == "A-17")
    assert page.to_shown == Affine()
    assert (turned.box.x0, turned.box.y0) == pytest.approx((400 - 15, 300), abs=0.1)
    assert (turned.box.x1, turned.box.y1) == pytest.approx((400 + 80 * 0.866, 300 + 40 + 26), abs=0.1)


@pytest.mark.parametrize("config", [RECTANGLES, POLYGONS], ids=["rectangles", "polygons"])
def test_regions_are_clipped_to_the_image(config: LabellingConfig) -> None:
    """Given words at the edges of a tilted page, when they are drawn, then no corner leaves the image."""
    to_level, width, height = levelling(8, 1000, 700)
    rows = (
        (0, 0),
        (width - 90, 0),
        (0, height - 30),
        (width - 90, height - 30),
        (5, 300),
        (width - 70, 500),
        (400, 40),
    )
    words = tuple(Word(f"w{n}", Box(x, y, x + 90, y + 30)) for n, (x, y) in enumerate(rows))
    page = Page(width, height, 1000, 700, to_shown=invert(to_level), words=words)
    made = prediction(config, page)
    assert prediction_problems(made, config) == []
    for item in of_kind(made, config.region.kind):
        for x, y in drawn_corners(item):
            assert -0.1 <= x <= 1000.1
            assert -0.1 <= y <= 700.1


@ALL
def test_words_and_boxes_come_back(config: LabellingConfig) -> None:
    page = form()
    back = read_prediction(prediction(config, page), config)
    assert [w.text for w in back.words] == [w.text for w in page.words[:6]]
    for word, before in zip(back.words, page.words, strict=False):
        for name in ("x0", "y0", "x1", "y1"):
            assert getattr(word.box, name) == pytest.approx(getattr(before.box, name), abs=0.03)
    assert (back.width_px, back.height_px, back.labels, back.entities) == (1000, 2000, None, None)
    assert {w.engine for w in back.words} == {"prelabel"}


def test_corrected_texts_and_moved_boxes_win_over_stored_words() -> None:
    made = prediction(RECTANGLES)
    of_kind(made, "textarea")[1]["value"]["text"] = ["Invoice Nr.:"]
    corrected = read_prediction(made, RECTANGLES).words
    assert [w.text for w in corrected[:4]] == ["청구서", "Invoice", "Nr.:", "A-17"]
    assert [round(w.box.x0) for w in corrected[1:3]] == [100, 210]
    of_kind(made, "textarea")[1]["value"]["text"] = ["InvoiceNo:"]
    assert [w.text for w in read_prediction(made, RECTANGLES).words[:3]] == ["청구서", "InvoiceNo:", "A-17"]
    made = prediction(RECTANGLES)
    of_kind(made, "rectangle")[1]["value"]["x"] += 30
    moved = read_prediction(made, RECTANGLES).words[1]
    assert (moved.text, round(moved.box.x0)) == ("Invoice No:", 400)


def result(kind: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    size = {"original_width": 1000, "original_height": 2000}
    return {"id": "w1", "from_name": "x", "to_name": "image", "type": kind, "value": value, **size, **more}


def test_words_of_other_tools_are_read() -> None:
    place = {"x": 10, "y": 20, "width": 30, "height": 5, "rotation": 0}
    others = {
        "model_version": "BBOXOCR-1",
        "result": [
            result("rectangle", place),
            result("textarea", {**place, "text": "총액"}),
            result("rectanglelabels", {**place, "rectanglelabels": ["Text"]}, id="w2", meta={"text": ["5,000"]}),
            result("rectangle", place, id="no text"),
            result("textarea", {**place, "text": ["elsewhere"]}, id="w3", to_name="note"),
            {"type": "choices", "from_name": "c", "to_name": "image", "value": {"choices": ["yes"]}},
        ],
    }
    page = read_prediction(others, RECTANGLES)
    assert [(w.text, w.box) for w in page.words] == [
        ("총액", Box(100, 400, 400, 500)),
        ("5,000", Box(100, 400, 400, 500)),
    ]
    assert read_prediction(others, RECTANGLES, (500, 500)).words[0].box == Box(50, 100, 200, 125)


def test_turned_rectangles_of_other_tools_get_the_box_around_them() -> None:
    value = {"x": 50, "y": 50, "width": 10, "height": 5, "rotation": 90, "text": ["x"]}
    box = read_prediction({"result": [result("textarea", value)]}, RECTANGLES).words[0].box
    assert [round(v) for v in (box.x0, box.y0, box.x1, box.y1)] == [400, 1000, 500, 1100]


def test_a_prediction_that_names_no_size_needs_one() -> None:
    with pytest.raises(PageError, match="size"):
        read_prediction({"result": []}, RECTANGLES)
    assert read_prediction({"result": []}, RECTANGLES, (10, 20)).words == ()


def test_predictions_that_label_studio_would_drop_are_found() -> None:
    made = prediction(RECTANGLES)
    made["result"][0]["score"] = math.nan
    made["result"][0]["value"]["x"] = math.inf
    made["result"][1]["value"]["labels"] = ["CAT"]
    made["result"][3] = {**made["result"][0], "from_name": "nowhere"}
    found = "\n".join(prediction_problems(made, RECTANGLES))
    for said in ("score is nan", "x is inf", "CAT", "nowhere"):
        assert said in found


def test_doubled_ids_are_found() -> None:
    made = prediction(RECTANGLES)
    doubled = {**made, "result": made["result"] + made["result"][:1]}
    assert "comes twice" in "\n".join(prediction_problems(doubled, RECTANGLES))


def test_texts_are_clean_for_the_server_s_database() -> None:
    words = (Word("a\x00b\ud800\t", Box(0, 0, 5, 5)), Word("가", Box(5, 5, 9, 9)))  # the second text: two jamo
    page = Page(width_px=10, height_px=10, shown_width_px=10, shown_height_px=10, words=words)
    texts = [t["value"]["text"] for t in of_kind(prediction(RECTANGLES, page), "textarea")]
    assert texts == [["ab"], ["가"]]


coordinates = st.floats(-50, 350, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=8), coordinates, coordinates, coordinates, coordinates), max_size=12),
    st.sampled_from([RECTANGLES, POLYGONS]),
    st.integers(0, 3),
    st.floats(-10, 10) | st.just(0),
    st.floats(),
)
def test_every_page_that_is_read_gives_a_valid_prediction(
    rows: list[tuple[str, float, float, float, float]],
    config: LabellingConfig,
    turns: int,
    degrees: float,
    confidence: float,
) -> None:
    words = tuple(Word(t, Box(min(a, b), min(c, d), max(a, b), max(c, d)), confidence) for t, a, b, c, d in rows)
    size = (200, 300) if turns % 2 else (300, 200)
    page = Page(
        width_px=300,
        height_px=200,
        shown_width_px=size[0],
        shown_height_px=size[1],
        to_shown=compose(levelling(degrees, *size)[0], quarter_turn(turns, 300, 200)),
        words=words,
    )
    made = prediction(config, page)
    assert prediction_problems(made, config) == []
    assert 0 <= made["score"] <= 1
    json.dumps(made, allow_nan=False, ensure_ascii=False).encode()


@ALL
def test_undrawn_links_stand_with_their_target_and_are_no_relations(config: LabellingConfig) -> None:
    made = build_prediction(form(), config, version="v", name="prelabel", draw_other=False, undrawn={(3, 4)})
    (relation,) = of_kind(made, "relation")
    kept = [(item["id"], row) for item in made["result"] for row in item.get("meta", {}).get("links", ())]
    ((target, (source, ends, confidence)),) = kept
    assert (target, confidence) == (ends, 0.9)
    assert {source, target}.isdisjoint({relation["from_id"], relation["to_id"]})
    whole = prediction(config)
    assert {(i["from_id"], i["to_id"]) for i in of_kind(whole, "relation")} == {
        (relation["from_id"], relation["to_id"]),
        (source, target),
    }
    assert prediction_problems(made, config) == []
