"""Tests of the runner of leased work: retries within the budget, final failures, stale and stored work. Real Redis."""

from __future__ import annotations

import itertools
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Ignore, Retry, SoftTimeLimitExceeded, TimeLimitExceeded
from celery.worker import state
from kombu.utils.imports import symbol_by_name

from prelabel.errors import (
    AmbiguousUpload,
    ChainOver,
    ImageMissing,
    OcrFailed,
    PagesGone,
    ServiceUnavailable,
    UnexpectedError,
)
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim, FreePages
from prelabel.ledger.workers import WorkerInfo
from prelabel.page import Page, PageRef
from prelabel.queues.routes import TaskName
from prelabel.retry import LONGEST_COUNTDOWN_S, LONGEST_WAIT_S, MOST_WAITS
from prelabel.settings import get_settings
from tasks import process
from tasks.ocr import OcrTask
from tasks.process import WorkerProcess, this_process
from tasks.runner import run

_servers = itertools.count()


class Attempted(OcrTask):
    """Stage ocr that records the countdowns of its retries."""

    abstract = True

    def __init__(self) -> None:
        self.countdowns_s: list[float] = []

    def retry(self, *, exc: Exception, countdown: float) -> Retry:
        self.countdowns_s.append(countdown)
        return Retry(exc=exc, when=countdown)


@pytest.fixture
def here(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcess]:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("LABEL_STUDIO_URL", f"http://runner-test-{next(_servers)}")
    monkeypatch.setenv("RETRY_BACKOFF", "2")
    get_settings.cache_clear()
    process._process.cache_clear()
    yield this_process()
    get_settings.cache_clear()
    process._process.cache_clear()


@pytest.fixture
def claim(here: WorkerProcess) -> Claim:
    found = here.ledger.pages.claim(PageRef(6, 1, "/a.png"), "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    return found[0]


def failing(error: BaseException) -> Callable[[WorkerProcess, Claim, Begun], None]:
    def work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServiceUnavailable("away"), "service_unavailable"),
        (SoftTimeLimitExceeded(), "ocr_failed"),
        (MemoryError(), "ocr_failed"),
        (KeyError("a bug"), "unexpected"),
    ],
    ids=["service", "time", "memory", "bug"],
)
def test_transient_errors_are_retried_within_the_budget(
    here: WorkerProcess, claim: Claim, error: BaseException, code: str
) -> None:
    task = Attempted()
    for _ in range(here.settings.ocr_retries):
        with pytest.raises(Retry):
            run(task, claim, failing(error))
    assert 1.0 <= task.countdowns_s[0] <= 2.0 <= task.countdowns_s[1] <= 4.0
    assert list(here.ledger.failed_list.pages(6)) == []
    with pytest.raises((ServiceUnavailable, OcrFailed, UnexpectedError)):
        run(task, claim, failing(error))
    (failed,) = list(here.ledger.failed_list.pages(6))
    assert (failed.reason, failed.attempts, failed.stage) == (code, here.settings.ocr_retries + 1, "ocr")


def test_permanent_errors_fail_at_once(here: WorkerProcess, claim: Claim) -> None:
    with pytest.raises(ImageMissing):
        run(Attempted(), claim, failing(ImageMissing("there is no image")))
    (failed,) = list(here.ledger.failed_list.pages(6))
    assert (failed.reason, failed.attempts) == ("image_missing", 1)


def test_a_retry_waits_as_long_as_the_server_asks(here: WorkerProcess, claim: Claim) -> None:
    task = Attempted()
    with pytest.raises(Retry):
        run(task, claim, failing(AmbiguousUpload("lost", retry_after_s=9)))
    assert task.countdowns_s == [9]
    assert here.ledger.pages.free(6) == FreePages([], []), "no selection claims the page before the retry"


@pytest.mark.parametrize(("named_s", "waits_s"), [(60, 60), (86_400, LONGEST_WAIT_S)], ids=["a minute", "a day"])
def test_a_long_wait_is_kept_in_the_ledger_for_an_hour_at_most(
    here: WorkerProcess, claim: Claim, named_s: float, waits_s: float
) -> None:
    task = Attempted()
    with pytest.raises(Ignore):
        run(task, claim, failing(AmbiguousUpload("lost", retry_after_s=named_s)))
    assert task.countdowns_s == [], "no message waits in a process"
    record = here.ledger._state.redis.hgetall(here.ledger._state.name(claim.work))
    assert float(record[b"not_before"]) == pytest.approx(here.ledger.now() + waits_s, abs=5)
    assert here.ledger.pages.free(6) == FreePages([], [])


def test_an_error_that_is_not_charged_uses_up_no_try_until_there_are_too_many(
    here: WorkerProcess, claim: Claim
) -> None:
    error = ServiceUnavailable("the chunk was refused", retry_after_s=1)
    error.charged = False
    for waits in range(MOST_WAITS):
        begun = here.ledger.leases.begin(claim, "ocr", here.owner)
        assert isinstance(begun, Begun)
        assert (begun.attempts, begun.waits) == (0, waits)
        here.ledger.leases.wait_for_retry(claim, lease_s=60, counted="wait")
    # When this goes on without end, then the tries are used up
    for _ in range(here.settings.ocr_retries):
        with pytest.raises((Retry, Ignore)):
            run(Attempted(), claim, failing(error))
        here.ledger._state.redis.hset(here.ledger._state.name(claim.work), "waits", MOST_WAITS)
        if again := _next_chain(here, claim):
            claim = again
    with pytest.raises(ServiceUnavailable):
        run(Attempted(), claim, failing(error))


