"""Annotated pages of a project, together with the words that nobody drew."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from prelabel.corrections.page_words import with_other_words
from prelabel.errors import SettingError
from prelabel.geometry import quarter_turn, scaling
from prelabel.page import Page, Word, WordLabel
from prelabel.training.project_pages import read_project
from tests.support.annotated_project import PROJECT, AnnotatedProject
from tests.support.forms import form
from tests.support.invoices import invoice


def _parallel(page: Page) -> list[tuple[Word, WordLabel]]:
    return list(zip(page.words, page.labels or (), strict=True))


def labelled(page: Page) -> list[tuple[str, str]]:
    return sorted((word.text, label.label) for word, label in _parallel(page))


def test_the_words_that_nobody_drew_are_other(tmp_path: Path) -> None:
    project = AnnotatedProject(tmp_path, 3)

    with project.workplace() as workplace:
        pages, left_out = read_project(PROJECT, workplace)

    assert left_out == 0
    for number, each in enumerate(pages, 1):
        assert labelled(each.page) == labelled(invoice(number))
        drawn = {e.label: " ".join(each.page.words[i].text for i in e.words) for e in each.page.entities or ()}
        wanted = invoice(number)
        assert drawn == {e.label: " ".join(wanted.words[i].text for i in e.words) for e in wanted.entities or ()}


def test_a_region_drawn_by_hand_gets_the_words_of_its_place(tmp_path: Path) -> None:
    project = AnnotatedProject(tmp_path, 1)
    [annotation] = project.rows[1]["annotations"]
    total = next(item["id"] for item in annotation["result"] if item["value"].get("labels") == ["TOTAL"])
    kept = [item for item in annotation["result"] if item["id"] != total or item["type"] != "textarea"]
    annotation["result"] = [{name: value for name, value in item.items() if name != "meta"} for item in kept]

    with project.workplace() as workplace:
        [each], _ = read_project(PROJECT, workplace)

    assert labelled(each.page) == labelled(invoice(1))


def test_pages_whose_words_are_nowhere_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    project = AnnotatedProject(tmp_path, 2)
    for file in list(tmp_path.rglob("*.gz"))[:1]:
        file.unlink()
    project.rows[3] = {"id": 3, "data": {}, "annotations": [{"id": 3, "result": "text", "updated_at": ""}]}

    with project.workplace() as workplace:
        pages, left_out = read_project(PROJECT, workplace)

    assert (len(pages), left_out) == (2, 1)
    assert sorted(len({label.label for label in each.page.labels or ()}) for each in pages) == [4, 5]
    assert "of 1 pages only the regions are known" in caplog.text
    assert re.search("page 3 is left out", caplog.text)


def test_a_project_without_annotations_is_one_line(tmp_path: Path) -> None:
    with AnnotatedProject(tmp_path, 0).workplace() as workplace, pytest.raises(SettingError, match="no annotated page"):
        read_project(PROJECT, workplace)


def test_words_of_a_turned_page_find_their_regions() -> None:
    words, entities = form(("NO", "NP-20418", 100, 50))
    others, _ = form(("", "Invoice number", 0, 50))
    shown = quarter_turn(1, 400, 200)
    stored = Page(400, 200, 200, 400, to_shown=shown, words=(*others, *words))
    drawn = replace(stored, words=tuple(words)).with_labels((WordLabel("NO", 1.0),), tuple(entities))

    assert [(w.text, e.label) for w, e in _parallel(with_other_words(drawn, stored))] == [
        ("Invoice", "OTHER"), ("number", "OTHER"), ("NP-20418", "NO"),
    ]  # fmt: skip


def test_an_image_of_another_size_has_the_same_words() -> None:
    words, entities = form(("NO", "NP-20418", 100, 50))
    stored = Page(400, 200, 800, 400, to_shown=scaling(2), words=tuple(words))
    drawn = Page(400, 200, 400, 200, words=tuple(words)).with_labels((WordLabel("NO", 1.0),), tuple(entities))

    assert [word.text for word in with_other_words(drawn, stored).words] == ["NP-20418"]
