"""Regions read back by kind: what people draw beside the ordinary box with its label and its text."""

from __future__ import annotations

import math
from typing import Any

import pytest

from prelabel.errors import PageError
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.regions.reading import ReadBack, read_labelled
from prelabel.labelstudio.regions.told import NotUsed
from prelabel.page import Box, Page, Word
from tests.support.annotations import PageText, annotation, at, links, read, region, relation, result
from tests.support.labelling_configs import RECTANGLES_XML

QUESTION = region("q", "QUESTION", "Name", at(1, 10))
#: The words of a page of 1000 x 500 px.
PAGE = Page(
    *(1000, 500, 1000, 500),
    words=tuple(
        Word(text, Box(x, y, x + 80, y + 20))
        for text, x, y in (
            ("Name", 15, 53),
            ("Kim", 300, 53),
            ("Min", 390, 53),
            ("su", 480, 53),
            ("Date", 15, 153),
            ("2026", 300, 153),
        )
    ),
)


def back(*parts: Any, missing: PageText | None = None, names: dict[str, str] | None = None, **more: Any) -> ReadBack:
    return read_labelled(annotation(*parts, **more), names or {}, None, missing)


def told(found: ReadBack) -> dict[NotUsed, int]:
    return dict(+found.told)


# --- shapes


@pytest.mark.parametrize(
    ("kind", "value", "box"),
    [
        ("ellipselabels", {"x": 50, "y": 50, "radiusX": 5, "radiusY": 4, "rotation": 0}, Box(450, 230, 550, 270)),
        ("ellipse", {"x": 50, "y": 50, "radiusX": 5, "radiusY": 4}, Box(450, 230, 550, 270)),
        ("ellipse", {"x": 50, "y": 50, "radiusX": 5, "radiusY": 4, "rotation": 90}, Box(480, 200, 520, 300)),
        ("polygonlabels", {"points": [[45, 46], [55, 46], [55, 54], [45, 54]]}, Box(450, 230, 550, 270)),
        ("polygonlabels", {"points": [[45, 54], [55, 54], [55, 46], [45, 46]]}, Box(450, 230, 550, 270)),
        ("polygon", {"points": [[55, 46], [45, 46], [45, 54], [55, 54]]}, Box(450, 230, 550, 270)),
        ("polygon", {"points": [[45, 50], [50, 46], [55, 50], [50, 54], [47, 53]]}, Box(450, 230, 550, 270)),
        ("polygon", {"points": [[45, 46], [55, 54], [50, 50]]}, Box(450, 230, 550, 270)),
        ("rectangle", at(45, 46, 10, 8), Box(450, 230, 550, 270)),
        ("rectangle", at(55, 46, 4, 20, 90), Box(450, 230, 550, 270)),
    ],
)  # fmt: skip
def test_shapes_count_by_their_box(kind: str, value: dict[str, Any], box: Box) -> None:
    drawn = [result("a", kind, {**value, "labels": ["ANSWER"]}), result("a", "textarea", {"text": ["Seal"]}, "t")]
    found = back(QUESTION, drawn, relation("q", "a"))
    assert (read(found.page)[1], links(found.page), told(found)) == (("ANSWER", "Seal"), [("Name", "Seal")], {})
    seal = found.page.words[1].box
    assert (seal.x0, seal.y0, seal.x1, seal.y1) == pytest.approx((box.x0, box.y0, box.x1, box.y1), abs=0.2)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("brushlabels", {"format": "rle", "rle": [0, 1, 2], "brushlabels": ["ANSWER"]}, NotUsed.BRUSH),
        ("brush", {"format": "rle", "rle": [0, 1, 2]}, NotUsed.BRUSH),
        ("bitmask", {"imageDataURL": "data:image/png;base64,AA"}, NotUsed.BRUSH),
        ("keypointlabels", {"x": 50, "y": 50, "width": 1, "keypointlabels": ["ANSWER"]}, NotUsed.KEYPOINT),
        ("vectorlabels", {"vertices": [{"x": 1, "y": 2}], "closed": False}, NotUsed.OTHER_SHAPE),
        ("rectanglelabels", {**at(1, 1), "x": "left", "rectanglelabels": ["ANSWER"]}, NotUsed.UNREADABLE),
        ("rectanglelabels", {**at(1, 1), "width": None}, NotUsed.UNREADABLE),
        ("rectanglelabels", {**at(1, 1), "y": math.nan}, NotUsed.UNREADABLE),
        ("polygonlabels", {"points": None}, NotUsed.UNREADABLE),
        ("polygonlabels", {"points": [[1, 2], [3]]}, NotUsed.UNREADABLE),
        ("rectanglelabels", {"rectanglelabels": ["ANSWER"]}, NotUsed.UNREADABLE),
        ("ellipse", None, NotUsed.UNREADABLE),
    ],
)
def test_other_shapes_cost_one_region_and_are_counted(kind: str, value: Any, reason: NotUsed) -> None:
    drawn = [result("a", kind, value), result("a", "textarea", {"text": ["Seal"]}, "t")]
    found = back(drawn, QUESTION, relation("q", "a"))
    assert read(found.page) == [("QUESTION", "Name")]
    assert told(found) == {reason: 1, NotUsed.LINK: 1}


