"""Claims, retries, crashes, the failed list and runs, on a real Redis."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest
import redis

from prelabel.errors import ChainOver, ImageMissing, ServiceUnavailable
from prelabel.ledger.leases import MAX_CRASHES, Begun
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim, FreePages
from prelabel.ledger.stages import Stage
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.page import Box, Page, PageRef, Remark, Word

_servers = itertools.count()
PAGE = Page(100, 50, 100, 50, words=(Word("금액", Box(1, 2, 3, 4), 0.9, "tesseract"),))


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"ledger-test-{next(_servers)}")


def claim(ledger: Ledger, task_id: int = 1, *, version: str = "v1", lease_s: float = 60.0) -> Claim | None:
    found = ledger.pages.claim(PageRef(6, task_id, "/a.png"), version, lease_s=lease_s, listed_at=ledger.now())
    return found[0] if found else None


def claimed(ledger: Ledger, task_id: int = 1, **kw: float) -> Claim:
    found = claim(ledger, task_id, **kw)  # type: ignore[arg-type]
    assert found is not None
    return found


def alive(ledger: Ledger, *names: str, every_s: float = 60.0) -> None:
    for name in names:
        ledger.workers.sign_in(WorkerInfo(name, "cpu", time.time(), None), every_s=every_s)


def advance(ledger: Ledger, held: Claim, to: Stage) -> None:
    ledger.pages.advance(held, to, PAGE, lease_s=60, ttl_s=60, seconds={"ocr": 1.5})


def test_a_claimed_page_cannot_be_claimed_again(ledger: Ledger) -> None:
    assert claim(ledger) is not None
    assert claim(ledger) is None


def test_a_waiting_claim_whose_lease_is_over_is_free(ledger: Ledger) -> None:
    first = claimed(ledger, lease_s=0.05)
    time.sleep(0.1)
    assert ledger.pages.free(6).lost == [PageRef(6, 1, "/a.png")]
    assert claimed(ledger).token != first.token
    with pytest.raises(ChainOver):
        ledger.leases.begin(first, "ocr", "w1")


def test_a_fetched_message_dies_with_its_worker(ledger: Ledger) -> None:
    alive(ledger, "w1")
    held = claimed(ledger)
    ledger.leases.reserve(held, "w1")
    assert claim(ledger) is None
    ledger.workers.sign_off("w1")
    assert ledger.pages.free(6).lost == [PageRef(6, 1, "/a.png")]
    anew = claimed(ledger)
    ledger.leases.reserve(held, "w1")
    assert ledger.pages.free(6).lost == [], "a stale message reserves nothing"
    assert isinstance(ledger.leases.begin(anew, "ocr", "w2"), Begun)


def test_a_message_that_is_nowhere_is_lost(ledger: Ledger, redis_url: str) -> None:
    """Given a message that Redis has handed out but not recorded, and a dead worker, then the page is free."""
    held = claimed(ledger)
    record = ledger._state.name("page", 6, 1)
    ledger._state.redis.hset(record, "since", ledger.now() + 60)  # the clock was set back
    with redis.Redis.from_url(redis_url) as broker:
        broker.lpush(ledger._state.name("queue", "cpu"), "a message of another page")
        assert ledger.pages.free(6).lost == [], "the page's own message may be in the queue too"
        broker.delete(ledger._state.name("queue", "cpu"))
    assert ledger.pages.free(6).lost == [PageRef(6, 1, "/a.png")]
    alive(ledger, "w1")
    ledger.leases.reserve(held, "w1")
    assert ledger.pages.free(6).lost == [], "a worker has it"


def test_the_page_of_a_living_worker_is_busy_as_long_as_it_renews_its_lease(ledger: Ledger) -> None:
    alive(ledger, "w1", "w2")
    held = claimed(ledger, lease_s=0.01)
    assert isinstance(ledger.leases.begin(held, "ocr", "w1", lease_s=0.1), Begun)
    ledger.leases.renew([held], "w1", lease_s=60)
    ledger.leases.extend([held], lease_s=0.01)  # the selection, late: the page is in hand already
    time.sleep(0.15)
    assert ledger.leases.begin(held, "ocr", "w2") == "busy"
    assert ledger.pages.free(6).lost == []
    assert claim(ledger) is None


def test_a_page_whose_lease_a_living_worker_does_not_renew_is_free_and_counts_no_crash(ledger: Ledger) -> None:
    alive(ledger, "w1")
    for _ in range(MAX_CRASHES + 1):
        held = claimed(ledger)
        begun = ledger.leases.begin(held, "ocr", "w1", charge="alone", lease_s=0.05)
        assert isinstance(begun, Begun)
        assert not begun.alone
        ledger.leases.renew([held], "w2", lease_s=60)
        time.sleep(0.1)
        assert ledger.pages.free(6).lost == [PageRef(6, 1, "/a.png")]


def test_remarks_are_those_of_the_last_reading(ledger: Ledger) -> None:
    told = replace(PAGE, remarks=(Remark("script_not_in_languages", "가나"),))
    for page, kept in ((told, {1: told.remarks}), (PAGE, {}), (told, {1: told.remarks})):
        held = claimed(ledger)
        ledger.pages.advance(held, "extract", page, lease_s=60, ttl_s=60, seconds={"ocr": 1.5})
        assert ledger.remarks.of_pages(6) == kept
        assert ledger.pages.load(held) == page
        ledger.pages.finish(held, seconds={})
    with pytest.raises(ChainOver):
        ledger.pages.advance(held, "extract", PAGE, lease_s=60, ttl_s=60, seconds={})
    assert ledger.remarks.of_pages(6) == {1: told.remarks}, "a stale chain changes nothing"
    ledger.pages.skip(claimed(ledger), "page_gone")
    assert ledger.remarks.of_pages(6) == {}


def test_a_run_waits_for_a_listing_until_it_has_one(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    assert (ledger.runs.unlisted(6), ledger.runs.unfinished(6)) == ([run], [run])
    ledger.runs.open(run, 6, [], listed_at=ledger.now())
    assert (ledger.runs.unlisted(6), ledger.runs.unfinished(6)) == ([], [])
    ledger.runs.abort(ledger.runs.create(6), "the token is refused")
    assert ledger.runs.unlisted(6) == []


def test_a_dead_workers_page_starts_again_at_the_stage_it_had_reached(ledger: Ledger) -> None:
    alive(ledger, "w1")
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    advance(ledger, held, "extract")
    ledger.leases.begin(held, "extract", "w1")
    ledger.workers.sign_off("w1")
    again = ledger.pages.claim(PageRef(6, 1, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert again is not None
    assert again[1] == "extract"
    assert ledger.pages.load(again[0]) == PAGE
    with pytest.raises(ChainOver):
        advance(ledger, held, "upload")


def test_work_waits_in_the_ledger_without_a_message_and_keeps_its_tries(ledger: Ledger) -> None:
    # Given a page that waits for its retry
    held, ref = claimed(ledger), PageRef(6, 1, "/a.png")
    ledger.leases.begin(held, "ocr", "w1")
    ledger.leases.postpone(held, wait_s=0.3)
    # When a second selection, a repeated message and an audit come during the wait, then it waits on
    assert ledger.pages.free(6) == FreePages([], [])
    assert claim(ledger) is None
    with pytest.raises(ChainOver):
        ledger.leases.begin(held, "ocr", "w1")
    assert ledger.audit.lost(6, repair=True) == set()
    # When the time is over, then it is due, not lost, and its tries are not forgotten
    time.sleep(0.4)
    assert ledger.pages.free(6) == FreePages([], [ref])
    begun = ledger.leases.begin(claimed(ledger), "ocr", "w1")
    assert isinstance(begun, Begun)
    assert (begun.attempts, begun.waits) == (1, 0)


def test_a_wait_ends_when_the_clock_was_set_back(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.leases.postpone(held, wait_s=60)
    ledger._state.redis.hset(ledger._state.name(held.work), mapping={"since": ledger.now() + 3600, "not_before": 9e9})
    assert len(ledger.pages.free(6).due) == 1


def test_another_version_begins_at_ocr(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    advance(ledger, held, "extract")
    ledger.leases.hand_back(held)
    again = ledger.pages.claim(PageRef(6, 1, "/a.png"), "v2", lease_s=60, listed_at=ledger.now())
    assert again is not None
    assert again[1] == "ocr"


def test_output_that_is_stored_is_not_made_again(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    advance(ledger, held, "extract")
    assert ledger.leases.begin(held, "ocr", "w1") == "ahead"


def test_a_page_done_after_it_was_listed_is_not_claimed(ledger: Ledger) -> None:
    listed_at = ledger.now()
    held = claimed(ledger)
    ledger.pages.finish(held, seconds={"upload": 0.5})
    assert ledger.pages.claim(PageRef(6, 1, "/a.png"), "v1", lease_s=60, listed_at=listed_at) is None
    assert claim(ledger) is not None, "listed again, e.g. because a person deleted the prediction"


def test_tries_are_counted_over_retries_and_start_anew_with_the_next_stage(ledger: Ledger) -> None:
    held = claimed(ledger)
    for failed_before in range(3):
        begun = ledger.leases.begin(held, "ocr", "w1")
        assert isinstance(begun, Begun)
        assert begun.attempts == failed_before
        ledger.leases.wait_for_retry(held, lease_s=60)
    ledger.leases.begin(held, "ocr", "w1")
    advance(ledger, held, "extract")
    begun = ledger.leases.begin(held, "extract", "w1")
    assert isinstance(begun, Begun)
    assert begun.attempts == 0


def test_two_crashes_alone_fail_a_page_and_crashes_among_others_do_not(ledger: Ledger) -> None:
    crashed = []
    for number, charge in enumerate(("", "", "alone", "alone")):
        worker = f"w{number}"
        alive(ledger, worker)
        held = claimed(ledger)
        begun = ledger.leases.begin(held, "ocr", worker)
        assert isinstance(begun, Begun)
        crashed.append(begun.alone)
        ledger.leases.charge([held], charge)  # type: ignore[arg-type]
        ledger.workers.sign_off(worker)
    assert crashed == [False, True, True, True]
    assert claim(ledger) is None
    (failed,) = list(ledger.failed_list.pages(6))
    assert (failed.reason, failed.stage, failed.attempts) == ("crashed", "ocr", 2)


def test_a_known_dead_owner_is_taken_over_at_once(ledger: Ledger) -> None:
    alive(ledger, "w1")
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    assert ledger.leases.begin(held, "ocr", "w2") == "busy"
    assert ledger.leases.owner(held) == "w1"
    assert isinstance(ledger.leases.begin(held, "ocr", "w2", dead_owner="w1"), Begun)


def test_the_failed_list_keeps_reason_stage_attempts_and_time(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.leases.fail(held, "ocr", ImageMissing("그림이 없다"), attempts=3)
    (failed,) = list(ledger.failed_list.pages(6))
    assert (failed.reason, failed.message, failed.stage, failed.attempts) == ("image_missing", "그림이 없다", "ocr", 3)
    assert failed.at == pytest.approx(ledger.now(), abs=5)
    assert failed.image == "/a.png"
    assert claim(ledger) is None, "failed pages are not selected again"
    assert ledger.failed_list.retry(6, [1]) == 1
    assert list(ledger.failed_list.pages(6)) == []
    assert claim(ledger) is not None


def test_a_dropped_page_stays_out_until_it_is_retried_by_name(ledger: Ledger) -> None:
    ledger.leases.fail(claimed(ledger), "ocr", ImageMissing("x"), attempts=1)
    assert ledger.failed_list.drop(6, [1]) == 1
    assert ledger.failed_list.drop(6, [1]) == 0
    assert claim(ledger) is None
    assert ledger.runs.progress(6).skipped == 1
    assert ledger.failed_list.retry(6, [1]) == 1
    assert claim(ledger) is not None


def test_a_run_counts_its_pages_to_the_end(ledger: Ledger) -> None:
    before = claimed(ledger, 1)
    ledger.pages.finish(before, seconds={})
    failed_before = claimed(ledger, 2)
    ledger.leases.fail(failed_before, "ocr", ImageMissing("x"), attempts=1)
    in_flight = claimed(ledger, 3)
    run = ledger.runs.create(6)
    assert not ledger.runs.progress(6, run).finished, "its pages are not listed yet"
    ledger.runs.open(run, 6, [2, 3, 4, 5], listed_at=ledger.now())
    assert ledger.runs.progress(6, run).total == 3, "done and failed pages are not part of it"

    ledger.leases.begin(in_flight, "ocr", "w1")
    now = ledger.runs.progress(6, run)
    assert (now.queued, now.ocr) == (2, 1)
    ledger.pages.finish(in_flight, seconds={})
    ledger.leases.fail(claimed(ledger, 4), "ocr", ImageMissing("x"), attempts=1)
    ledger.pages.skip(claimed(ledger, 5), "page_gone")
    end = ledger.runs.progress(6, run)
    assert (end.done, end.failed, end.skipped, end.finished) == (1, 1, 1, True)
    assert ledger.runs.unfinished(6) == []

    ledger.failed_list.retry(6, [4])
    assert ledger.runs.progress(6, run).queued == 1
    assert ledger.runs.unfinished(6) == [run]


def test_pages_of_a_run_that_ended_elsewhere_are_closed(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, [1, 2, 3, 4], listed_at=ledger.now())
    claimed(ledger, 1)
    assert ledger.runs.missing_pages(6, [2]) == [3, 4]
    ledger.runs.close_pages(6, [1, 3], "skipped")
    ledger.runs.close_pages(6, [4], "done")
    now = ledger.runs.progress(6, run)
    assert (now.queued, now.skipped, now.done) == (2, 1, 1), "a page in flight is not closed"
    assert ledger.runs.progress(6).done == 1
    # A page that has ended between the look for missing ones and now is not counted again
    ledger.pages.finish(claimed(ledger, 2), seconds={})
    ledger.runs.close_pages(6, [2], "done")
    assert ledger.runs.progress(6).done == 2


def test_a_project_counts_unclaimed_pages(ledger: Ledger) -> None:
    ledger.pages.finish(claimed(ledger, 1), seconds={"upload": 0.5})
    claimed(ledger, 2)
    ledger.runs.set_unclaimed(6, 10)
    now = ledger.runs.progress(6)
    assert (now.total, now.queued, now.done) == (12, 11, 1)
    assert now.pages_per_min > 0
    assert now.eta_s is not None


def test_times_of_the_stages_are_kept_apart(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    ledger.pages.advance(held, "extract", PAGE, lease_s=60, ttl_s=60, seconds={"ocr": 1.5})
    ledger.pages.advance(held, "upload", PAGE, lease_s=60, ttl_s=60, seconds={"ser": 0.25, "re": 0.125})
    ledger.pages.finish(held, seconds={"upload": 0.5})
    assert ledger.runs.stage_seconds(6) == {"ocr": 1.5, "ser": 0.25, "re": 0.125, "upload": 0.5}


def test_nothing_of_a_finished_page_stays_but_its_count_and_version(ledger: Ledger, redis_url: str) -> None:
    held = claimed(ledger)
    ledger.leases.begin(held, "ocr", "w1")
    advance(ledger, held, "extract")
    ledger.pages.finish(held, seconds={})
    ledger.leases.charge([held], "alone")
    left = {k.decode().split(":", 2)[2] for k in redis.Redis.from_url(redis_url).scan_iter(f"{ledger._state.prefix}*")}
    assert left == {"ended:6", "finished:6", "seconds:6", "care", "versions:6", "version_codes"}
    assert ledger.care.settle(6, selected_at=ledger.now())
    assert ledger.care.projects() == set()


def test_the_newest_gpu_worker_names_the_tagger_even_when_it_is_gone(ledger: Ledger) -> None:
    assert ledger.workers.newest_tagger() is None
    for name, since in (("new", 2.0), ("old", 1.0)):
        tagger = Announcement(name, f"digest-{name}", ("QUESTION", "OTHER"))
        ledger.workers.sign_in(WorkerInfo(name, "gpu", since, tagger), every_s=0.02)
    assert [worker.id for worker in ledger.workers.alive()] == ["old", "new"]
    time.sleep(0.15)
    assert ledger.workers.alive() == []
    newest = ledger.workers.newest_tagger()
    assert newest is not None
    assert newest.name == "new"


def test_one_holder_of_a_lock_at_a_time(ledger: Ledger) -> None:
    with ledger.locks.hold("x") as first, ledger.locks.hold("x") as second:
        assert (bool(first), second) == (True, None)
    with ledger.locks.hold("x") as third:
        assert third


def test_redis_away_is_one_clear_error() -> None:
    away = Ledger(redis.Redis(host="127.0.0.1", port=1), "away")
    with pytest.raises(ServiceUnavailable, match="Redis does not answer"):
        away.now()
