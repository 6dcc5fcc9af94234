"""Label Studio's JSON: `import(export(pages)) == pages`, with links, and in Label Studio's own coordinates."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.pictures import PictureOfPage, labelled
from prelabel.errors import LabellingConfigError, SettingError
from prelabel.geometry import tilt
from prelabel.labelstudio.checking.controls import Controls
from prelabel.labelstudio.checking.prediction import faults
from prelabel.labelstudio.formats import FORMATS, format_of
from prelabel.labelstudio.tasks_file import read_tasks, write_tasks
from prelabel.page import Box, Entity, Page, Word
from tests.support.generated_pages import pictured, plain

_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: 0.001 % of the picture, at both corners.
_NEAR_PX = 0.02


def _kept(page: Page) -> Page:
    """Entities OTHER are cut into words, which come last, and have no links; letters are composed."""
    words = tuple(replace(word, text=unicodedata.normalize("NFC", word.text)) for word in page.words)
    entities = list(page.entities or ())
    named = [index for index, entity in enumerate(entities) if entity.label != "OTHER"]
    places = {index: number for number, index in enumerate(named)}
    links = [(places[x.source], places[x.target]) for x in page.links or () if {x.source, x.target} <= set(named)]
    return plain(labelled(replace(page, words=words, labels=None), [entities[index] for index in named], links))


def _same(read: Page, page: Page) -> None:
    kept = _kept(page)
    assert [word.text for word in read.words] == [word.text for word in kept.words]
    assert [(e.label, e.words) for e in read.entities or ()] == [(e.label, e.words) for e in kept.entities or ()]
    assert [(x.source, x.target) for x in read.links or ()] == [(x.source, x.target) for x in kept.links or ()]
    assert (read.width_px, read.height_px, read.shown_width_px) == (page.width_px, page.height_px, page.shown_width_px)
    for word, other in zip(read.words, kept.words, strict=True):
        assert max(abs(a - b) for a, b in zip(_numbers(word.box), _numbers(other.box), strict=True)) < _NEAR_PX


def _numbers(box: Box) -> tuple[float, ...]:
    return box.x0, box.y0, box.x1, box.y1


def _roundtrip(pages: list[PictureOfPage]) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "set"
        assert write_tasks(pages, place) == len(pages)
        controls = Controls.parse((place / "labelling.xml").read_text("utf-8"))
        for file in place.glob("tasks*.json"):
            for row in json.loads(file.read_text("utf-8")):
                assert list(faults({**row["annotations"][0], "model_version": "v"}, controls)) == []
        with_words = [each for each in pages if each.annotated.page.words]
        if not with_words:
            assert read_tasks(place) == ()
            return
        read = {each.annotated.image: each for each in read_tasks(place) if each.annotated.page.words}
        assert len(read) == len(with_words)
        by_name = sorted(read.values(), key=lambda each: str(each.annotated.image))
        assert sorted(
            (e.split, e.annotated.name) for e in by_name if e.annotated.name in {"page", "PAGE", ".."}
        ) == sorted((e.split, e.annotated.name) for e in with_words if e.annotated.name in {"page", "PAGE", ".."})
        if len(with_words) == 1:
            _same(by_name[0].annotated.page, with_words[0].annotated.page)


def _level(page: PictureOfPage) -> bool:
    return tilt(page.annotated.page.to_shown) == 0


@given(page=pictured().filter(_level))
@_QUICK
def test_pages_come_back(page: PictureOfPage) -> None:
    _roundtrip([page])


@given(pages=st.lists(pictured().filter(_level), min_size=2, max_size=3))
@settings(_QUICK, max_examples=15)
def test_splits_and_names_come_back(pages: list[PictureOfPage]) -> None:
    assume(all(each.annotated.page.words for each in pages))
    _roundtrip(pages)


@pytest.mark.slow
@given(page=pictured().filter(_level))
@settings(_QUICK, max_examples=1000)
def test_a_thousand_pages_come_back(page: PictureOfPage) -> None:
    _roundtrip([page])


def _of(page: Page, name: str = "a") -> PictureOfPage:
    return PictureOfPage(AnnotatedPage(name, page))


def _page(*labels: str) -> Page:
    words = tuple(Word(f"w{i}", Box(10, 10 + 20 * i, 60, 20 + 20 * i)) for i in range(len(labels)))
    entities = [Entity(label, (index,)) for index, label in enumerate(labels)]
    return labelled(Page(200, 100, 200, 100, words=words), entities, [(0, i) for i in range(1, len(labels))])


def test_one_question_links_to_many_answers_in_percent(tmp_path: Path) -> None:
    write_tasks([_of(_page("QUESTION", "ANSWER", "ANSWER"))], tmp_path / "my set")

    (row,) = json.loads((tmp_path / "my set" / "tasks.json").read_text("utf-8"))
    result = row["annotations"][0]["result"]
    boxes = [item["value"] for item in result if item["type"] == "rectangle"]
    relations = [(item["from_id"], item["to_id"]) for item in result if item["type"] == "relation"]
    assert [(box["x"], box["y"], box["width"], box["height"]) for box in boxes][:2] == [
        (5, 10, 25, 10),
        (5, 30, 25, 10),
    ]
    assert len(relations) == 2
    assert len({a for a, _ in relations}) == 1
    assert row["data"]["image"] == "/data/local-files/?d=my%20set/images/a.png"


def test_the_configuration_has_the_labels_of_all_pages(tmp_path: Path) -> None:
    write_tasks([_of(_page("ANSWER")), _of(_page("상호"), "b"), _of(_page("TOTAL"), "c")], tmp_path / "set", ("TOTAL",))

    xml = (tmp_path / "set" / "labelling.xml").read_text("utf-8")
    places = [xml.index(f'value="{label}"') for label in ("TOTAL", "OTHER", "ANSWER", "상호")]
    assert places == sorted(places)
    assert [(e.annotated.page.entities or ())[0].label for e in read_tasks(tmp_path / "set")] == [
        "ANSWER",
        "상호",
        "TOTAL",
    ]


def test_labels_that_label_studio_cannot_tell_apart_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LabellingConfigError, match="cannot be used"):
        write_tasks([_of(_page("a$b"))], tmp_path / "set")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_lists_those_that_there_are() -> None:
    assert format_of("coco") is FORMATS["coco"]
    with pytest.raises(SettingError, match=r"excel is no format; write one of funsd, .*, label-studio"):
        format_of("excel")
