"""Task ids that Label Studio gives anew, after a restored backup or by a corrected reference; on a real Redis."""

from __future__ import annotations

import itertools
import json

import pytest
import redis

from prelabel.errors import ChainOver, DocumentLocked, ImageMissing
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Page, PageRef, Word

_servers = itertools.count()
PAGE = Page(100, 50, 100, 50, words=(Word("Total", Box(1, 2, 3, 4), 0.9, "test"),))
DOCUMENT = "0123456789abcdef"
OTHER = "fedcba9876543210"


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"used-again-test-{next(_servers)}")


def claim(ledger: Ledger, image: str, task_id: int = 1) -> Claim | None:
    found = ledger.pages.claim(PageRef(6, task_id, image), "v1", lease_s=60, listed_at=ledger.now())
    return found[0] if found else None


def claimed(ledger: Ledger, image: str, task_id: int = 1) -> Claim:
    found = claim(ledger, image, task_id)
    assert found is not None
    return found


def fail(ledger: Ledger, image: str, task_id: int = 1) -> None:
    ledger.leases.fail(claimed(ledger, image, task_id), "ocr", ImageMissing("there is none"), attempts=1)


@pytest.mark.parametrize("drop", [False, True])
def test_a_failed_or_dropped_page_with_another_image_is_another_page(ledger: Ledger, drop: bool) -> None:
    fail(ledger, "/a.png")
    if drop:
        ledger.failed_list.drop(6, [1])
    assert claim(ledger, "/a.png") is None
    claimed(ledger, "/b.png")
    now = ledger.runs.progress(6)
    assert (now.failed, now.skipped, now.queued) == (0, 0, 1)


def test_a_page_without_a_reference_is_selected_once_it_has_one(ledger: Ledger) -> None:
    fail(ledger, "")
    assert claim(ledger, "") is None
    claimed(ledger, "/a.png")


def test_another_key_in_an_address_is_the_same_page(ledger: Ledger) -> None:
    fail(ledger, "https://s3.example/b/a.png?X-Amz-Signature=1")
    assert claim(ledger, "https://s3.example/b/a.png?X-Amz-Signature=2") is None


def test_entries_of_release_0_1_without_an_image_stay(ledger: Ledger) -> None:
    row = {"reason": "image_missing", "stage": "ocr", "attempts": 1, "message": "m", "at": 1}
    ledger._state.redis.hset(ledger._state.name("failed", 6), "1", json.dumps(row))
    ledger._state.redis.hset(ledger._state.name("skipped", 6), "2", "dropped")
    assert [claim(ledger, "/b.png", task_id) for task_id in (1, 2)] == [None, None]


def test_a_run_contains_pages_whose_id_was_on_the_failed_list(ledger: Ledger) -> None:
    """Given failed pages 1 and 2 of a run, when 2 has another image, then the next run has it, and 1 still failed."""
    before = ledger.runs.create(6)
    ledger.runs.open(before, 6, [1, 2], listed_at=ledger.now())
    fail(ledger, "/a.png", 1)
    fail(ledger, "/a.png", 2)
    listed_at, refs = ledger.now(), [PageRef(6, 1, "/a.png"), PageRef(6, 2, "/b.png")]
    assert ledger.failed_list.forget_others(refs) == 1
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, [1, 2], listed_at=listed_at)
    assert (ledger.runs.progress(6, run).total, ledger.failed_list.ids(6)) == (1, [1])
    ledger.pages.finish(claimed(ledger, "/b.png", 2), seconds={})
    assert ledger.runs.progress(6, run).finished
    end = ledger.runs.progress(6, before)
    assert (end.failed, end.done) == (2, 0), "what that run was about has failed"
    ledger.failed_list.retry(6, [1])
    assert ledger.runs.progress(6, before).queued == 1


def test_a_page_in_flight_begins_anew_when_its_id_has_another_image(ledger: Ledger) -> None:
    """Given words of one page, when its task id is that of another page, then nothing of them reaches that page."""
    old = claimed(ledger, "/a.png")
    ledger.leases.begin(old, "ocr", "w")
    ledger.pages.advance(old, "extract", PAGE, lease_s=60, ttl_s=60, seconds={})
    assert claim(ledger, "/a.png") is None, "its chain works on it"
    found = ledger.pages.claim(PageRef(6, 1, "/b.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    new, stage = found
    assert (stage, ledger.pages.load(new)) == ("ocr", None)
    with pytest.raises(ChainOver):
        ledger.pages.advance(old, "upload", PAGE, lease_s=60, ttl_s=60, seconds={})


def test_an_ended_page_hides_no_later_one(ledger: Ledger) -> None:
    ledger.pages.finish(claimed(ledger, "/a.png"), seconds={})
    claimed(ledger, "/b.png")


def add(ledger: Ledger, document: str, *, source: int = 0) -> None:
    fields = {"name": "a.pdf", "kind": "PDF", "suffix": ".pdf", "size": 1, "ttl_s": 600.0}
    ledger.documents.add(6, document, importing=True, source=source, **fields)  # type: ignore[arg-type]


def open_document(ledger: Ledger, document: str, pages: int) -> None:
    add(ledger, document)
    (job,) = ledger.jobs.take(bound=8, lease_s=60)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.jobs.opened(job, pages, ".png")


def test_a_document_does_not_show_another_pages_state_as_its_own(ledger: Ledger) -> None:
    """Given a page of a document, when its task id is that of another document's page, then each shows its own."""
    open_document(ledger, DOCUMENT, 1)
    ledger.documents.imported(6, {(DOCUMENT, 1): 101}, done=True)
    claimed(ledger, f"/files/{OTHER}-1.png", 101)
    (page,) = ledger.documents.pages(6, [DOCUMENT])[DOCUMENT]
    assert page.state == "done"


def test_the_task_of_a_pdf_is_set_aside_only_while_it_holds_the_pdf(ledger: Ledger) -> None:
    """Given a PDF's task, when its id is given anew before the PDF fails to open, then the new page is not failed."""
    held = claimed(ledger, "/data/upload/a.pdf", 77)
    add(ledger, DOCUMENT, source=77)
    ledger.pages.set_aside(held, "document")
    assert claim(ledger, "/data/upload/a.pdf", 77) is None
    ledger.pages.finish(claimed(ledger, "/data/upload/b.png", 77), seconds={})
    (job,) = ledger.jobs.take(bound=8, lease_s=60)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.leases.fail(job, "intake", DocumentLocked("it asks for a password"), attempts=1)
    assert ledger.failed_list.ids(6) == []


def test_the_failed_task_of_a_pdf_is_not_selected_again_by_itself(ledger: Ledger) -> None:
    held = claimed(ledger, "/data/upload/a.pdf", 77)
    add(ledger, DOCUMENT, source=77)
    ledger.pages.set_aside(held, "document")
    (job,) = ledger.jobs.take(bound=8, lease_s=60)
    ledger.leases.begin(job, "intake", "w", charge="alone")
    ledger.leases.fail(job, "intake", DocumentLocked("it asks for a password"), attempts=1)
    assert ledger.failed_list.ids(6) == [77]
    assert claim(ledger, "/data/upload/a.pdf", 77) is None
    claimed(ledger, "/data/upload/another.pdf", 77)
