"""Exports of Label Studio in the forms in which people have them: encodings, archives, images inside, drafts."""

from __future__ import annotations

import json
import logging
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from prelabel.errors import SettingError
from prelabel.labelstudio.export import image_name, read_corrections, read_export
from prelabel.labelstudio.regions.told import NotUsed
from tests.support.annotations import annotation, at, read, region, task

ANNOTATION = annotation(region("q", "QUESTION", "이름", at(1, 10)))
TASK = task(1, ANNOTATION)


def written(folder: Path, *tasks: Any, encoding: str = "utf-8") -> Path:
    file = folder / "project.json"
    file.write_bytes(json.dumps(tasks, ensure_ascii=False).encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    (page,) = read_corrections(written(tmp_path, TASK, encoding=encoding)).pages
    assert read(page.page) == [("QUESTION", "이름")]


@pytest.mark.parametrize(
    "names",
    [["project-1.json"], ["export/a.json", "export/b.JSON"], ["images/1.png", "result.json"],
     ["__MACOSX/._a.json", "a.json"], ["a.json", "README.txt"]],
)  # fmt: skip
def test_archives_are_read(tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            usable = name.lower().endswith(".json") and "MACOSX" not in name
            archive.writestr(name, json.dumps([task(number, ANNOTATION)]) if usable else b"\x00\x05")
    wanted = [
        f"upload/1/{n}.png" for n, name in enumerate(names) if name.lower().endswith(".json") and "._" not in name
    ]
    assert [page.files[1] for page in read_export(file).pages] == wanted


def test_other_archives_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("classes.txt", "a")
    with pytest.raises(SettingError, match=r"export\.zip holds no JSON file: export the project as JSON"):
        read_export(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("result.json", '{"images": [], "annotations": []}')
    with pytest.raises(SettingError, match="no export of Label Studio in the format JSON"):
        read_export(file)


@pytest.mark.parametrize(
    "data",
    [
        lambda uri: {"image": uri},
        lambda uri: {"page": {"image": uri}},
        lambda uri: {"pages": [uri, uri]},
        lambda uri: {"text": uri.replace("data:", "x"), "image": "/data/upload/1/p.png"},
        lambda uri: {"image": uri.upper()[:20] + uri[20:]},
    ],
    ids=["image", "nested", "list", "long text", "capitals"],
)
def test_images_inside_the_file_take_little_memory(tmp_path: Path, data: Any) -> None:
    """Given 1 MB of data: URI full of slashes, when it is read, then it takes a few times its size."""
    uri = "data:image/png;base64," + "ab/+" * 250_000
    file = written(tmp_path, {**TASK, "data": data(uri)})
    tracemalloc.start()
    (page,) = read_export(file).pages
    assert tracemalloc.get_traced_memory()[1] < 30e6
    tracemalloc.stop()
    assert len(page.files) < 10
    assert image_name(uri) == ""


def test_nested_references_name_files(tmp_path: Path) -> None:
    file = written(tmp_path, {**TASK, "data": {"page": {"url": "/data/upload/1/0123abcd-a.png"}}})
    assert read_export(file).pages[0].files[-1] == "a.png"


def test_one_broken_page_does_not_cost_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Given pages of a list of images and of other forms, then they are left out, logged and counted."""
    several = task(2, annotation(region("a", "ANSWER", "x", at(1, 1), item_index=1)))
    broken = [task(3, annotation(result={"a": 1})), {"id": 4, "data": {}, "annotations": ["x"]}]
    with caplog.at_level(logging.WARNING, "prelabel"):
        found = read_export(written(tmp_path, TASK, several, *broken))
    assert (len(found.pages), dict(found.told)) == (1, {NotUsed.PAGE: 3})
    assert "page 2 cannot be read and is left out: its regions lie on several images" in caplog.text
    assert "not used: unreadable pages (3)" in caplog.text
    with pytest.raises(SettingError, match=r"page 2 cannot be read \(its regions lie on several images"):
        read_export(written(tmp_path, several))


def test_skipped_pages_and_drafts_are_not_used_and_drafts_are_counted(tmp_path: Path) -> None:
    later = {"result": [], "updated_at": "2026-01-02T00:00:00Z", "annotation": 1}
    skipped = annotation(was_cancelled=True)
    rows = [
        TASK,
        task(2, drafts=[later]),
        task(3, ANNOTATION, drafts=[later]),
        task(4, ANNOTATION, drafts=[{**later, "updated_at": "2025-12-31T00:00:00Z"}]),
        task(5, skipped),
        task(6, drafts=[7]),
    ]
    found = read_export(written(tmp_path, *rows))
    assert ([page.task_id for page in found.pages], dict(found.told)) == ([1, 3, 4], {NotUsed.DRAFT: 3})


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ({}, {}, "second"),
        ({"updated_at": "2026-01-02T00:00:00Z"}, {}, "first"),
        ({"updated_at": "2026-01-01T09:00:00.5+09:00"}, {}, "first"),
        ({"updated_at": "2026-01-01T00:00:00.000001Z"}, {}, "first"),
        ({"ground_truth": True}, {"updated_at": "2026-01-02T00:00:00Z"}, "first"),
        ({}, {"was_cancelled": True}, "first"),
        ({"ground_truth": True, "was_cancelled": True}, {}, "second"),
        ({"updated_at": None}, {"updated_at": None}, "second"),
    ],
)
def test_of_several_annotators_one_counts(tmp_path: Path, first: Any, second: Any, counts: str) -> None:
    texts = {"first": first, "second": second}
    both = [annotation(region("q", "ANSWER", text, at(1, 1)), **more) for text, more in texts.items()]
    (page,) = read_corrections(written(tmp_path, task(1, *both))).pages
    assert read(page.page) == [("ANSWER", counts)]


def test_names_of_one_s_own_and_missing_text_reach_the_pages(tmp_path: Path) -> None:
    asked: list[tuple[int, int]] = []

    def missing(row: Any, body: Any) -> None:
        asked.append((row["id"], len(body["result"])))

    drawn = annotation(region("n", "ANSWER", None, at(1, 1)))
    found = read_corrections(written(tmp_path, task(5, drawn), TASK), missing)
    assert (asked, dict(found.told)) == ([(5, 1), (1, 2)], {NotUsed.NO_TEXT: 1})
