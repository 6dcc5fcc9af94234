"""KVP10k: pairs, lone keys and lone values of a prepared folder, with the words of its OCR."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from prelabel.datasets.kvp10k import read_kvp10k
from prelabel.errors import SettingError
from prelabel.page import Page


def _part(text: str, *box: int) -> dict[str, Any]:
    return {"text": text, "bbox": list(box)}


ROWS = [
    {"type": "kvp", "key": _part("Ship to", 10, 10, 60, 20), "value": _part("Kim Min", 70, 10, 130, 20)},
    {"type": "kvp", "key": _part("Ship to", 10, 10, 60, 20), "value": _part("Seoul", 70, 30, 100, 40)},
    {"type": "kvp", "key": _part("Order", 10, 0, 60, 8), "value": _part("Ship to", 10, 10, 60, 20)},
    {"type": "unvalued", "key": _part("Fax", 10, 50, 30, 60)},
    {"type": "unkeyed", "key": {"text": "document title"}, "value": _part("INVOICE", 80, 0, 130, 8)},
    {"type": "unkeyed", "key": {"text": "date"}, "value": _part("5 May", 80, 50, 120, 60)},
]
WORDS = [
    *(("Order", 10, 0, 60, 8), ("INVOICE", 80, 0, 130, 8), ("Min", 105, 10, 130, 20), ("Ship", 10, 10, 35, 20)),
    *(("to", 40, 10, 60, 20), ("Kim", 70, 10, 95, 20), ("Seoul", 70, 30, 100, 40), ("Fax", 10, 50, 30, 60)),
    *(("5", 80, 50, 90, 60), ("May", 95, 50, 120, 60), ("printed", 10, 80, 60, 90), (" ", 0, 0, 3, 3)),
]


def _folder(root: Path, words: list[tuple[Any, ...]] | None = WORDS, as_list: bool = False) -> Path:
    for part in ("gts", "ocr", "images"):
        (root / "train" / part).mkdir(parents=True)
    (root / "train" / "gts" / "a1.json").write_text(json.dumps({"kvps_list": ROWS}))
    if words is not None:
        boxes = [
            {"text": t, "bbox": [a, b, c, d] if as_list else {"left": a, "top": b, "width": c - a, "height": d - b}}
            for t, a, b, c, d in words
        ]
        (root / "train" / "ocr" / "a1.json").write_text(json.dumps({"pages": [{"words": boxes}]}))
    Image.new("L", (200, 100), 255).save(root / "train" / "images" / "a1.png")
    return root


def _read(page: Page) -> dict[str, str]:
    return {" ".join(page.words[i].text for i in e.words): e.label for e in page.entities or ()}


@pytest.mark.parametrize("as_list", [False, True])
def test_words_of_the_ocr_get_the_labels_of_their_boxes(tmp_path: Path, as_list: bool) -> None:
    (tmp_path / "test" / "gts").mkdir(parents=True)
    (tmp_path / "test" / "gts" / "t.json").write_text("not read")

    (read,), left_out = read_kvp10k(_folder(tmp_path, as_list=as_list))

    assert left_out == 0
    page = read.page
    assert (read.name, page.width_px, page.height_px, len(page.words)) == ("a1", 200, 100, 11)
    assert _read(page) == {
        **{"Order": "HEADER", "Ship to": "QUESTION", "Kim Min": "ANSWER", "Seoul": "ANSWER"},
        **{"Fax": "QUESTION", "INVOICE": "HEADER", "5 May": "DATE"},
    }
    texts = list(_read(page))
    assert {(texts[x.source], texts[x.target]) for x in page.links or ()} == {
        ("Ship to", "Kim Min"),
        ("Ship to", "Seoul"),
        ("Order", "Ship to"),
    }
    assert [label.label for label in page.labels or ()].count("OTHER") == 1


def test_without_ocr_texts_are_spread_over_their_boxes(tmp_path: Path) -> None:
    (read,), _ = read_kvp10k(_folder(tmp_path / "set", words=None) / "train")

    assert _read(read.page)["Kim Min"] == "ANSWER"
    assert len(read.page.words) == 10


def test_what_is_not_prepared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"name a folder that KVP10k's download_dataset\.py has prepared"):
        read_kvp10k(tmp_path)
    (_folder(tmp_path) / "train" / "gts" / "b.json").write_text('{"rectangles": []}')
    with pytest.raises(SettingError, match=r"b\.json is no truth of KVP10k"):
        read_kvp10k(tmp_path)
