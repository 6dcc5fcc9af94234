"""Identity of documents: ids of 128 bits, those of earlier releases, and different files with the same id."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.s3 import S3Server
from prelabel.bucket.keys import document_id, old_document_id
from prelabel.errors import DocumentIdTaken
from prelabel.intake.accept import Accepted, accept
from prelabel.ledger.ledger import Ledger
from prelabel.page import PageRef
from prelabel.settings import Settings
from prelabel.workplace import Workplace

_numbers = itertools.count(1)
PDF, OTHER = b"%PDF-1.7\nthe file", b"%PDF-1.7\nand other"
SHA256 = hashlib.sha256(PDF).hexdigest()
OLD, NEW = old_document_id(SHA256), document_id(SHA256)


@pytest.fixture(params=["folder", "s3"])
def workplace(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> Workplace:
    environment: dict[str, Any] = {"bucket": str(tmp_path / "bucket")}
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3")
        made = server.make_bucket(f"identity-{next(_numbers)}")
        environment = {name.lower(): value for name, value in made.items()}
    url = f"http://identity-test-{next(_numbers)}"
    return Workplace(
        Settings(_env_file=None, redis_url=redis_url, label_studio_url=url, spool=str(tmp_path), **environment)
    )


def give(workplace: Workplace, data: bytes = PDF, project_id: int = 6) -> Accepted:
    return accept(workplace, iter([data]), "a.pdf", project_id)


def added_by_the_last_release(
    workplace: Workplace, raw: bytes | None = PDF, *, size: int = len(PDF), project_id: int = 6
) -> None:
    """Leave what release 0.1 left of a document: 16 digits, no digest."""
    if raw is not None:
        workplace.bucket.put(f"raw/{OLD}.pdf", raw, "application/pdf")
    workplace.ledger.documents.add(
        project_id, OLD, name="old.pdf", kind="PDF", suffix=".pdf", size=size, ttl_s=600, importing=True
    )


def ids(workplace: Workplace, project_id: int = 6) -> set[str]:
    return {document.id for document in workplace.ledger.documents.newest(project_id)}


def test_a_new_document_has_an_id_of_128_bits_and_its_digest(workplace: Workplace) -> None:
    accepted = give(workplace)
    assert (accepted.added, accepted.document.id, accepted.document.sha256) == ("new", SHA256[:32], SHA256)
    assert workplace.bucket.get(f"raw/{NEW}.pdf") == PDF
    assert give(workplace).added == "known"


@pytest.mark.parametrize("raw", [PDF, None], ids=["with its file", "file removed"])
def test_a_document_of_the_last_release_stays_the_same_document(workplace: Workplace, raw: bytes | None) -> None:
    # Given a document that the last release added, When its file is added again
    added_by_the_last_release(workplace, raw)
    again = give(workplace)
    # Then it is known under its old id, and its digest is recorded from now on
    assert (again.added, again.document.id, again.document.sha256) == ("known", OLD, SHA256)
    assert ids(workplace) == {OLD}
    # And another project gets the same document
    assert give(workplace, project_id=7).document.id == OLD


@pytest.mark.parametrize("left", [f"raw/{OLD}.pdf", "page"])
def test_a_document_that_the_ledger_has_forgotten_is_known_by_its_files(workplace: Workplace, left: str) -> None:
    """Given only the files of a document of the last release, then its pages come under the same names, not twice."""
    workplace.bucket.put(workplace.keys.page_key(OLD, 1) if left == "page" else left, PDF, "application/pdf")
    again = give(workplace)
    assert (again.added, again.document.id) == ("new", OLD)
    assert again.document.sha256 == SHA256


@pytest.mark.parametrize(("raw", "size"), [(OTHER[: len(PDF)], len(PDF)), (OTHER, len(OTHER)), (None, len(PDF) + 1)])
def test_another_file_with_the_same_64_bits_is_a_document_of_its_own(
    workplace: Workplace, raw: bytes | None, size: int
) -> None:
    # Given a file of the last release with the same first 64 bits
    added_by_the_last_release(workplace, raw, size=size)
    # When this file is added, Then both are documents, and both files are whole
    accepted = give(workplace)
    assert (accepted.added, accepted.document.id) == ("new", NEW)
    assert ids(workplace) == {OLD, NEW}
    assert workplace.bucket.get(f"raw/{NEW}.pdf") == PDF
    if raw:
        assert workplace.bucket.get(f"raw/{OLD}.pdf") == raw


@pytest.mark.parametrize("project_id", [6, 7])
def test_a_file_whose_id_is_taken_is_refused_and_nothing_is_lost(
    workplace: Workplace, project_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given ids so short that two files share one, then the second is refused, also in another project."""
    for module in ("accept", "identity"):
        monkeypatch.setattr(f"prelabel.intake.{module}.document_id", lambda sha256: "0" * 32)
    give(workplace, PDF)
    with pytest.raises(DocumentIdTaken) as refused:
        give(workplace, OTHER, project_id)
    assert "save the file anew" in refused.value.cure
    assert workplace.bucket.get(f"raw/{'0' * 32}.pdf") == PDF
    assert (give(workplace, PDF).added, ids(workplace, 7)) == ("known", set())


def test_the_ledger_itself_refuses_another_file_of_the_same_id(workplace: Workplace) -> None:
    give(workplace)
    with pytest.raises(DocumentIdTaken):
        workplace.ledger.documents.add(
            *(6, NEW), name="b.pdf", kind="PDF", suffix=".pdf", size=1, ttl_s=9, importing=True, sha256="f" * 64
        )


@pytest.mark.parametrize("image", ["s3://pages/processed/{}.png", "/data/local-files/?d=processed%2f{}.png"])
def test_pages_tell_their_own_document_when_ids_of_both_lengths_end_alike(redis_url: str, image: str) -> None:
    # Given a document with 32 digits, whose last 16 are the id of another
    ledger = Ledger(redis.Redis.from_url(redis_url), f"identity-test-{next(_numbers)}")
    long, short = "f" * 16 + OLD, OLD
    for document in (long, short):
        ledger.documents.add(
            6, document, name="a.pdf", kind="PDF", suffix=".tiff", size=1, ttl_s=600, importing=True, sha256="a" * 64
        )
    for job in ledger.jobs.take(bound=9, lease_s=60):
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.jobs.opened(job, 1, ".png")
    # When the page of one after the other is done in Label Studio
    for task_id, document in enumerate((long, short), 1):
        page = PageRef(6, task_id, image.format(f"{document}-1"))
        claimed = ledger.pages.claim(page, "v1", lease_s=60, listed_at=ledger.now())
        assert claimed is not None
        ledger.leases.begin(claimed[0], "ocr", "w")
        assert [page.state for page in ledger.documents.pages(6, [document])[document]] == ["waiting"]
        ledger.documents.imported(6, {(document, 1): task_id})
        ledger.pages.finish(claimed[0], seconds={})
        # Then this document is done
        found = ledger.documents.find(6, document)
        assert found is not None
        assert (found.state, found.counts) == ("done", {"done": 1})
    assert sorted(ledger.documents.finished_raw_files()) == sorted([(long, ".tiff"), (short, ".tiff")])
