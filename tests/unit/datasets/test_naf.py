"""NAF regions as labelled words: labels, joined regions, pages left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prelabel.datasets.naf import read_forms
from prelabel.errors import SettingError
from prelabel.page import Page

#: id -> (type, x0, y0, x1, y1, text)
FORM = {
    "t0": ("text", 300, 20, 700, 60, "CERTIFICATE"),
    "t1": ("text", 50, 100, 150, 120, "Name:"),
    "t2": ("text", 50, 200, 150, 220, "Place of"),
    "t3": ("text", 50, 222, 120, 242, "birth"),
    "t4": ("textP", 50, 300, 110, 320, "This"),
    "t5": ("textP", 300, 300, 900, 320, "day I saw the above named person and heard him"),
    "t6": ("textInst", 50, 400, 500, 420, "Write in black ink"),
    "t7": ("textNumber", 20, 500, 40, 520, "3"),
    "f1": ("field", 160, 80, 560, 160, "«Ann Lee»"),
    "f2": ("field", 160, 200, 560, 240, ""),
    "f3": ("fieldP", 120, 295, 290, 322, "24th"),
    "f4": ("fieldRow", 50, 500, 900, 520, ""),
    "c1": ("comment", 800, 700, 950, 730, "see file"),
}
PAIRS = [["t1", "f1"], ["t2", "f2"], ["t4", "f3"], ["t5", "f3"], ["t7", "f4"], ["t1", "gone"]]
SAME = [["t3", "t2"]]


def write(folder: Path, name: str = "page", *, turned: bool = False, **changes: Any) -> Path:
    regions = [
        {
            "id": id_,
            "type": kind,
            "poly_points": [[x0, y1], [x0, y0], [x1, y0], [x1, y1]]
            if turned
            else [[x0, y0], [x1, y0], [x1, y1], [x0, y1]],
        }
        for id_, (kind, x0, y0, x1, y1, _) in FORM.items()
    ]
    data = {
        "textBBs": [region for region in regions if region["id"][0] == "t"],
        "fieldBBs": [region for region in regions if region["id"][0] != "t"],
        "transcriptions": {id_: region[-1] for id_, region in FORM.items()},
        "pairs": PAIRS,
        "samePairs": SAME,
        "width": 1000,
        "height": 800,
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(data | changes), "utf-8")
    return folder


@pytest.fixture
def page(tmp_path: Path) -> Page:
    pages, left_out = read_forms(write(tmp_path / "naf"))
    assert left_out == 0
    return pages[0].page


def texts(page: Page) -> dict[str, str]:
    return {" ".join(page.words[i].text for i in e.words): e.label for e in page.entities or ()}


def test_labels(page: Page) -> None:
    assert texts(page) == {
        "CERTIFICATE": "HEADER",
        "Name:": "QUESTION",
        "Ann Lee": "ANSWER",
        "Place of birth": "QUESTION",
        "This": "QUESTION",
        "24th": "ANSWER",
        "day I saw the above named person and heard him": "OTHER",
        "Write in black ink": "OTHER",
        "3": "OTHER",
        "see file": "OTHER",
    }
    assert [label.label for label in page.labels or ()] == [
        label for text, label in texts(page).items() for _ in text.split()
    ]


def test_links_lead_from_questions_to_what_is_filled_in(page: Page) -> None:
    names = list(texts(page))
    assert [(names[x.source], names[x.target]) for x in page.links or ()] == [("Name:", "Ann Lee"), ("This", "24th")]


def test_words_share_their_line_and_writing_is_smaller_than_its_field(page: Page) -> None:
    words = {word.text: word.box for word in page.words}
    assert words["Place"].x0 == 50
    assert words["of"].x1 == 150
    assert words["Ann"].x0 == 160
    assert words["Ann"].height == 30
    assert words["Lee"].x1 < 400


def test_pages_that_lie_on_their_side_or_ask_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    folder = write(tmp_path / "naf")
    write(folder, "turned", turned=True)
    write(folder, "nothing", pairs=[])

    pages, left_out = read_forms(folder)

    assert ([each.name for each in pages], left_out) == (["page"], 2)


@pytest.mark.parametrize("text", ["{", "[]", '{"textBBs": 3}'])
def test_a_broken_file_is_one_line_that_names_it(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path / "naf")
    (folder / "bad.json").write_text(text, "utf-8")
    with pytest.raises(SettingError, match=r"bad\.json is no annotation of NAF"):
        read_forms(folder)


def test_an_empty_folder_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="name a folder of NAF's annotations"):
        read_forms(tmp_path)
