"""The decision after a failed try, without Celery and without a clock."""

from __future__ import annotations

import pytest

from prelabel.errors import ImageMissing, OcrFailed, PrelabelError, ServiceUnavailable
from prelabel.retry import LONGEST_WAIT_S, Again, Failed, decide


def longest(_: float, most: float) -> float:
    return most


@pytest.mark.parametrize(("tries", "after_s"), [(1, 2.0), (2, 4.0), (3, 8.0)])
def test_the_wait_doubles_within_the_budget(tries: int, after_s: float) -> None:
    assert decide(OcrFailed("no memory"), tries, 3, jitter=longest) == Again(after_s)


def test_jitter_takes_up_to_half_of_the_wait() -> None:
    waits = [decide(OcrFailed("no memory"), 2, 3) for _ in range(200)]
    assert all(isinstance(wait, Again) and 2.0 <= wait.after_s <= 4.0 for wait in waits)
    assert len({wait.after_s for wait in waits if isinstance(wait, Again)}) > 100


def test_a_used_up_budget_fails() -> None:
    assert decide(OcrFailed("no memory"), 4, 3) == Failed()
    assert decide(OcrFailed("no memory"), 1, 0) == Failed()


@pytest.mark.parametrize("error", [ImageMissing("no image"), PrelabelError("?")])
def test_an_error_that_no_retry_cures_fails_at_once(error: PrelabelError) -> None:
    assert decide(error, 1, 3) == Failed()


def test_a_server_that_names_a_time_is_not_asked_before() -> None:
    assert decide(ServiceUnavailable("busy", retry_after_s=120.0), 1, 3) == Again(120.0)
    assert decide(ServiceUnavailable("busy", retry_after_s=1.0), 3, 3, jitter=longest) == Again(8.0)
    assert decide(ServiceUnavailable("busy", retry_after_s=86400.0), 1, 3) == Again(LONGEST_WAIT_S)