def test_a_page_of_brushes_alone_is_counted_too() -> None:
    found = back(result("a", "brushlabels", {"format": "rle", "rle": [0]}))
    assert (found.page.words, told(found)) == ((), {NotUsed.BRUSH: 1})


# --- labels


def two_labels(id_: str, style: str, label: str, text: str, place: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        result(id_, "labels", {**place, "labels": [style]}, "style"),
        result(id_, "labels", {**place, "labels": [label]}, "kie"),
        result(id_, "textarea", {"text": [text]}, "t"),
    ]


def choices(id_: str, choice: str, text: str, control: str = "c") -> list[dict[str, Any]]:
    place = at(1, 10) if id_ == "q" else at(40, 10)
    return [
        result(id_, "rectangle", place, "r"),
        result(id_, "choices", {**place, "choices": [choice]}, control),
        result(id_, "textarea", {"text": [text]}, "t"),
    ]


@pytest.mark.parametrize(
    "drawn",
    [
        [*two_labels("q", "Printed", "QUESTION", "Name", at(1, 10)),
         *two_labels("a", "Handwritten", "ANSWER", "Kim", at(40, 10))],
        choices("q", "QUESTION", "Name") + choices("a", "answer", "Kim"),
        choices("q", "QUESTION", "Name")[::-1] + choices("a", "ANSWER", "Kim")[::-1],
        [result("q", "rectanglelabels", {**at(1, 10), "rectanglelabels": ["QUESTION"]}, "one"),
         result("q", "textarea", {"text": ["Name"]}, "t"),
         result("a", "rectanglelabels", {**at(40, 10), "rectanglelabels": ["ANSWER"]}, "two"),
         result("a", "textarea", {"text": ["Kim"]}, "t")],
        [result("q", "rectanglelabels", {**at(1, 10), "rectanglelabels": ["Printed", "QUESTION"]}),
         result("q", "textarea", {"text": ["Name"]}, "t"),
         result("a", "rectanglelabels", {**at(40, 10), "rectanglelabels": ["ANSWER", "Sure"]}),
         result("a", "textarea", {"text": ["Kim"]}, "t")],
        [*choices("q", "good", "Name", "quality"), *choices("a", "bad", "Kim", "quality"),
         result("q", "labels", {"labels": ["Question"]}, "kie"), result("a", "labels", {"labels": ["Answer"]}, "kie")],
        [*region("q", "QUESTION", "Name", at(1, 10)), *region("a", "ANSWER", "Kim", at(40, 10)),
         result("q", "rating", {**at(1, 10), "rating": 3}, "sure"), result("a", "number", {"number": 2}, "count")],
    ],
    ids=["beside a style", "choices", "choices first", "two controls", "several values", "beside a quality", "ratings"],
)  # fmt: skip
def test_labels_come_from_the_control_that_holds_ours(drawn: list[dict[str, Any]]) -> None:
    found = back(drawn, relation("q", "a"))
    assert (read(found.page), told(found)) == ([("QUESTION", "Name"), ("ANSWER", "Kim")], {})
    assert links(found.page) == [("Name", "Kim")]


def test_choices_of_other_names_are_no_labels_and_are_counted() -> None:
    found = back(choices("q", "good", "Name", "quality"))
    assert (read(found.page), told(found)) == ([("OTHER", "Name")], {NotUsed.CHOICE: 1})
    found = back(choices("q", "Feld", "Name"), names={"FELD": "QUESTION"})
    assert (read(found.page), told(found)) == ([("QUESTION", "Name")], {})


