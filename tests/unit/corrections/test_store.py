"""Store of data sets: what is written comes back, damage is told, and of two versions at once one is told."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.keys import Keys
from prelabel.corrections import contents
from prelabel.corrections.difference import difference
from prelabel.corrections.manifest import Gone, LeftOut, Manifest, PageEntry
from prelabel.corrections.store import DataSet
from prelabel.errors import SettingError
from prelabel.page import Page
from prelabel.settings import Settings
from tests.support.data_sets import entry, manifest
from tests.support.generated_pages import pages as generated
from tests.support.invoices import invoice as drawn_invoice

_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = Keys.from_settings(Settings(_env_file=None))


def invoice(number: int) -> Page:
    """Return an invoice with the decimals that are stored."""
    return Page.from_json(drawn_invoice(number).to_json())


@pytest.fixture
def data_set(tmp_path: Path) -> DataSet:
    return DataSet(FolderBucket(tmp_path, ""), KEYS, ["server"], 6)


@given(generated())
@_QUICK
def test_a_page_comes_back_as_it_was_stored(page: Page) -> None:
    assert contents.from_bytes(contents.to_bytes(page), contents.digest_of(page)) == page


def test_the_same_page_is_stored_once(data_set: DataSet, tmp_path: Path) -> None:
    digests = {data_set.keep(invoice(1)), data_set.keep(invoice(1)), data_set.keep(invoice(2))}
    assert len(digests) == len(list(tmp_path.rglob("contents/*/*.gz"))) == 2
    assert data_set.page(entry(1, content=data_set.keep(invoice(2)))) == invoice(2)


_TEXTS = st.text(max_size=20)
_PAGES = st.builds(
    entry,
    st.integers(1, 10**9),
    document=_TEXTS,
    image=_TEXTS,
    labels=st.dictionaries(_TEXTS, st.integers(1, 99), max_size=3),
    split=st.sampled_from(("train", "valid", "evaluation", "waiting")),
    not_used=st.dictionaries(st.sampled_from(("link", "no_text")), st.integers(1, 9)),
)


@given(st.lists(_PAGES, max_size=4), _TEXTS, st.lists(st.builds(LeftOut, st.integers(1), _TEXTS), max_size=2))
@_QUICK
def test_a_manifest_comes_back_as_it_was_stored(
    pages: list[PageEntry], labelling: str, left_out: list[LeftOut]
) -> None:
    made = manifest(
        *pages,
        labelling=labelling,
        gone=(Gone(3, "a", "train"),),
        left_out=tuple(left_out),
    )
    read = Manifest.from_bytes(made.to_bytes())
    assert (read, read.digest) == (made, made.digest)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _newer(data: bytes) -> bytes:
    return gzip.compress(json.dumps(json.loads(gzip.decompress(data)) | {"form": 99}).encode())


def _swapped(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data).replace(b"train", b"valid").replace(b"Tools", b"Toads"))


_DAMAGES = [_cut, _newer, _swapped, lambda _: b"", lambda _: gzip.compress(b"[]"), lambda _: gzip.compress(b"{}")]


@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_manifest_is_one_line(data_set: DataSet, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    assert data_set.add(manifest(entry(1)))
    [file] = tmp_path.rglob("versions/*.gz")
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SettingError, match=r"versions/00000001.json.gz is damaged .*backup"):
        data_set.version()


@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_page_is_one_line_and_can_be_mended(
    data_set: DataSet, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    kept = entry(7, content=data_set.keep(invoice(1)))
    [file] = tmp_path.rglob("contents/*/*.gz")
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SettingError, match=r"page 7 is damaged .*`prelabel export 6 --again`"):
        data_set.page(kept)
    file.unlink()
    with pytest.raises(SettingError, match="page 7 is missing"):
        data_set.page(kept)
    data_set.keep(invoice(1), again=True)
    assert data_set.page(kept) == invoice(1)


def test_of_two_versions_at_once_one_is_told(data_set: DataSet) -> None:
    assert data_set.add(manifest(entry(1)))
    assert not data_set.add(manifest(entry(2)))
    assert data_set.version(1).pages == (entry(1),)
    assert data_set.add(manifest(entry(2), number=2))
    assert data_set.numbers() == [1, 2]
    assert data_set.version() == data_set.version(2)


def test_versions_that_are_not_there(data_set: DataSet) -> None:
    assert data_set.newest() is None
    with pytest.raises(SettingError, match="`prelabel export 6` makes one"):
        data_set.version()
    with pytest.raises(SettingError, match="no version 3: `prelabel dataset list 6`"):
        data_set.version(3)


def test_versions_go_on_under_the_former_name_of_the_server(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path, "")
    DataSet(bucket, KEYS, ["former"], 6).add(manifest(entry(1)))
    renamed = DataSet(bucket, KEYS, ["present", "former"], 6)
    assert renamed.numbers() == [1]
    assert DataSet(bucket, KEYS, ["present", "former"], 7).numbers() == []


def test_a_difference_names_pages_and_counts_labels() -> None:
    old = manifest(entry(1), entry(2), entry(3, split="waiting"), labelling="<View/>")
    changed = replace(entry(2), content="1" * 64, labels={"TOTAL": 2})
    new = manifest(changed, entry(3, split="evaluation"), entry(4), number=2)

    made = difference(old, new)

    assert made.to_json() == {
        "added": [4],
        "changed": [{"task_id": 2, "what": ["content"]}, {"task_id": 3, "what": ["split"]}],
        "removed": [1],
        "labels": {"ANSWER": {"old": 3, "new": 2}, "QUESTION": {"old": 3, "new": 2}, "TOTAL": {"old": 0, "new": 2}},
        "labelling": False,
    }
    assert not difference(old, old)
    assert difference(old, replace(old, labelling="<View>other</View>"))
    assert [page.task_id for page in difference(None, new).added] == [2, 3, 4]
