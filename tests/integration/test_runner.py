"""Tests of the runner of leased work: retries within the budget, final failures, stale and stored work. Real Redis."""

from __future__ import annotations

import itertools
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from celery.exceptions import Ignore, Retry, SoftTimeLimitExceeded, TimeLimitExceeded

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
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import WorkerInfo
from prelabel.page import Page, PageRef
from prelabel.queues.routes import TaskName
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
        run(task, claim, failing(AmbiguousUpload("lost", retry_after_s=60)))
    assert task.countdowns_s == [60]
    assert here.ledger.pages.free(6) == [], "no selection claims the page before the retry"


def test_a_retry_waits_an_hour_at_most(here: WorkerProcess, claim: Claim) -> None:
    task = Attempted()
    with pytest.raises(Retry):
        run(task, claim, failing(ServiceUnavailable("come back tomorrow", retry_after_s=86_400)))
    assert task.countdowns_s == [3600]


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

    ref = PageRef(claim.project_id, claim.task_id, "/1")
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


@pytest.mark.parametrize(("wait_s", "free"), [(0.0, 1), (60.0, 0)], ids=["now", "a retry in a minute"])
def test_a_fetched_retry_keeps_its_lease_until_its_time(
    here: WorkerProcess, claim: Claim, wait_s: float, free: int
) -> None:
    from workers.start import _reserve

    # Given a living worker whose leases last a fifth of a second, and a page that waits for its retry
    here.lease_s = 0.2
    here.ledger.workers.sign_in(WorkerInfo(here.owner, "cpu", 0.0, None), every_s=60)
    here.ledger.leases.wait_for_retry(claim, lease_s=600)
    # When the worker fetches the message, and sends no heartbeat
    eta = datetime.now(UTC) + timedelta(seconds=wait_s) if wait_s else None
    args = [claim.project_id, claim.task_id, claim.token, claim.version]
    _reserve(SimpleNamespace(name=TaskName.OCR, args=args, eta=eta))
    time.sleep(0.5)
    # Then the lease is over only where the message was due
    assert len(here.ledger.pages.free(6)) == free