def test_labels_of_ones_own_keep_their_spelling() -> None:
    decomposed = "이름"
    found = back(region("a", "Invoice_Number", "NP-1", at(1, 10)), region("b", decomposed, "김", at(40, 10)))
    assert read(found.page) == [("Invoice_Number", "NP-1"), ("이름", "김")]


# --- texts


def with_remark(id_: str, label: str, text: str | None, place: dict[str, Any], control: str = "note") -> list[Any]:
    return [result(id_, "textarea", {**place, "text": ["check this"]}, control), *region(id_, label, text, place)]


@pytest.mark.parametrize(
    "drawn",
    [
        with_remark("q", "QUESTION", "Name", at(1, 10)) + region("a", "ANSWER", "Kim", at(40, 10)),
        with_remark("q", "QUESTION", "Name", at(1, 10)) + with_remark("a", "ANSWER", "Kim", at(40, 10)),
        region("q", "QUESTION", ["Name"], at(1, 10)) + region("a", "ANSWER", ["Kim", None], at(40, 10)),
        region("q", "QUESTION", [" Name "], at(1, 10)) + region("a", "ANSWER", "Kim\n", at(40, 10)),
        [*region("q", "QUESTION", None, at(1, 10), meta={"text": ["Name"]}),
         *region("a", "ANSWER", None, at(40, 10), meta={"text": "Kim"})],
        [result("q", "rectanglelabels", {**at(1, 10), "rectanglelabels": ["QUESTION"], "text": "Name"}),
         result("a", "rectanglelabels", {**at(40, 10), "rectanglelabels": ["ANSWER"], "text": ["Kim"]})],
        [result("q", "rectanglelabels", {**at(1, 10), "rectanglelabels": ["QUESTION"]}),
         result("q", "textarea", {"text": ["Name"]}, "qtext"),
         result("a", "rectanglelabels", {**at(40, 10), "rectanglelabels": ["ANSWER"]}),
         result("a", "textarea", {"text": ["Kim"]}, "atext")],
    ],
    ids=["one remark", "remarks", "null beside", "spaces", "meta", "other tools", "one area a label"],
)  # fmt: skip
def test_texts_come_from_the_control_that_holds_them(drawn: list[dict[str, Any]]) -> None:
    found = back(drawn)
    assert (read(found.page), told(found)) == ([("QUESTION", "Name"), ("ANSWER", "Kim")], {})


def test_a_remark_is_no_text() -> None:
    """Given a box drawn by hand with nothing but a remark, then it has no text."""
    drawn = with_remark("a", "ANSWER", None, at(40, 10), "비고")
    assert told(back(QUESTION, drawn)) == {NotUsed.NO_TEXT: 1}
    note = region("a", "ANSWER", None, at(40, 10), meta={"text": ["who wrote this?"]}, origin="manual")
    assert told(back(QUESTION, note)) == {NotUsed.NO_TEXT: 1}


@pytest.mark.parametrize("text", [[None], [], [""], None, [{}], 5, {"a": 1}, [["x"]], ["  "]])
def test_a_text_of_another_form_costs_one_region(text: Any) -> None:
    drawn = region("q", "QUESTION", "Name", at(1, 10))
    broken = result("a", "textarea", {**at(40, 10), "text": text}, "t")
    found = back(drawn, region("a", "ANSWER", None, at(40, 10)), broken, relation("q", "a"))
    assert (read(found.page), told(found)) == ([("QUESTION", "Name")], {NotUsed.NO_TEXT: 1, NotUsed.LINK: 1})


def test_lone_surrogates_and_decomposed_letters_are_mended() -> None:
    assert read(back(region("a", "ANSWER", ["\ud800김"], at(1, 10))).page) == [("ANSWER", "김")]


# --- regions without text


def ours(id_: str, label: str, place: dict[str, Any], *words: tuple[str, float], text: str | None = None) -> list[Any]:
    """Return a region of prelabel on the first line; words by text and left edge in percent, 8 % wide."""
    rows = [[word, x, 10.6, 8, 4] for word, x in words]
    written = text if text is not None else " ".join(word for word, _ in words)
    return region(id_, label, written or None, place, meta={"prelabel": "prelabel-x", "words": rows})


