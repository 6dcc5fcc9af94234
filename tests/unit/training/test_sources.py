"""Sources of training pages: their texts, mix by share, split, and reproducible pages."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from prelabel.corrections.page_words import selected
from prelabel.datasets.formats import FORMATS
from prelabel.datasets.funsd import AnnotatedPage, write_annotations
from prelabel.datasets.pictures import PictureOfPage
from prelabel.errors import SettingError
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Page
from prelabel.training.augmenting import augmented
from prelabel.training.sources import mixed, parse, split
from synthetic import generate
from tests.support.labelling_configs import RECTANGLES_XML


def folder_of(root: Path, count: int) -> Path:
    for seed in range(count):
        write_annotations(root, f"page-{seed}", generate(seed, "en").page)
    return root


def export_of(file: Path, page: Page) -> Path:
    result = build_prediction(page, LabellingConfig.parse(RECTANGLES_XML), version="v", name="v", draw_other=True)[
        "result"
    ]
    task = {"id": 7, "data": {"image": "/data/upload/1/0a1b2c3d-form.png"}, "annotations": [{"result": result}]}
    file.write_text(json.dumps([task]), "utf-8")
    return file


def test_a_source_is_written_with_its_place_and_share(tmp_path: Path) -> None:
    assert parse("synthetic").share == 1
    assert (parse("synthetic:ko=0.3").language, parse("synthetic:ko=0.3").share) == ("ko", 0.3)
    source = parse(f"funsd:{folder_of(tmp_path / 'a=1', 2)}=2")
    assert (source.name, source.share) == (f"funsd:{tmp_path / 'a=1'}", 2)
    assert source.annotated is not None
    assert source.labels == ("ANSWER", "HEADER", "QUESTION")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no source of pages; write one of synthetic"),
        ("synthetic:fr", "is no source of pages"),
        ("funsd", "is no source of pages"),
        ("synthetic=0", "a share is a number above 0"),
        ("funsd:/no/where", "no annotations"),
        ("naf:/no/where", "has no"),
        ("coco:/no/where", "name a folder or a file of COCO"),
        ("paddle:/no/where", "name a list of PaddleOCR"),
        ("huggingface:/no/where", "has no [*].parquet"),
        ("kvp10k:/no/where", "name a folder that KVP10k"),
        ("cord:/no/where", "name a folder of CORD"),
        ("export:/no/where.json", "cannot be read as JSON"),
    ],
)
def test_what_is_none_is_one_line_with_the_cure(text: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        parse(text)


def test_shares_are_kept_at_any_time_and_pages_do_not_change_with_the_start(tmp_path: Path) -> None:
    # Given a mix of three quarters English pages of any seed and one quarter annotated ones
    annotated = parse(f"funsd:{folder_of(tmp_path, 3)}=1")
    sources = [parse("synthetic:ko=3"), annotated]
    # When forty pages are taken
    pages = list(islice(mixed(sources, 5), 40))
    # Then the shares are correct, and the pages are the same from any start on
    korean = Counter(any("가" <= c <= "힣" for word in page.words for c in word.text) for page in pages)
    assert korean == {True: 30, False: 10}
    assert list(islice(mixed(sources, 5, 17), 23)) == pages[17:]
    assert next(mixed(sources, 6)) != pages[0]


def test_every_annotated_page_comes_once_a_round(tmp_path: Path) -> None:
    source = parse(f"funsd:{folder_of(tmp_path, 5)}")
    assert source.annotated is not None
    sizes = sorted(len(each.page.words) for each in source.annotated)
    for round_ in range(3):
        seen = sorted(len(source.page(5 * round_ + i, 1).words) for i in range(5))
        assert all(abs(a - b) <= 0.1 * b + 3 for a, b in zip(seen, sizes, strict=True))


def test_validation_takes_some_annotated_pages_away(tmp_path: Path) -> None:
    source = parse(f"funsd:{folder_of(tmp_path, 21)}")
    learn, judge = split(source)
    assert learn.annotated is not None
    assert judge.annotated is not None
    assert (len(learn.annotated), len(judge.annotated)) == (19, 2)
    assert not {each.name for each in learn.annotated} & {each.name for each in judge.annotated}
    assert split(source) == (learn, judge)


def test_one_page_cannot_be_split(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="name some with --valid"):
        split(parse(f"funsd:{folder_of(tmp_path, 1)}"))


def test_corrections_come_back_with_labels_entities_and_links(tmp_path: Path) -> None:
    # Given a page that was uploaded as a prediction and accepted by a person
    page = generate(4, "en").page
    [each] = parse(f"export:{export_of(tmp_path / 'export.json', page)}").annotated or ()
    # Then nothing is lost: the same words are in the same entities, with the same links
    found, entities = each.page, each.page.entities or ()

    def words_of(page: Page, label: str) -> Counter[str]:
        return Counter(" ".join(page.words[i].text for i in e.words) for e in page.entities or () if e.label == label)

    assert len(found.words) == len(page.words)
    for label in ("HEADER", "QUESTION", "ANSWER"):
        assert words_of(found, label) == words_of(page, label)
    assert len(found.links or ()) == len(page.links or ())
    assert {entities[x.source].label for x in found.links or ()} <= {"HEADER", "QUESTION"}
    assert each.name.endswith("form.png")


def test_a_varied_page_keeps_its_truth() -> None:
    page = generate(3).page
    for seed in range(20):
        varied = augmented(page, Random(seed))
        assert len(varied.labels or ()) == len(varied.words)
        assert all(word.box.x0 <= word.box.x1 and word.box.y0 <= word.box.y1 for word in varied.words)
        for entity in varied.entities or ():
            assert {(varied.labels or ())[i].label for i in entity.words} == {entity.label}
        assert all(x.source < len(varied.entities or ()) > x.target for x in varied.links or ())
    assert augmented(page, Random(1)) == augmented(page, Random(1))


def test_an_entity_goes_with_its_last_word_and_its_links_go_too() -> None:
    page = generate(3).page
    assert page.entities
    assert page.links
    gone = page.links[0].target
    left = selected(page, [i for i in range(len(page.words)) if i not in page.entities[gone].words])
    assert len(left.entities or ()) == len(page.entities) - 1
    assert len(left.links or ()) == sum(gone not in (x.source, x.target) for x in page.links)


def test_pages_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "some", 2)
    write_annotations(folder, "blank", Page(10, 10, 10, 10))
    assert parse(f"funsd:{folder}").left_out == 1
    write_annotations(tmp_path / "none", "blank", Page(10, 10, 10, 10))
    with pytest.raises(SettingError, match="no page with words"):
        parse(f"funsd:{tmp_path / 'none'}")


@pytest.mark.parametrize(("kind", "name"), [("coco", "coco"), ("paddle", "paddle-kie"), ("huggingface", "huggingface")])
def test_formats_that_others_write_are_sources(tmp_path: Path, kind: str, name: str) -> None:
    made = [generate(seed, "en").page for seed in range(3)]
    FORMATS[name].write((PictureOfPage(AnnotatedPage(f"p{i}", page)) for i, page in enumerate(made)), tmp_path / "set")

    source = parse(f"{kind}:{tmp_path / 'set'}")

    assert source.labels == ("ANSWER", "HEADER", "QUESTION")
    assert source.annotated is not None
    texts = [sorted(word.text for word in each.page.words) for each in source.annotated]
    assert texts == [sorted(word.text for word in page.words) for page in made]


@pytest.mark.parametrize(("kind", "name"), [("coco", "coco"), ("paddle", "paddle-kie"), ("huggingface", "huggingface")])
def test_pages_for_evaluation_are_not_trained_on(tmp_path: Path, kind: str, name: str) -> None:
    page, splits = generate(1, "en").page, ("train", "valid", "evaluation")
    FORMATS[name].write((PictureOfPage(AnnotatedPage(each, page), each) for each in splits), tmp_path / "set")

    source = parse(f"{kind}:{tmp_path / 'set'}")

    assert source.annotated is not None
    assert len(source.annotated) == 2
    assert source.left_out == 1
    assert "evaluation" not in {each.name for each in source.annotated}


def test_boxes_without_a_text_teach_nothing(tmp_path: Path) -> None:
    image = {"id": 1, "file_name": "a.png", "width": 100, "height": 100}
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 4]}
    data = {"images": [image], "annotations": [box], "categories": [{"id": 1, "name": "TOTAL"}]}
    (tmp_path / "instances.json").write_text(json.dumps(data))

    with pytest.raises(SettingError, match="has no page with words"):
        parse(f"coco:{tmp_path}")