def test_a_page_that_was_deleted_meanwhile_is_skipped(here: WorkerProcess, claim: Claim) -> None:
    with pytest.raises(Ignore):
        run(Attempted(), claim, failing(PagesGone([1])))
    assert (list(here.ledger.failed_list.pages(6)), here.ledger.runs.progress(6).skipped) == ([], 1)


def test_the_error_that_celery_gets_for_a_bug_contains_nothing_of_its_text(here: WorkerProcess, claim: Claim) -> None:
    task, bug = Attempted(), ValueError("5ec2e7")
    for error in (*[Retry] * here.settings.ocr_retries, UnexpectedError):
        with pytest.raises(error) as raised:
            run(task, claim, failing(bug))
        assert bug.args[0] not in "".join(traceback.format_exception(raised.value))


def test_a_chain_that_is_over_ends_silently(here: WorkerProcess, claim: Claim) -> None:
    with pytest.raises(Ignore):
        run(Attempted(), claim, failing(ChainOver("set aside", claim.work)))
    assert list(here.ledger.failed_list.pages(6)) == []


def test_a_stale_claim_is_not_worked_on(here: WorkerProcess, claim: Claim) -> None:
    with pytest.raises(Ignore):
        run(Attempted(), Claim(6, 1, "another", "v1"), failing(AssertionError("worked on it")))


def test_a_message_delivered_again_does_not_repeat_stored_work(here: WorkerProcess, claim: Claim) -> None:
    def work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
        here.ledger.pages.advance(claim, "extract", Page(1, 1, 1, 1), lease_s=60, ttl_s=60, seconds={})

    run(Attempted(), claim, work)
    run(Attempted(), claim, failing(AssertionError("made again")))


def test_a_message_delivered_twice_is_worked_on_once(here: WorkerProcess, claim: Claim) -> None:
    here.ledger.workers.sign_in(WorkerInfo(here.owner, "cpu", 0.0, None), every_s=60)
    here.ledger.leases.begin(claim, "ocr", here.owner)
    with pytest.raises(Ignore):
        run(Attempted(), claim, failing(AssertionError("worked on twice")))


def test_a_page_that_hangs_in_native_code_twice_fails_with_the_limits_name(here: WorkerProcess, claim: Claim) -> None:
    from tasks.ocr import ocr

    ref = PageRef(claim.project_id, claim.task_id, "/a.png")
    for _ in range(2):
        assert list(here.ledger.failed_list.pages(6)) == [], "its process may have been frozen from outside"
        here.ledger.leases.begin(claim, "ocr", here.owner, charge="alone")
        args = [claim.project_id, claim.task_id, claim.token, claim.version]
        ocr.on_failure(TimeLimitExceeded(190), "id", args, {}, None)
        if again := here.ledger.pages.claim(ref, claim.version, lease_s=60, listed_at=here.ledger.now()):
            claim = again[0]
    (failed,) = list(here.ledger.failed_list.pages(6))
    assert failed.reason == "ocr_failed"
    assert "OCR_TIME_LIMIT" in failed.message


class Message:
    """A message as Celery holds it."""

    def __init__(self, name: str, *args: object) -> None:
        self.name, self.args = name, list(args)


@pytest.mark.parametrize("held_as", ["reserved_requests", "scheduled_requests"])
def test_heartbeats_renew_the_leases_of_all_messages_that_name_work(
    here: WorkerProcess, claim: Claim, monkeypatch: pytest.MonkeyPatch, held_as: str
) -> None:
    from workers import start

    # Given a worker that has fetched a message, and messages that name no work
    wrong: list[list[Any]] = [[], [6, 1, None, "v"], [[6], 1, "t", "v"], [6, 1, "\ud800", "v"], [6, 1, True, "v"], [{}]]
    broken = [Message(TaskName.OCR, *args) for args in wrong]
    good = Message(TaskName.OCR, claim.project_id, claim.task_id, claim.token, claim.version)
    monkeypatch.setattr(state, held_as, [*broken, good, *broken])
    here.ledger.workers.sign_in(WorkerInfo(here.owner, "cpu", 0.0, None), every_s=60)
    here.lease_s = 0.1
    for message in (*broken, good):
        start._reserve(message)
    # When its heartbeat renews the leases
    assert start._fetched() == {claim}
    here.ledger.leases.renew(start._fetched(), here.owner, lease_s=60)
    time.sleep(0.2)
    # Then the page stays with this worker
    assert here.ledger.pages.free(6).lost == []


@pytest.mark.parametrize(("ahead_s", "waits_s"), [(4.0, 4.0), (3600.0, LONGEST_COUNTDOWN_S), (-50.0, -50.0)])
def test_no_clock_of_a_sender_makes_a_message_wait_long(ahead_s: float, waits_s: float) -> None:
    from tasks.ocr import ocr

    eta = datetime.now(UTC) + timedelta(seconds=ahead_s)
    headers = {"id": "1", "task": ocr.name, "eta": eta.isoformat()}
    body: tuple[list[Any], dict[str, Any], dict[str, Any]] = ([], {}, {})
    message = SimpleNamespace(headers=headers, body=body, payload=body, delivery_info={}, properties={})
    request = symbol_by_name(ocr.Request)(message, app=ocr.app, task=ocr, decoded=True)
    assert (request.eta - datetime.now(UTC)).total_seconds() == pytest.approx(waits_s, abs=1)


def _next_chain(here: WorkerProcess, claim: Claim) -> Claim | None:
    """Claim the page of a chain whose wait in the ledger is over at once."""
    record = here.ledger._state.name(claim.work)
    if here.ledger._state.redis.hexists(record, "not_before"):
        here.ledger._state.redis.hset(record, "not_before", 0)
    ref = PageRef(claim.project_id, claim.task_id, "/a.png")
    again = here.ledger.pages.claim(ref, claim.version, lease_s=60, listed_at=here.ledger.now())
    return again[0] if again else None