KIM = ("Kim", 30), ("Min", 39), ("su", 48)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([region("n", "ANSWER", None, at(29, 10, 30))], [("ANSWER", "Kim Min su")]),
        ([region("n", "ANSWER", [""], at(29, 30, 10))], [("ANSWER", "2026")]),
        ([region("n", "ANSWER", None, at(29, 9, 60, 30))], [("ANSWER", "Kim Min su 2026")]),
        ([result("n", "polygon", {"points": [[29, 9], [29, 16], [57, 16], [57, 9]], "labels": ["ANSWER"]})],
         [("ANSWER", "Kim Min su")]),
        ([result("n", "ellipselabels", {"x": 34, "y": 12.6, "radiusX": 5, "radiusY": 4, "ellipselabels": ["ANSWER"]})],
         [("ANSWER", "Kim")]),
        # split: the box shrank, and another one took the rest
        ([ours("a", "ANSWER", at(30, 10.6, 17.5, 4), *KIM), region("n", "ANSWER", None, at(47, 10, 10))],
         [("ANSWER", "Kim Min"), ("ANSWER", "su")]),
        # merged: one box was deleted, the other grew over it
        ([ours("a", "ANSWER", at(30, 10.6, 26, 4), KIM[0])], [("ANSWER", "Kim Min su")]),
        # moved to another line
        ([ours("a", "ANSWER", at(30, 30.6, 26, 4), *KIM)], [("ANSWER", "2026")]),
        # nudged, and turned about its centre
        ([ours("a", "ANSWER", at(30.2, 11, 26, 4), *KIM)], [("ANSWER", "Kim Min su")]),
        ([ours("a", "ANSWER", at(30.1, 8, 26, 4, 9), *KIM)], [("ANSWER", "Kim Min su")]),
        # a text that a person typed wins, wherever the box went
        ([ours("a", "ANSWER", at(30, 30.6, 26, 4), *KIM, text="Kim Minsoo")], [("ANSWER", "Kim Minsoo")]),
        # an emptied text is read again
        ([ours("a", "ANSWER", at(30, 10.6, 26, 4), *KIM, text="")], [("ANSWER", "Kim Min su")]),
        # copied: the copy's stored words stand elsewhere
        ([ours("a", "ANSWER", at(30, 10.6, 8, 4), KIM[0]), ours("copy", "ANSWER", at(30, 30.6, 8, 4), KIM[0])],
         [("ANSWER", "Kim"), ("ANSWER", "2026")]),
        # a region in a region: a word belongs to the smaller one
        ([region("big", "HEADER", None, at(1, 5, 70, 35)), region("n", "ANSWER", None, at(29, 10, 30))],
         [("HEADER", "Name Date 2026"), ("ANSWER", "Kim Min su")]),
    ],
    ids=["drawn", "emptied", "two lines", "polygon", "ellipse", "split", "merged", "moved", "nudged", "turned", "typed",
         "text emptied", "copied", "nested"],
)  # fmt: skip
def test_a_region_without_text_takes_the_words_of_the_page(parts: list[Any], expected: list[Any]) -> None:
    page = PageText(PAGE)
    found = back(*parts, missing=page)
    assert (sorted(read(found.page)), told(found)) == (sorted(expected), {})
    assert page.asked <= 1


def test_an_untouched_region_of_no_height_keeps_its_text() -> None:
    flat = region("a", "ANSWER", "Kim", at(30, 10, 8, 0), meta={"prelabel": "x", "words": [["Kim", 30, 10, 8, 0]]})
    found = back(flat)
    assert (read(found.page), told(found)) == ([("ANSWER", "Kim")], {})


def test_without_a_page_the_words_stored_beside_are_used() -> None:
    """Given a split and a deleted box drawn again, when nothing is known of the page, then stored words tell."""
    split = ours("a", "ANSWER", at(30, 10.6, 17.5, 4), *KIM), region("n", "ANSWER", None, at(47, 10, 10))
    assert read(back(*split).page) == [("ANSWER", "Kim Min"), ("ANSWER", "su")]
    redrawn = region("n", "ANSWER", None, at(29, 10, 30))
    prediction = {"result": ours("a", "ANSWER", at(30, 10.6, 26, 4), *KIM)}
    assert read(back(redrawn, prediction=prediction).page) == [("ANSWER", "Kim Min su")]


def test_what_nothing_tells_is_counted_and_a_former_text_kept() -> None:
    moved = ours("a", "ANSWER", at(30, 30.6, 26, 4), *KIM)
    for page in (None, PageText(Page(1000, 500, 1000, 500))):
        found = back(moved, QUESTION, region("n", "ANSWER", None, at(80, 80)), relation("q", "a"), missing=page)
        assert links(found.page) == [("Name", "Kim Min su")]
        assert told(found) == {NotUsed.FORMER_TEXT: 1, NotUsed.NO_TEXT: 1}


