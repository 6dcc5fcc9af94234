"""CORD: lines with their categories, keys apart from values, out of folders and parquet files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from prelabel.datasets.cord import read_cord
from prelabel.errors import SettingError
from prelabel.page import Page


def _word(text: str, x: int, y: int, is_key: int = 0) -> dict[str, Any]:
    quad = {"x1": x, "y1": y, "x2": x + 30, "y2": y + 1, "x3": x + 30, "y3": y + 11, "x4": x, "y4": y + 10}
    return {"quad": quad, "is_key": is_key, "row_id": y, "text": text}


TRUTH = {
    "gt_parse": {"menu": {"nm": "Nasi goreng"}},
    "meta": {"version": "2.0.0", "split": "train", "image_id": 0, "image_size": {"width": 120, "height": 200}},
    "valid_line": [
        {"words": [_word("Nasi", 5, 10), _word("goreng", 40, 10)], "category": "menu.nm", "group_id": 1},
        {"words": [_word("TOTAL", 5, 50, 1), _word("25.000", 60, 50)], "category": "total.total_price", "group_id": 2},
        {"words": [_word("Cash", 5, 90, 1)], "category": "total.cashprice", "group_id": 3},
        {"words": [_word(" ", 5, 120)], "category": "menu.cnt", "group_id": 4},
    ],
    "roi": {},
    "repeating_symbol": [[{"quad": {}, "text": "-----"}]],
    "dontcare": [],
}


def _check(page: Page) -> None:
    assert (page.width_px, page.height_px) == (120, 200)
    assert [(e.label, [page.words[i].text for i in e.words]) for e in page.entities or ()] == [
        ("MENU.NM", ["Nasi", "goreng"]),
        ("QUESTION", ["TOTAL"]),
        ("TOTAL.TOTAL_PRICE", ["25.000"]),
        ("QUESTION", ["Cash"]),
    ]
    assert [(link.source, link.target) for link in page.links or ()] == [(1, 2)]
    assert (page.words[0].box.x0, page.words[0].box.y0, page.words[0].box.x1, page.words[0].box.y1) == (5, 10, 35, 21)


def test_folders_of_version_1_are_read(tmp_path: Path) -> None:
    for part in ("json", "image"):
        (tmp_path / "train" / part).mkdir(parents=True)
    (tmp_path / "train" / "json" / "receipt_00000.json").write_text(json.dumps(TRUTH))
    (tmp_path / "train" / "json" / "receipt_00001.json").write_text(json.dumps(TRUTH | {"valid_line": []}))
    Image.new("L", (120, 200)).save(tmp_path / "train" / "image" / "receipt_00000.png")

    (read,), left_out = read_cord(tmp_path)

    assert (read.name, left_out) == ("receipt_00000", 1)
    assert read.image == tmp_path / "train" / "image" / "receipt_00000.png"
    _check(read.page)


def test_parquet_files_of_version_2_are_read(tmp_path: Path) -> None:
    row = {"image": {"bytes": b"", "path": None}, "ground_truth": json.dumps(TRUTH)}
    pq.write_table(pa.Table.from_pylist([row, row]), tmp_path / "train-00000-of-00001.parquet")

    (tmp_path / "test-00000-of-00001.parquet").write_text("not read")

    read, _ = read_cord(tmp_path)

    assert [each.name for each in read] == ["train-00000-of-00001-0000", "train-00000-of-00001-0001"]
    _check(read[1].page)


def test_what_is_no_receipt_is_one_line_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="name a folder of CORD"):
        read_cord(tmp_path)
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "a.json").write_text('{"valid_line": [{"words": [{"text": "x"}]}]}')
    with pytest.raises(SettingError, match=r"a\.json is no receipt of CORD .*; remove it"):
        read_cord(tmp_path)
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "x.parquet")
    with pytest.raises(SettingError, match=r"x\.parquet cannot be read|ground_truth"):
        read_cord(tmp_path / "x.parquet")
