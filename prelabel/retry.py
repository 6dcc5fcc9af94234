"""The decision after a failed try: another try after some seconds, or failure. Plain data, without Celery."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from prelabel.errors import PrelabelError, ServiceUnavailable

#: A retry waits in a worker, unacknowledged, and some servers ask for days.
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Again:
    """Another try after `after_s` seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No other try: it would not help, or the budget is used up."""


def decide(
    error: PrelabelError,
    tries: int,
    budget: int,
    *,
    backoff_s: float = 2.0,
    jitter: Callable[[float, float], float] = random.uniform,
) -> Again | Failed:
    """Decide whether another try follows `tries` failed ones; `budget`: the number of retries.

    The wait grows exponentially with jitter (half to whole). It lasts at least as long as a server asked for, and an
    hour at most.

    >>> decide(ServiceUnavailable("away", retry_after_s=120), 1, 3)
    Again(after_s=120)
    >>> decide(ServiceUnavailable("away"), 4, 3)
    Failed()
    """
    if not error.retryable or tries > budget:
        return Failed()
    wait_s = backoff_s * 2.0 ** (tries - 1) * jitter(0.5, 1.0)
    named_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
    return Again(min(max(wait_s, named_s or 0.0), LONGEST_WAIT_S))
