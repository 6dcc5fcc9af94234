"""Stored pages: found by page and version, whole and unchanged, and never taken for those of another image."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.keys import Keys
from prelabel.geometry import quarter_turn
from prelabel.page import Box, Entity, KeyValue, Link, Page, Reading, Word, WordLabel
from prelabel.project.stored_pages import StoredPage, StoredPages, server_names
from prelabel.settings import Settings

KEYS = Keys("raw/", "pages/", "words/", "stored/")
IMAGE = "/data/upload/6/3f2a1b0c-scan 1.png"
V1, V2, V3 = (f"prelabel-compact-1f09c3a7-{digit * 8}" for digit in "123")


def page(*texts: str) -> Page:
    words = tuple(
        Word(text, Box(10.25, 20.0 * n, 90.0, 20.0 * n + 15), 0.9134, "tesseract", Reading("x", 0.5, "easyocr"))
        for n, text in enumerate(texts)
    )
    labels = tuple(WordLabel("OTHER", 0.7) for _ in texts)
    read = Page(200, 300, 300, 200, quarter_turn(1, 200, 300), words).with_labels(labels, (Entity("OTHER", (0,), 0.7),))
    pair = KeyValue("a", "b", Box(1, 2, 3, 4), Box(5, 6, 7, 8), 0.5, ("h",), {"type": "number", "value": "1"})
    return read.with_links((Link(0, 0, 0.5),), (pair,))


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    return FolderBucket(tmp_path, "http://localhost:8000")


@pytest.fixture
def stored(bucket: FolderBucket) -> StoredPages:
    return StoredPages(bucket, KEYS, ("studio-1",))


def files(bucket: FolderBucket) -> list[str]:
    return list(bucket.keys("stored/"))


def test_every_word_comes_back(stored: StoredPages) -> None:
    kept = stored.keep(6, 12, V1, page("견적", "surrogate \ud800", "O"), IMAGE)

    found = stored.find(6, 12, version=V1, references=[IMAGE])
    assert found == kept
    assert found.page == page("견적", "surrogate \ud800", "O")
    assert (found.version, found.image) == (V1, "3f2a1b0c-scan 1.png")


def test_the_same_page_is_the_same_file(bucket: FolderBucket, stored: StoredPages) -> None:
    assert StoredPage.of(page("a"), V1, IMAGE).to_bytes() == StoredPage.of(page("a"), V1, IMAGE).to_bytes()
    assert StoredPage.of(page("a"), V1, IMAGE).digest != StoredPage.of(page("b"), V1, IMAGE).digest
    for _ in range(2):
        stored.keep(6, 12, V1, page("a"), IMAGE)
    assert files(bucket) == [f"stored/studio-1/6/12/1-{V1}.json.gz"]


def test_the_two_newest_versions_are_kept(bucket: FolderBucket, stored: StoredPages) -> None:
    for version in (V1, V2, V3):
        stored.keep(6, 12, version, page(version), IMAGE)

    assert files(bucket) == [f"stored/studio-1/6/12/{n}-{v}.json.gz" for n, v in ((2, V2), (3, V3))]
    words = {v: f.page.words[0].text if (f := stored.find(6, 12, version=v)) else "" for v in (V1, V2, V3, "")}
    assert words == {V1: V3, V2: V2, V3: V3, "": V3}


def test_a_return_to_earlier_settings_makes_that_version_the_newest(bucket: FolderBucket, stored: StoredPages) -> None:
    for version in (V1, V2, V1):
        stored.keep(6, 12, version, page(version), IMAGE)

    assert [key.rpartition("/")[2][:1] for key in files(bucket)] == ["2", "3"]
    assert [f.version for v in ("", V2) if (f := stored.find(6, 12, version=v))] == [V1, V2]


def test_versions_may_have_any_name(stored: StoredPages) -> None:
    for version in ("prelabel-my/tagger 1.0-ab-cd", "../..", "", "프리라벨"):
        stored.keep(6, 12, version, page(version or "none"), IMAGE)
        assert (found := stored.find(6, 12, version=version))
        assert found.version == version


@pytest.mark.parametrize("other", [(7, 12, IMAGE), (6, 13, IMAGE), (6, 12, "/data/upload/6/9f2a1b0c-scan.png")])
def test_another_page_is_not_found(stored: StoredPages, other: tuple[int, int, str]) -> None:
    stored.keep(6, 12, V1, page("a"), IMAGE)

    project_id, task_id, image = other
    assert stored.find(project_id, task_id, version=V1, references=[image]) is None


def test_servers_on_one_bucket_do_not_share_pages(bucket: FolderBucket, stored: StoredPages) -> None:
    stored.keep(6, 12, V1, page("a"), IMAGE)

    assert StoredPages(bucket, KEYS, ("studio-2",)).find(6, 12) is None


def test_a_server_keeps_its_pages_under_a_new_name(bucket: FolderBucket) -> None:
    before = Settings(_env_file=None, label_studio_url="http://studio.example:8080")
    StoredPages(bucket, KEYS, server_names(before)).keep(6, 12, V1, page("a"), IMAGE)

    now = before.model_copy(update={"label_studio_aliases": ("http://inside.example",)})
    assert now.server_id != before.server_id
    assert StoredPages(bucket, KEYS, server_names(now)).find(6, 12, version=V1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-9],
        lambda data: data[:20] + b"\0\0\0\0" + data[24:],
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"a"', b'"b"')),
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"form":1', b'"form":2')),
        lambda _: gzip.compress(json.dumps({"form": 1, "digest": "", "page": {}}).encode()),
    ],
)
def test_a_damaged_file_gives_the_version_before(bucket: FolderBucket, stored: StoredPages, damage: object) -> None:
    stored.keep(6, 12, V1, page("before"), IMAGE)
    stored.keep(6, 12, V2, page("a"), IMAGE)
    key = files(bucket)[-1]
    bucket.put(key, damage(bucket.get(key)), "")  # type: ignore[operator]

    assert (found := stored.find(6, 12, version=V2, references=[IMAGE]))
    assert found.page.words[0].text == "before"


def test_pages_of_this_release_are_read_by_later_ones() -> None:
    """A file as it lies in the buckets of this release's users: a later form or page format has to read it, too."""
    file = Path(__file__).with_name("stored-page-form-1.json.gz")

    found = StoredPage.from_bytes(file.read_bytes())
    assert [word.text for word in found.page.words] == ["견적", "INV-7"]
    assert found.page == page("견적", "INV-7")
