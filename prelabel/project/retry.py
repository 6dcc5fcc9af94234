"""The decision after a failed try: again after some seconds, or failed. Plain data, so it is tested without Celery."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from prelabel.errors import PrelabelError, ServiceUnavailable

#: A retry waits in a worker's hands, unacknowledged; some servers ask for days.
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Again:
    """Another try, in `after_s` seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No other try: the error cannot be cured by one, or the budget is used up."""


def decide(
    error: PrelabelError,
    tries: int,
    budget: int,
    *,
    backoff_s: float = 2.0,
    jitter: Callable[[float, float], float] = random.uniform,
) -> Again | Failed:
    """Decide after `tries` failed tries, of which `budget` may be followed by another.

    The wait is exponential backoff with jitter (half to whole), and never ends before the time that a server named.

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
