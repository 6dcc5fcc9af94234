"""The decision after a failed try: another try after some seconds, or failure. Plain data, without Celery."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from prelabel.errors import PrelabelError, ServiceUnavailable

#: Some servers ask for days.
LONGEST_WAIT_S = 3600.0
#: Longer waits are kept in the ledger, where no process has to hold a message and no sender's clock counts.
LONGEST_COUNTDOWN_S = 10.0
#: The longest wait that grows by itself, without a server that asks for more.
_LONGEST_BACKOFF_S = 60.0
#: Waits in a row that use up no try. Later ones do, so that no work goes round without end.
MOST_WAITS = 100


@dataclass(frozen=True, slots=True)
class Again:
    """Another try after `after_s` seconds. `charged`: a try of the budget is used up."""

    after_s: float
    charged: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """No other try: it would not help, or the budget is used up."""


def decide(
    error: PrelabelError,
    tries: int,
    budget: int,
    *,
    charged: bool | None = None,
    waits: int = 0,
    backoff_s: float = 2.0,
    jitter: Callable[[float, float], float] = random.uniform,
) -> Again | Failed:
    """Decide whether another try follows `tries` failed ones, this one included; `budget`: the number of retries.

    The wait grows exponentially with jitter (half to whole). It lasts at least as long as a server asked for, and an
    hour at most. An error that is not charged uses up no try, unless `waits` such errors came before it. `charged`:
    replaces what the error says.

    >>> decide(ServiceUnavailable("away", retry_after_s=120), 1, 3)
    Again(after_s=120)
    >>> decide(ServiceUnavailable("away"), 4, 3)
    Failed()
    """
    charged = (error.charged if charged is None else charged) or waits >= MOST_WAITS
    if charged and (not error.retryable or tries > budget):
        return Failed()
    grown_s = min(backoff_s * 2.0 ** min(tries - 1 + waits, 30), max(_LONGEST_BACKOFF_S, backoff_s))
    named_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
    return Again(min(max(grown_s * jitter(0.5, 1.0), named_s or 0.0), LONGEST_WAIT_S), charged)
