"""Guesses of a secret, slowed down by address and overall; who knows the secret is never locked out from elsewhere.

Kept in the process: a write into Redis for every guess would let strangers load it, and sign-in works while Redis is
away. The number of addresses that are remembered is bounded, so their memory is, too.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.uploader.error_answers import Refused

#: Wrong guesses at once and a second: from one address, and from all.
_OWN, _ALL = (10, 1 / 6), (300, 5.0)
_MOST_ADDRESSES, _MOST_PROVEN = 10_000, 1_000
#: So long an address counts as one from which the secret came.
_PROVEN_S = 86400.0
#: The wait of a guess that is slowed and not refused. It holds a connection, and strangers have few.
_PAUSE_S = 1.0


@dataclass(slots=True)
class _Allowance:
    """Tokens that come back with time."""

    most: float
    per_s: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take a token; return 0, or the seconds until there is one."""
        self.left, self.at = min(self.most, self.left + (now - self.at) * self.per_s), now
        if self.left < 1:
            return (1 - self.left) / self.per_s
        self.left -= 1
        return 0.0


class Guesses:
    """Wrong values of one secret so far. Used in the event loop only."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now, self._pause = now, pause
        self._all = _Allowance(*_ALL, _ALL[0], now())
        self._own: OrderedDict[str, _Allowance] = OrderedDict()
        self._proven: OrderedDict[str, float] = OrderedDict()

    async def judge(self, address: str, is_right: Callable[[], bool]) -> bool:
        """Return `is_right()`, after a second where guesses have to be slowed.

        Raises Refused, without a look at the secret, after too many wrong ones from an address from which the right one
        has not come lately.
        """
        wait_s, known = self._allowance(address).take(self._now()), self._is_proven(address)
        if wait_s and not known:
            raise Refused(
                429,
                "too_many_guesses",
                "too many wrong keys came from this address",
                "try again after the seconds of Retry-After",
                headers={"Retry-After": str(math.ceil(wait_s))},
            )
        all_wait_s = self._all.take(self._now())
        if wait_s or (all_wait_s and not known):
            await self._pause(_PAUSE_S)
        if not is_right():
            return False
        self._allowance(address).left += not wait_s  # the right secret costs nothing
        self._all.left += not all_wait_s
        self._prove(address)
        return True

    def _allowance(self, address: str) -> _Allowance:
        own = self._own.setdefault(address, _Allowance(*_OWN, _OWN[0], self._now()))
        self._own.move_to_end(address)
        if len(self._own) > _MOST_ADDRESSES:
            self._own.popitem(last=False)
        return own

    def _is_proven(self, address: str) -> bool:
        return self._now() - self._proven.get(address, -math.inf) < _PROVEN_S

    def _prove(self, address: str) -> None:
        """Note the address from which the right secret came."""
        self._proven[address] = self._now()
        self._proven.move_to_end(address)
        if len(self._proven) > _MOST_PROVEN:
            self._proven.popitem(last=False)
