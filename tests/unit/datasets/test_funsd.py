"""FUNSD layout: written pages can be read again, and annotations by people are understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from prelabel.datasets.funsd import read_annotations, write_annotations
from prelabel.errors import SettingError
from synthetic import generate


def test_pages_come_back_as_they_were(tmp_path: Path) -> None:
    made = generate(3).page
    write_annotations(tmp_path, "p3", made)

    (read,) = read_annotations(tmp_path)

    assert read.name == "p3"
    page = read.page
    assert (page.width_px, page.height_px) == (made.width_px, made.height_px)
    assert sorted(word.text for word in page.words) == sorted(word.text for word in made.words)
    texts = [
        {(e.label, " ".join(p.words[i].text for i in e.words)) for e in p.entities or () if e.label != "OTHER"}
        for p in (page, made)
    ]
    assert texts[0] == texts[1]
    assert len(page.links or ()) == len(set(made.links or ()))


def test_links_are_turned_from_question_to_answer_and_counted_once(tmp_path: Path) -> None:
    form = [
        _entity(0, "answer", "Kim", [[1, 0]]),
        _entity(1, "question", "Name:", [[1, 0], [0, 1]]),
        _entity(2, "other", "", [[2, 1]]),
    ]
    _write(tmp_path, {"form": form})

    page = read_annotations(tmp_path)[0].page

    assert [entity.label for entity in page.entities or ()] == ["ANSWER", "QUESTION"]
    assert [(x.source, x.target) for x in page.links or ()] == [(1, 0)]


def test_the_image_gives_the_size(tmp_path: Path) -> None:
    _write(tmp_path, {"form": [_entity(0, "other", "R&D", [])]})
    (tmp_path / "images").mkdir()
    Image.new("L", (321, 123)).save(tmp_path / "images/a.png")

    (read,) = read_annotations(tmp_path)

    assert (read.page.width_px, read.page.height_px) == (321, 123)
    assert read.image == tmp_path / "images/a.png"


def test_an_image_that_cannot_be_read_is_no_reason_to_refuse_the_annotation(tmp_path: Path) -> None:
    _write(tmp_path, {"form": [_entity(0, "other", "R&D", [])], "size": [321, 123]})
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.png").write_bytes(b"no image")

    (read,) = read_annotations(tmp_path)

    assert (read.page.width_px, read.page.height_px) == (321, 123)


def test_a_folder_of_another_layout_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"annotations/\*\.json"):
        read_annotations(tmp_path)


@pytest.mark.parametrize("content", ["{", '{"form": [{"id": 1}]}', "[]"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    _write(tmp_path, content)

    with pytest.raises(SettingError, match=r"a\.json is no FUNSD annotation") as caught:
        read_annotations(tmp_path)
    assert "\n" not in str(caught.value)


def _entity(number: int, label: str, text: str, linking: list[list[int]]) -> dict[str, object]:
    words = [{"text": text, "box": [10, 10, 40, 20]}]
    return {"id": number, "label": label, "text": text, "box": [10, 10, 40, 20], "words": words, "linking": linking}


def _write(folder: Path, content: object) -> None:
    (folder / "annotations").mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "annotations/a.json").write_text(text, "utf-8")
