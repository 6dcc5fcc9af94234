"""Tests of halts in the ledger: pause, resume, cancel. On a real Redis."""

from __future__ import annotations

import itertools
import time

import pytest
import redis

from prelabel.errors import ChainOver
from prelabel.ledger.leases import Begun
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import WorkerInfo
from prelabel.page import Box, Page, PageRef, Word

_servers = itertools.count()
PAGE = Page(100, 50, 100, 50, words=(Word("Total", Box(1, 2, 3, 4), 0.9, "test"),))


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    ledger = Ledger(redis.Redis.from_url(redis_url), f"halts-test-{next(_servers)}")
    ledger.workers.sign_in(WorkerInfo("w1", "io", time.time(), None), every_s=60)
    return ledger


def claimed(ledger: Ledger, task_id: int) -> Claim:
    found = ledger.pages.claim(PageRef(6, task_id, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    return found[0]


def in_hand(ledger: Ledger, task_id: int, stage: str = "ocr") -> Claim:
    """Claim a page and let a living worker begin this stage of it."""
    claim = claimed(ledger, task_id)
    ledger.leases.begin(claim, "ocr", "w1")
    for now in ("extract", "upload")[: ("ocr", "extract", "upload").index(stage)]:
        ledger.pages.advance(claim, now, PAGE, lease_s=60, ttl_s=60, seconds={})  # type: ignore[arg-type]
        ledger.leases.begin(claim, now, "w1")
    return claim


def test_during_a_pause_nothing_is_claimed_or_begun_and_work_in_hand_ends(ledger: Ledger) -> None:
    waiting, working = claimed(ledger, 1), in_hand(ledger, 2)
    assert ledger.halts.pause(6) == "paused"
    assert ledger.pages.claim(PageRef(6, 3, "/a.png"), "v1", lease_s=60, listed_at=ledger.now()) is None
    assert ledger.leases.begin(waiting, "ocr", "w1") == "halted"
    ledger.pages.advance(working, "extract", PAGE, lease_s=60, ttl_s=60, seconds={})
    assert ledger.leases.begin(working, "extract", "w1") == "halted"
    assert ledger.leases.begin(working, "ocr", "w1") == "ahead", "a message delivered again"

    assert ledger.halts.resume(6) == "paused"
    assert {ref.task_id for ref in ledger.pages.free(6).lost} == {1, 2}, "a selection starts the waiting pages"
    again = ledger.pages.claim(PageRef(6, 2, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert again is not None
    assert again[1] == "extract"
    begun = ledger.leases.begin(again[0], "extract", "w1")
    assert isinstance(begun, Begun)
    assert begun.attempts == 0


def test_a_cancelled_project_releases_all_pages_except_an_upload_in_hand(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, [1, 2, 3, 4, 5], listed_at=ledger.now())
    ledger.pages.finish(claimed(ledger, 1), seconds={})
    reading, uploading = in_hand(ledger, 2), in_hand(ledger, 3, "upload")
    waiting = claimed(ledger, 4)
    assert ledger.halts.cancel(6) == 2
    with pytest.raises(ChainOver):
        ledger.pages.advance(reading, "extract", PAGE, lease_s=60, ttl_s=60, seconds={})
    with pytest.raises(ChainOver):
        ledger.leases.begin(waiting, "ocr", "w1")
    now = ledger.runs.progress(6, run)
    assert (now.total, now.done, now.upload, now.cancelled, now.halted) == (5, 1, 1, 3, "cancelled")
    assert now.finished
    ledger.pages.finish(uploading, seconds={})
    end = ledger.runs.progress(6, run)
    assert (end.done, end.cancelled) == (2, 3)
    assert ledger.pages.in_flight(6) == 0
    assert ledger.runs.unfinished(6) == []


def test_a_cancelled_upload_is_released_by_its_retry(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, [1], listed_at=ledger.now())
    uploading = in_hand(ledger, 1, "upload")
    ledger.halts.cancel(6)
    ledger.leases.wait_for_retry(uploading, lease_s=60)
    with pytest.raises(ChainOver):
        ledger.leases.begin(uploading, "upload", "w1")
    assert ledger.runs.progress(6, run).cancelled == 1
    assert ledger.pages.in_flight(6) == 0


def test_a_new_run_ends_a_cancellation_but_no_pause(ledger: Ledger) -> None:
    cancelled = ledger.runs.create(6)
    ledger.halts.cancel(6)
    assert ledger.halts.pause(6) == "cancelled"
    ledger.runs.open(cancelled, 6, [1, 2], listed_at=ledger.now())
    assert ledger.runs.progress(6, cancelled).total == 0, "cancelled before its pages were listed"
    anew = ledger.runs.create(6)
    assert ledger.halts.halt(6) is None
    assert [ledger.runs.progress(6, run).halted for run in (cancelled, anew)] == ["cancelled", None]
    ledger.halts.pause(6)
    paused = ledger.runs.create(6)
    assert ledger.halts.halt(6) == "paused"
    assert not ledger.runs.progress(6, paused).finished


def test_the_remaining_pages_of_a_cancelled_project_are_no_longer_queued(ledger: Ledger) -> None:
    claimed(ledger, 1)
    ledger.runs.set_unclaimed(6, 10)
    ledger.halts.cancel(6)
    now = ledger.runs.progress(6)
    assert (now.total, now.queued, now.cancelled, now.finished) == (11, 0, 11, True)