def test_regions_of_earlier_releases_are_known_by_their_prediction() -> None:
    """Given a one-word region without stored words, when it is moved, then its text is that of the new place."""
    before = region("a", "ANSWER", "Kim", at(30, 10.6, 8, 4))
    moved = region("a", "ANSWER", "Kim", at(30, 30.6, 8, 4))
    found = back(moved, prediction={"result": before}, missing=PageText(PAGE))
    assert read(found.page) == [("ANSWER", "2026")]


# --- order, links, images, forms


def test_a_box_drawn_by_hand_stands_where_it_is_read() -> None:
    """Given regions of prelabel in an order of their own, then they keep it, and others come after their neighbours."""
    first = [ours("b", "ANSWER", at(30, 10.6, 8, 4), KIM[0]), ours("a", "QUESTION", at(1, 10.6, 8, 4), ("Name", 1))]
    drawn = [region("z", "ANSWER", "2026", at(30, 30)), region("y", "QUESTION", "Date", at(1, 30))]
    texts = [text for _, text in read(back(*first, *drawn).page)]
    assert texts == ["Kim", "Date", "2026", "Name"] or texts == ["Kim", "Name", "Date", "2026"]
    by_hand = [*drawn, region("x", "HEADER", "Form", at(40, 1))]
    assert [text for _, text in read(back(*by_hand).page)] == ["Form", "Date", "2026"]


def test_links_lead_from_question_to_answer_once() -> None:
    answer = region("a", "ANSWER", "Kim", at(40, 10))
    for drawn in (relation("a", "q"), relation("q", "a", direction="left"), relation("q", "a", direction="bi")):
        assert links(back(QUESTION, answer, drawn, drawn, relation("q", "q")).page) == [("Name", "Kim")]


def test_links_of_table_cells_come_back_with_their_regions() -> None:
    row = ["a", "b", 0.8]
    kept = ours("b", "ANSWER", at(1, 30.6, 8, 4), text="3")
    for item in kept:
        item["meta"] = {"prelabel": "prelabel-x", "words": [["3", 1, 30.6, 8, 4]], "links": [row]}
    title = ours("a", "QUESTION", at(1, 10.6, 8, 4), ("Qty", 1))
    assert links(back(title, kept).page) == [("Qty", "3")]
    assert links(back(kept).page) == []


@pytest.mark.parametrize("first", ["logo", "image"])
def test_of_two_images_the_one_with_most_regions_counts(first: str) -> None:
    parts = [region("z", "QUESTION", "Logo", at(1, 1), image="logo")]
    parts.insert(0 if first == "image" else 1, QUESTION + region("a", "ANSWER", "Kim", at(40, 10)))
    found = back(*parts)
    assert (read(found.page), told(found)) == ([("QUESTION", "Name"), ("ANSWER", "Kim")], {NotUsed.OTHER_IMAGE: 1})


def test_of_images_with_as_many_regions_the_one_with_texts_counts() -> None:
    found = back(region("z", "QUESTION", None, at(1, 1), image="logo"), QUESTION)
    assert (read(found.page), told(found)) == ([("QUESTION", "Name")], {NotUsed.OTHER_IMAGE: 1})


def test_the_configuration_s_image_counts() -> None:
    config = LabellingConfig.parse(RECTANGLES_XML)
    logo = [region(text, "ANSWER", text, at(1, 20), image="logo") for text in ("x", "y")]
    assert read(read_labelled(annotation(QUESTION, *logo), {}, config).page) == [("QUESTION", "Name")]


def test_a_list_of_images_is_refused() -> None:
    with pytest.raises(PageError, match="valueList"):
        back(QUESTION, region("a", "ANSWER", "Kim", at(40, 10), item_index=1))
    assert read(back(region("a", "ANSWER", "Kim", at(40, 10), item_index=0)).page) == [("ANSWER", "Kim")]


@pytest.mark.parametrize("results", [{}, "text", {"a": 1}, [1, None, "x"]])
def test_results_of_other_forms_are_the_page_s_failure(results: Any) -> None:
    if results:
        with pytest.raises(PageError, match="not as Label Studio writes them"):
            read_labelled({"result": results})
    else:
        assert read_labelled({"result": results}).page.words == ()
