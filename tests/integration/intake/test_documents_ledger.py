"""Tests of documents in the ledger, on a real Redis: order of jobs, pages' states, crashes, lost messages, retries."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
import redis

from prelabel.errors import BUCKET, LABEL_STUDIO, ChainOver, DocumentLocked, ImageMissing, RenderFailed, StorageFull
from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.documents import Document
from prelabel.ledger.leases import Begun
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.redis_state import PORTION
from prelabel.ledger.workers import WorkerInfo
from prelabel.page import PageRef

_servers = itertools.count()
DOCUMENT = "00112233445566aa"
OTHER = "00112233445566bb"


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"documents-test-{next(_servers)}")


@pytest.fixture
def alive(ledger: Ledger) -> Callable[[str], None]:
    return lambda name: ledger.workers.sign_in(WorkerInfo(name, "cpu", 0.0, None), every_s=60)


def add(ledger: Ledger, document: str = DOCUMENT, *, project_id: int = 6, source: int = 0, ttl_s: float = 600) -> str:
    return ledger.documents.add(
        project_id,
        document,
        name="견적서.pdf",
        kind="PDF",
        suffix=".pdf",
        size=9,
        ttl_s=ttl_s,
        importing=True,
        source=source,
    )


def take(ledger: Ledger, bound: int = 64) -> list[DocumentJob]:
    return ledger.jobs.take(bound=bound, lease_s=60)


def opened(ledger: Ledger, pages: int, document: str = DOCUMENT) -> None:
    add(ledger, document)
    (job,) = take(ledger)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.jobs.opened(job, pages, ".png")


def found(ledger: Ledger, document: str = DOCUMENT) -> Document:
    row = ledger.documents.find(6, document)
    assert row is not None
    return row


def states(ledger: Ledger, document: str = DOCUMENT) -> list[str]:
    return [page.state for page in ledger.documents.pages(6, [document])[document]]


def test_a_document_passes_through_its_states(ledger: Ledger) -> None:
    """Given three pages, when one is rendered, imported and read, and one fails, then each shows its state."""
    opened(ledger, 3)
    first, second, _ = take(ledger)
    for job in (first, second):
        ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.jobs.rendered(first, importing=True)
    ledger.leases.fail(second, "intake", RenderFailed("too large"), attempts=1)
    assert (states(ledger), found(ledger).counts) == (
        ["rendered", "failed", "waiting"],
        {"rendered": 1, "failed": 1, "waiting": 1},
    )
    assert ledger.documents.waiting_for_import(6, 10) == [(DOCUMENT, 1)]

    ledger.documents.imported(6, {(DOCUMENT, 1): 101, (DOCUMENT, 3): 103, (OTHER, 1): 9})
    assert states(ledger) == ["queued", "failed", "queued"]
    assert (found(ledger).state, ledger.documents.waiting_for_import(6, 10)) == ("failed", [])

    chain = ledger.pages.claim(PageRef(6, 101, f"s3://b/{DOCUMENT}-1.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert chain is not None
    ledger.leases.begin(chain[0], "ocr", "w")
    assert states(ledger)[0] == "ocr"
    ledger.pages.finish(chain[0], seconds={})
    assert states(ledger)[0] == "done", "the name of the image links the page to its document"
    page = ledger.documents.pages(6, [DOCUMENT])[DOCUMENT][1]
    assert page.failure is not None
    assert (page.failure.code, page.failure.message) == ("render_failed", "too large")
    assert "RENDER_MB" in page.failure.cure


def test_a_document_shows_the_failures_retries_and_drops_of_its_pages(ledger: Ledger) -> None:
    opened(ledger, 2)
    ledger.documents.imported(6, {(DOCUMENT, 1): 101, (DOCUMENT, 2): 102})
    chain = ledger.pages.claim(PageRef(6, 102, f"/files/{DOCUMENT}-2.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert chain is not None
    ledger.leases.begin(chain[0], "ocr", "w")
    assert found(ledger).counts == {"queued": 1, "ocr": 1}
    ledger.leases.fail(chain[0], "ocr", ImageMissing("there is none"), attempts=1)
    assert (states(ledger), found(ledger).counts) == (["queued", "failed"], {"queued": 1, "failed": 1})
    (_, page) = ledger.documents.pages(6, [DOCUMENT])[DOCUMENT]
    assert page.failure is not None
    assert (page.failure.code, ledger.documents.failed_tasks(6, DOCUMENT)) == ("image_missing", [102])
    ledger.failed_list.retry(6, [102])
    assert (states(ledger), found(ledger).state) == (["queued", "queued"], "done")
    again = ledger.pages.claim(PageRef(6, 102, f"/files/{DOCUMENT}-2.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert again is not None
    ledger.leases.fail(again[0], "ocr", ImageMissing("there is none"), attempts=1)
    ledger.failed_list.drop(6, [102])
    assert states(ledger) == ["queued", "skipped"]


def test_the_end_of_a_deleted_copy_leaves_the_page_to_its_other_task(ledger: Ledger) -> None:
    """Given two tasks of one page, when the second one is deleted in Label Studio, then the first is still named."""
    opened(ledger, 1)
    ledger.documents.imported(6, {(DOCUMENT, 1): 101})
    for task, ends, shown in ((102, "skipped", "queued"), (101, "done", "done"), (103, "skipped", "done")):
        image = f"s3://b/{DOCUMENT}-1.png"
        found_ = ledger.pages.claim(PageRef(6, task, image), "v1", lease_s=60, listed_at=ledger.now())
        assert found_ is not None
        ledger.pages.skip(found_[0], "gone") if ends == "skipped" else ledger.pages.finish(found_[0], seconds={})
        page = ledger.documents.pages(6, [DOCUMENT])[DOCUMENT][0]
        assert (page.task_id, page.state) == (101, shown)


def test_only_failed_jobs_are_tried_again(ledger: Ledger) -> None:
    opened(ledger, 2)
    for job in take(ledger):
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.leases.fail(job, "intake", RenderFailed("no memory"), attempts=1)
    assert found(ledger).state == "failed"
    assert ledger.documents.retry(6, DOCUMENT, [2]) == 1
    assert (states(ledger), found(ledger).state) == (["failed", "waiting"], "opened")
    assert [job.number for job in take(ledger)] == [2]
    assert add(ledger) == "known", "a page is on its way"
    ledger.documents.imported(6, {(DOCUMENT, 2): 5})
    assert add(ledger) == "again", "the file was added once more"
    assert [job.number for job in take(ledger)] == [1]


def test_jobs_whose_cause_has_passed_are_tried_again_once(ledger: Ledger) -> None:
    """Given pages that failed for a full bucket, a full disk and a fault of their own, then the first two go on."""
    opened(ledger, 3)
    full, disk, own = StorageFull("the quota"), StorageFull("the disk"), RenderFailed("broken")
    full.server = BUCKET

    for error in (full, disk, own):
        (job,) = take(ledger, 1)
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.leases.fail(job, "intake", error, attempts=1)
    assert states(ledger) == ["failed"] * 3
    assert ledger.jobs.retry_passed(LABEL_STUDIO, after_s=600) == 0, "they have just failed, and need no Label Studio"
    ledger.outages.open(BUCKET, full, every_s=10)
    assert ledger.jobs.retry_passed(after_s=0) == 1, "the bucket is still away"
    assert states(ledger) == ["failed", "waiting", "failed"]
    ledger.outages.close(BUCKET)
    assert ledger.jobs.retry_passed(BUCKET, after_s=600) == 1
    assert states(ledger) == ["waiting", "waiting", "failed"]
    assert found(ledger).state == "opened"
    assert 6 in ledger.care.with_documents()
    for _ in range(2):
        (job,) = take(ledger, 1)
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.leases.fail(job, "intake", full, attempts=1)
    assert ledger.jobs.retry_passed(BUCKET, after_s=0) == 0, "each only once"
    assert states(ledger) == ["failed"] * 3


def test_a_file_that_could_not_be_opened_for_a_passing_cause_is_opened_again(ledger: Ledger) -> None:
    """Given such a file, and one whose task in Label Studio holds the PDF, then job and task are tried again."""
    add(ledger)
    add(ledger, OTHER, source=7)
    held = ledger.pages.claim(PageRef(6, 7, "/a.pdf"), "v1", lease_s=60, listed_at=ledger.now())
    assert held is not None
    ledger.pages.set_aside(held[0], "a document")
    for job in take(ledger):
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.leases.fail(job, "intake", StorageFull("the disk"), attempts=1)
    assert ledger.failed_list.passing(6).keys() == {7}
    assert ledger.outages.may_retry() == [6]
    assert ledger.jobs.retry_passed(after_s=0) == 1
    assert (found(ledger).state, found(ledger).failure) == ("waiting", None)
    assert found(ledger, OTHER).state == "failed", "the selection of its task adds it again"


def test_many_jobs_are_tried_again_portion_by_portion(ledger: Ledger) -> None:
    opened(ledger, PORTION + 10)
    while jobs := take(ledger):
        for job in jobs:
            ledger.leases.begin(job, "intake", "w", charge="alone")
            ledger.leases.fail(job, "intake", StorageFull("the disk"), attempts=1)
    assert ledger.jobs.retry_passed(after_s=0) == PORTION + 10


def test_a_file_that_could_not_be_opened_may_be_added_again(ledger: Ledger) -> None:
    assert [add(ledger), add(ledger)] == ["new", "known"]
    (job,) = take(ledger)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)
    document = found(ledger)
    assert (document.state, document.failure and document.failure.code) == ("failed", "document_locked")
    assert add(ledger) == "again"
    assert (found(ledger).failure, [job.number for job in take(ledger)]) == (None, [0])


def test_the_label_studio_task_of_a_pdf_that_cannot_be_opened_is_on_the_failed_list(ledger: Ledger) -> None:
    chain = ledger.pages.claim(PageRef(6, 77, "/data/upload/6/a.pdf"), "v1", lease_s=60, listed_at=ledger.now())
    assert chain is not None
    add(ledger, source=77)
    ledger.pages.set_aside(chain[0], "document")
    again = ledger.pages.claim(PageRef(6, 77, "/data/upload/6/a.pdf"), "v1", lease_s=60, listed_at=ledger.now() + 9)
    assert (again, ledger.runs.progress(6).skipped, ledger.pages.in_flight(6)) == (None, 1, 0)
    (job,) = take(ledger)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)
    (failed,) = list(ledger.failed_list.pages(6))
    assert (failed.task_id, failed.reason, ledger.runs.progress(6).skipped) == (77, "document_locked", 0)


def test_documents_give_out_their_pages_in_turn_and_never_more_than_the_bound(ledger: Ledger) -> None:
    """Given 10,000 pages and a small document after them, then both advance, and at most 8 pages are in flight."""
    opened(ledger, 10_000)
    first = take(ledger, bound=6)
    add(ledger, OTHER)
    (opening,) = [job for job in take(ledger, bound=8) if job.document == OTHER]
    ledger.leases.begin(opening, "intake", "w", charge="alone")
    ledger.jobs.opened(opening, 2, ".png")
    for job in first[:3]:
        ledger.leases.begin(job, "intake", "w", charge="alone")
        ledger.jobs.rendered(job, importing=False)
    following = take(ledger, bound=8)
    assert sorted(job.number for job in following if job.document == OTHER) == [1, 2]
    assert take(ledger, bound=8) == []
    assert found(ledger).counts == {"waiting": 9_997, "rendered": 3}


def test_a_page_whose_process_dies_twice_fails_and_other_pages_are_recovered(
    ledger: Ledger, alive: Callable[[str], None]
) -> None:
    opened(ledger, 1)
    (job,) = take(ledger)
    ledger.leases.begin(job, "intake", "dead", charge="alone")
    with pytest.raises(ChainOver):
        ledger.leases.begin(DocumentJob(6, DOCUMENT, 1, "stale"), "intake", "w", charge="alone")
    assert ledger.jobs.recover() == 1
    alive("w2")
    (again,) = take(ledger)
    ledger.leases.begin(again, "intake", "w2", charge="alone")
    assert (ledger.leases.begin(again, "intake", "w3", charge="alone"), ledger.leases.owner(again)) == ("busy", "w2")
    with pytest.raises(ChainOver):
        ledger.jobs.rendered(job, importing=True)
    with pytest.raises(ChainOver):
        ledger.leases.begin(again, "intake", "w3", charge="alone", dead_owner="w2")
    (page,) = ledger.documents.pages(6, [DOCUMENT])[DOCUMENT]
    assert page.failure is not None
    assert (page.failure.code, found(ledger).state, take(ledger)) == ("crashed", "failed", [])


def test_a_lost_message_is_found_and_a_fetched_one_waits(ledger: Ledger, alive: Callable[[str], None]) -> None:
    opened(ledger, 1)
    (job,) = take(ledger)
    alive("w1")
    ledger.leases.reserve(job, "w1", lease_s=0)
    assert ledger.jobs.recover() == 1, "the lease has ended"
    (again,) = take(ledger)
    ledger.leases.reserve(again, "w1", lease_s=60)
    assert ledger.jobs.recover() == 0, "a living worker has fetched it"
    ledger.workers.sign_off("w1")
    assert ledger.jobs.recover() == 1
    begun = ledger.leases.begin(take(ledger)[0], "intake", "w2", charge="alone")
    assert isinstance(begun, Begun)
    assert begun.attempts == 0, "no try was counted"


def test_a_job_waits_in_the_ledger_for_its_time(ledger: Ledger) -> None:
    opened(ledger, 1)
    (job,) = take(ledger)
    ledger.leases.begin(job, "intake", "w1", charge="alone")
    ledger.leases.postpone(job, wait_s=0.3)
    assert (ledger.jobs.recover(), take(ledger)) == (0, []), "not before its time"
    time.sleep(0.4)
    assert ledger.jobs.recover() == 0, "nothing was lost"
    (again,) = take(ledger)
    begun = ledger.leases.begin(again, "intake", "w2", charge="alone")
    assert isinstance(begun, Begun)
    assert (again.number, begun.attempts, begun.alone) == (1, 1, False)


def test_documents_are_listed_by_portions_and_forgotten_after_their_time(ledger: Ledger) -> None:
    ids = [f"{number:016x}" for number in range(120)]
    for document in ids:
        add(ledger, document)
    listed = [*ledger.documents.newest(6, limit=100), *ledger.documents.newest(6, skip=100)]
    assert [document.id for document in listed] == ids[::-1]
    assert (ledger.documents.count(6), ledger.documents.projects_of(ids[0])) == (120, [6])

    add(ledger, OTHER, project_id=7, ttl_s=0)
    (job,) = [job for _ in range(9) for job in take(ledger, 200) if job.project_id == 7]
    ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)
    assert ledger.documents.newest(7) == [], "its time to live is over"
    add(ledger, DOCUMENT, project_id=7)
    assert ledger.documents.count(7) == 1
