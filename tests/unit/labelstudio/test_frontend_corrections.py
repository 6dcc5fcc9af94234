"""Corrections as Label Studio's own frontend stores them: recorded in a browser (tests/data/frontend), and varied."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.errors import PageError
from prelabel.geometry import to_percent, union
from prelabel.labelstudio.export import read_corrections
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.regions.counting import final_annotation, has_newer_draft
from prelabel.labelstudio.regions.reading import read_labelled, read_words
from prelabel.labelstudio.regions.told import NotUsed
from prelabel.page import Page
from tests.support.annotations import Item, PageText, links, read, submitted

FOLDER = Path(__file__).parents[2] / "data" / "frontend"
FORM = Page.from_json(json.loads((FOLDER / "form.json").read_text("utf-8")))
FILES = ("question_answer", "own_fields", "ocr_template")
NAMES = dict.fromkeys(("TEXT", "HANDWRITING"), "OTHER")

NUMBER, ADDRESS, TOTAL = "NP-20418", ("서울시", "강남구"), "1,250,000 원"


@cache
def recorded(name: str) -> dict[str, Item]:
    """Return the tasks of an export by the name of their case, each with the prediction that people saw."""
    tasks = {t["data"]["case"]: t for t in json.loads((FOLDER / f"{name}.export.json").read_text("utf-8"))}
    prediction = tasks["untouched"]["annotations"][0].get("prediction") or _listed(name)
    for each in (a for t in tasks.values() for a in t["annotations"]):
        each["prediction"] = prediction
    return tasks


def _listed(name: str) -> Item:
    rows = json.loads((FOLDER / f"{name}.tasks.json").read_text("utf-8"))
    return next(row["predictions"][0] for row in rows if row["data"]["case"] == "untouched")


def page_of(annotation: Mapping[str, Any]) -> Page:
    found = read_labelled(annotation, missing=PageText(FORM))
    assert not +found.told
    return found.page


def changes(name: str, case: str) -> tuple[list[str], list[str]]:
    """Return the texts that are gone from the untouched page, and those that came."""
    tasks = recorded(name)
    annotation = final_annotation(tasks[case]["annotations"])
    assert annotation
    before, after = (
        Counter(text for _, text in read(page_of(each))) for each in (tasks["untouched"]["annotations"][0], annotation)
    )
    return sorted((before - after).elements()), sorted((after - before).elements())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("case", "gone", "came"),
    [
        ("untouched", [], []),
        ("drawn_with_text", [], ["긴급! urgent"]),
        ("relabelled", [], []),
        ("deleted", [NUMBER], []),
        ("updated", [NUMBER], []),
        ("relinked", [], []),
        ("linked_backwards", [], []),
        ("moved", [], []),
        ("resized", [], []),
        ("rotated", [], []),
        ("emptied", [], []),
        ("korean", [NUMBER], ["주식회사 한빛 상사"]),
        ("merged", sorted(ADDRESS), ["서울시 강남구"]),
        ("two_annotators", ["서울시"], []),
        ("submitted_then_draft", [], []),
    ],
)
def test_what_people_did_comes_back(name: str, case: str, gone: list[str], came: list[str]) -> None:
    if case in recorded(name):
        assert changes(name, case) == (gone, came)


@pytest.mark.parametrize("name", FILES[:2])
@pytest.mark.parametrize(
    ("case", "gone", "came"),
    [
        ("drawn", [], ["긴급 urgent"]),
        ("drawn_on_a_turned_view", [], ["긴급 urgent"]),
        ("split", [TOTAL], sorted(TOTAL.split())),
        ("moved_away", [NUMBER], ["긴급 urgent"]),
        ("duplicated", [], ["긴급 urgent"]),
    ],
)
def test_boxes_over_other_words_hold_these(name: str, case: str, gone: list[str], came: list[str]) -> None:
    assert changes(name, case) == (gone, came)


@pytest.mark.parametrize("case", ["drawn", "polygon", "drawn_on_a_turned_view"])
def test_shapes_of_the_ocr_template(case: str) -> None:
    assert changes("ocr_template", case) == ([], ["긴급 urgent"])


@pytest.mark.parametrize("name", FILES)
def test_every_drawn_link_comes_back(name: str) -> None:
    for case, task in recorded(name).items():
        for annotation in task["annotations"]:
            drawn = [item for item in annotation["result"] if item["type"] == "relation"]
            assert len(links(read_labelled(annotation, missing=PageText(FORM)).page)) == len(drawn), case


@pytest.mark.parametrize("name", FILES)
def test_drafts_and_skipped_pages_do_not_count(name: str) -> None:
    tasks = recorded(name)
    assert not final_annotation(tasks["draft"]["annotations"])
    assert not final_annotation(tasks["skipped"]["annotations"])
    with_drafts = {c for c, t in tasks.items() if has_newer_draft(t.get("drafts") or [], t["annotations"])}
    assert with_drafts == {"draft", "submitted_then_draft"}
    found = read_corrections(FOLDER / f"{name}.export.json")
    assert found.told[NotUsed.DRAFT] == 2
    assert len(found.pages) == len(tasks) - 2


class Hand:
    """A person at a recorded page: changes the results as the frontend does, and knows what should come back."""

    def __init__(self, name: str) -> None:
        annotation = recorded(name)["untouched"]["annotations"][0]
        self.result: list[Item] = deepcopy(annotation["result"])
        for item in self.result:
            self._as_stored_today(item)
        page = page_of({"result": self.result})
        ids = list(dict.fromkeys(item["id"] for item in self.result if "id" in item))
        self.texts = dict(zip(ids, read(page), strict=True))
        self.words = {
            id_: tuple(page.words[i].text for i in entity.words)
            for id_, entity in zip(ids, page.entities or (), strict=True)
        }
        self.links = {(i["from_id"], i["to_id"]) for i in self.result if i["type"] == "relation"}
        self.labels = sorted({label for label, _ in self.texts.values()} - {"OTHER"}) or ["Text", "Handwriting"]
        self.nudged: set[str] = set()
        self.text_area = any(item["type"] == "textarea" for item in self.result)

    def _as_stored_today(self, item: Item) -> None:
        """Store the word of a region with one word, too, as this release does."""
        if item["type"] != "relation" and "words" not in item.setdefault("meta", {}):
            group = [each for each in self.result if each.get("id") == item["id"]]
            texts = [t for each in group for t in each["value"].get("text", each.get("meta", {}).get("text", []))]
            value = item["value"]
            item["meta"]["words"] = [[texts[0], *(value[key] for key in ("x", "y", "width", "height"))]]

    def of(self, id_: str) -> list[Item]:
        return [item for item in self.result if item.get("id") == id_]

    def relabel(self, id_: str, number: int) -> None:
        label = self.labels[number % len(self.labels)]
        for item in self.of(id_):
            for kind in ("labels", "rectanglelabels"):
                if kind in item["value"]:
                    item["value"][kind] = [label]
                    self.texts[id_] = (label, self.texts[id_][1])

    def delete(self, id_: str, _number: int) -> None:
        self.result = [i for i in self.result if id_ not in {i.get("id"), i.get("from_id"), i.get("to_id")}]
        self.links = {ends for ends in self.links if id_ not in ends}
        del self.texts[id_], self.words[id_]

    def type(self, id_: str, number: int) -> None:
        text = ("대한민국 서울", "No: 7", "x", "e\u0301te\u0301")[number % 4]
        items = self.of(id_)
        if self.text_area and all(item["type"] != "textarea" for item in items):
            items.append(deepcopy(items[0]) | {"type": "textarea", "from_name": "transcription"})
            self.result.append(items[-1])
        for item in items:
            if item["type"] == "textarea":
                item["value"]["text"] = [text]
            elif not self.text_area:
                item.setdefault("meta", {})["text"] = [text]
        self.texts[id_] = (self.texts[id_][0], text.replace("e\u0301", "\u00e9"))
        self.words[id_] = ()

    def nudge(self, id_: str, number: int) -> None:
        """Move the box by less than half of its height, once."""
        items = [] if id_ in self.nudged else self.of(id_)
        self.nudged.add(id_)
        for item in items:
            item["value"]["x"] += 0.2 * (number % 3 - 1)
            item["value"]["y"] += 0.15 * (number % 5 - 2)
            item["origin"] = "prediction-changed"

    def split(self, id_: str, number: int) -> None:
        """Shrink the box to its first word, and draw one around the others."""
        if len(self.words[id_]) < 2:
            return
        first, *others = self.words[id_]
        label = self.texts[id_][0]
        for item in self.of(id_):
            item["value"] |= _place(first)
            item["origin"] = "prediction-changed"
        self.draw(f"new{number}{id_}", label, *others)
        self.texts[id_], self.words[id_] = (label, first), (first,)

    def merge(self, id_: str, _number: int) -> None:
        """Delete the box to the right, and widen this one over its words."""
        right = {"서울시": "강남구", "Invoice": "No", "1,250,000": "원", "신청서": "Application"}
        words = self.words[id_]
        other = next((i for i, each in self.words.items() if each and words and each == (right.get(words[-1]),)), None)
        if other:
            joined = (*words, *self.words[other])
            self.delete(other, 0)
            for item in self.of(id_):
                item["value"] |= _place(*joined)
            self.texts[id_], self.words[id_] = (self.texts[id_][0], " ".join(joined)), joined

    def draw_missed(self, id_: str, number: int) -> None:
        """Draw a box around words in no region, once."""
        held = {word for words in self.words.values() for word in words}
        if not held & {"긴급", "urgent"} and not any(each.startswith("missed") for each in self.texts):
            self.draw(f"missed{number}{id_}", self.texts[id_][0], "긴급", "urgent")

    def draw(self, id_: str, label: str, *words: str) -> None:
        old = next(item for item in self.result if item["type"] != "relation")
        whole = {k: old[k] for k in ("original_width", "original_height", "image_rotation", "to_name")}
        whole |= {"id": id_, "origin": "manual"}
        if old["type"] == "rectanglelabels":
            value = {**_place(*words), "rotation": 0, "rectanglelabels": [label]}
            self.result.append({**whole, "from_name": "label", "type": "rectanglelabels", "value": value})
        else:
            value = {**_place(*words), "rotation": 0}
            self.result.append({**whole, "from_name": "bbox", "type": "rectangle", "value": value})
            if label != "OTHER":
                value = {**value, "labels": [label]}
                self.result.append({**whole, "from_name": "label", "type": "labels", "value": value})
        self.texts[id_], self.words[id_] = (label, " ".join(words)), words

    def link(self, id_: str, number: int) -> None:
        other = list(self.texts)[number % len(self.texts)]
        if other != id_ and not {(id_, other), (other, id_)} & self.links:
            self.result.append({"from_id": id_, "to_id": other, "type": "relation", "direction": "right"})
            self.links.add((id_, other))

    def unlink(self, id_: str, _number: int) -> None:
        self.links = {ends for ends in self.links if id_ not in ends}
        self.result = [i for i in self.result if id_ not in {i.get("from_id"), i.get("to_id")}]


def _place(*texts: str) -> Item:
    """Return the box around words of the form, in percent."""
    found = iter(FORM.words)
    box = union(next(word for word in found if word.text == text).box for text in texts)
    return dict(zip(("x", "y", "width", "height"), to_percent(box, 800, 1000), strict=True))


EDITS: list[Callable[[Hand, str, int], None]] = [
    *(Hand.relabel, Hand.delete, Hand.type, Hand.nudge, Hand.split),
    *(Hand.merge, Hand.draw_missed, Hand.link, Hand.unlink),
]


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None)
@given(edits=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_any_corrections_come_back_whole(name: str, edits: list[tuple[Any, int, int]]) -> None:
    """Given a recorded page and any corrections, then all of them come back, and what came back is kept as it is."""
    hand = Hand(name)
    for edit, which, number in edits:
        if hand.texts:
            edit(hand, list(hand.texts)[which % len(hand.texts)], number)
    page = page_of({"result": hand.result})
    assert sorted(read(page)) == sorted(hand.texts.values())
    ends = Counter(frozenset(hand.texts[id_][1] for id_ in pair) for pair in hand.links)
    assert Counter(map(frozenset, links(page))) == ends

    page = _all_labelled(page)
    again = page_of(submitted(_written(page)))
    assert (read(again), links(again)) == (read(page), links(page))
    sides = [[v for w in p.words for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)] for p in (page, again)]
    assert sides[0] == pytest.approx(sides[1], abs=0.1)


def _all_labelled(page: Page) -> Page:
    """Return the page with a label for regions without one: OTHER is drawn word by word."""
    entities = tuple(replace(e, label=e.label.replace("OTHER", "Plain")) for e in page.entities or ())
    return replace(page, entities=entities)


def _written(page: Page) -> Item:
    """Return the prediction that shows a page, each of its labels by a value of its own."""
    labels = sorted({entity.label for entity in page.entities or ()} | {"QUESTION"})
    values = "".join(f'<Label value="{label}"/>' for label in labels)
    xml = (
        '<View><Image name="image" value="$image"/><Rectangle name="bbox" toName="image"/>'
        f'<Labels name="label" toName="image">{values}</Labels>'
        '<TextArea name="transcription" toName="image" perRegion="true" displayMode="region-list"/></View>'
    )
    config = LabellingConfig.parse(xml, labels)
    return build_prediction(page, config, version="prelabel-x", name="prelabel", draw_other=False)


JUNK = [None, "", 0, -1, 1.5, "x", [], {}, [None], ["a"], {"a": 1}, True, 1e300, [[1]]]


def _places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all values of a JSON value."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _places(value, (*path, key))


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=150, deadline=None)
@given(numbers=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(JUNK)), min_size=1, max_size=3))
def test_any_json_costs_at_most_its_page(name: str, numbers: list[tuple[int, Any]]) -> None:
    """Given a recorded annotation with values of any other form, then it is read, or is one page's failure."""
    body = {"result": deepcopy(recorded(name)["untouched"]["annotations"][0]["result"][:9])}
    body["prediction"] = {"result": deepcopy(body["result"])}
    for number, junk in numbers:
        paths = list(_places(body))
        *path, last = paths[number % len(paths)]
        part: Any = body
        for key in path:
            part = part[key]
        part[last] = deepcopy(junk)
    with suppress(PageError):
        read_labelled(body, missing=PageText(FORM))
        read_words(body)
