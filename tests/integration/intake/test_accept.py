"""Tests of accepting files: limits, kinds, names, the same file twice, a full disk. Real Redis, a folder as bucket."""

from __future__ import annotations

import itertools
import os
import threading
import tracemalloc
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from prelabel.api.documents import add_documents
from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.opening import open_bucket
from prelabel.errors import FileRefused, FileTooLarge, StorageFull
from prelabel.intake.accept import Accepted, accept, kind_of, shown_name
from prelabel.intake.dispatch import dispatch
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.bad_files import MAGIC
from tests.support.full_disk import disk_of

_servers = itertools.count()
PDF = b"%PDF-1.7\n"


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        redis_url=redis_url,
        label_studio_url=f"http://accept-test-{next(_servers)}",
        bucket=str(tmp_path / "bucket"),
        spool=str(tmp_path),
        max_document_bytes=2**26,
    )


@pytest.fixture
def give(settings: Settings) -> Callable[..., Accepted]:
    ledger = Ledger.from_settings(settings)

    def given(*chunks: bytes, name: str = "a.pdf", bucket: FolderBucket | None = None) -> Accepted:
        return accept(Workplace(settings, ledger=ledger, bucket=bucket), iter(chunks), name, 6)

    return given


def left(settings: Settings) -> list[Path]:
    """Return all files under the bucket and the spool."""
    return [path for path in Path(settings.spool).rglob("*") if path.is_file()]


class FullBucket(FolderBucket):
    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        with disk_of(3):
            super().put(key, data, content_type)


def test_a_file_lies_in_the_bucket_under_its_content(give: Callable[..., Accepted], settings: Settings) -> None:
    accepted = give(PDF, b"one", name="../../etc/견적서.pdf")
    document = sha256(PDF + b"one").hexdigest()[:32]
    assert (accepted.added, accepted.document.id, accepted.document.name) == ("new", document, "견적서.pdf")
    assert (accepted.document.kind, accepted.document.bytes) == ("PDF", len(PDF) + 3)
    assert left(settings) == [Path(settings.bucket) / "raw" / f"{document}.pdf"]
    assert give(PDF, b"one", name="another name").added == "known"
    assert give(MAGIC["PNG"], name="lies.pdf").document.kind == "PNG"


def test_the_same_file_at_once_is_one_document(give: Callable[..., Accepted], settings: Settings) -> None:
    """Given two threads with the same file, when both add it, then one is told that it is known, and one job waits."""
    outcomes: list[Accepted] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        outcomes.append(give(PDF, bytes(10**6)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.added for outcome in outcomes) == ["known", "new"]
    ledger = Ledger.from_settings(settings)
    assert (ledger.documents.count(6), len(ledger.jobs.take(bound=9, lease_s=1)), len(left(settings))) == (1, 1, 1)


def test_a_large_file_is_never_in_memory_and_an_endless_one_is_cut_off(
    give: Callable[..., Accepted], settings: Settings
) -> None:
    part, taken = bytes(2**18), itertools.count()
    tracemalloc.start()
    give(PDF, *itertools.repeat(part, 200))
    peak_mb = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert peak_mb < 5
    endless = (part if next(taken) else PDF for _ in itertools.count())
    with pytest.raises(FileTooLarge, match="MAX_DOCUMENT_BYTES"):
        accept(Workplace(settings), endless, "a.pdf", 6)
    assert (len(left(settings)), next(taken)) == (1, 2**26 // 2**18 + 1)


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "ZIP"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"MZ\x90", "no known"),
        (bytes(9), "empty"),
    ],
)
def test_files_of_other_kinds_are_refused_by_their_first_bytes(
    give: Callable[..., Accepted], settings: Settings, data: bytes, looks_like: str
) -> None:
    with pytest.raises(FileRefused, match=looks_like):
        give(data, name="a.pdf")
    assert left(settings) == []
    assert kind_of(b"\n" * 900 + PDF) == "PDF", "PDF readers accept it"


def test_names_are_shown_only() -> None:
    decomposed = unicodedata.normalize("NFD", "계약서.pdf")
    shown = {
        decomposed: "계약서.pdf",
        "..\\..\\windows\\a.pdf": "a.pdf",
        "a\0b\x1b[31m\u202egpj.pdf\n": "ab[31mgpj.pdf",
        "\ud800 half.pdf": "half.pdf",
        "../..": "..",
        "/": "unnamed",
        "x" * 999: "x" * 200,
    }
    assert {name: shown_name(name) for name in shown} == shown


@pytest.mark.parametrize("where", ["spool", "bucket"])
def test_a_full_disk_is_an_error_and_nothing_is_left(
    give: Callable[..., Accepted], settings: Settings, where: str
) -> None:
    """Given no space, when a file is added, then nothing of it is left; given space again, the file is accepted."""
    chunks, bucket = (PDF, *[bytes(2**16)] * 20), open_bucket(settings)
    assert isinstance(bucket, FolderBucket)
    if where == "spool":
        with disk_of(2**19), pytest.raises(StorageFull, match="SPOOL") as full:
            give(*chunks)
        assert not full.value.charged, "it is no fault of this file"
    else:
        with pytest.raises(StorageFull, match="raw/"):
            give(*chunks, bucket=FullBucket(bucket.root, ""))
    ledger = Ledger.from_settings(settings)
    assert (left(settings), ledger.documents.count(6), dispatch(Workplace(settings, ledger=ledger))) == ([], 0, 0)
    assert give(*chunks).added == "new"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prelabel.api.documents.get_project", lambda client, project_id: None)
    good, text = tmp_path / "good.pdf", tmp_path / "text.pdf"
    good.write_bytes(PDF)
    text.write_text("hello")
    paths = [tmp_path / "none.pdf", tmp_path, text, good]
    known = settings.model_copy(update={"label_studio_api_key": type(settings.label_studio_api_key)("0" * 40)})
    outcomes = [outcome for _, outcome in add_documents(paths, 6, settings=known)]
    codes = [outcome.added if isinstance(outcome, Accepted) else outcome.code for outcome in outcomes]
    assert codes == ["file_gone", "file_gone", "file_refused", "new"]
    assert list((tmp_path / f"prelabel-{os.getuid()}").iterdir()) == []
