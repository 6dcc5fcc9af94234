"""Locks over all processes, renewed while their holder lives, and actions that one process does for all others.

Waiters get a lock in the order of their arrival. A waiter that has died is passed over. A process that was frozen, or
cut off from Redis, may hold a lock no longer without knowing it; so `HeldLock.check` comes before each effect that must
not happen twice.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis

from prelabel.errors import PrelabelError, ServiceUnavailable
from prelabel.ledger.redis_state import RedisState, redis_errors

#: A lock outlives a dead holder by this time.
LOCK_LEASE_S = 20.0
#: The first pause of a waiter, and its longest one; the end of a lock's use wakes the next waiter before that.
_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0
#: A waiter that is late by so much is passed over.
_LATE_S = 4.0
#: A clock that goes on while the machine is suspended. On macOS the monotonic clock does.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class HeldLock:
    """A lock that this process has taken. `close` ends its renewal."""

    def __init__(self, state: RedisState, name: str, token: str, taken_at: float) -> None:
        self._state, self._name, self._token = state, name, token
        self._confirmed_at = taken_at
        self._lost = False
        self._over = threading.Event()
        self._renewer = threading.Thread(target=self._renew_often, name=f"renew {name}", daemon=True)
        self._renewer.start()

    def is_sure(self) -> bool:
        """Return whether nobody else can have the lock at this moment."""
        if self._is_fresh():
            return True
        with suppress(ServiceUnavailable):
            self._renew()
        return self._is_fresh()

    def check(self) -> None:
        """Raise ServiceUnavailable, which uses up no try, when somebody else may have the lock."""
        if not self.is_sure():
            error = ServiceUnavailable(
                "this process stood still or did not reach Redis for so long that another one may have taken over; "
                "the work is tried again"
            )
            error.charged = False
            raise error

    def close(self) -> None:
        """End the renewal."""
        self._over.set()
        self._renewer.join()

    def _is_fresh(self) -> bool:
        """Return whether Redis confirmed the lease so recently that a quarter of it is left."""
        return not self._lost and time.clock_gettime(_CLOCK) - self._confirmed_at < LOCK_LEASE_S * 3 / 4

    def _renew_often(self) -> None:
        while not self._lost and not self._over.wait(LOCK_LEASE_S / 4):
            with suppress(ServiceUnavailable, redis.exceptions.RedisError):
                self._renew()

    def _renew(self) -> None:
        """Prolong the lease, which counts from before the call. A lock that is lost stays lost."""
        asked_at = time.clock_gettime(_CLOCK)
        if not self._lost and self._state.run("locks/renew", self._name, self._token, _ms(LOCK_LEASE_S)):
            self._confirmed_at = max(self._confirmed_at, asked_at)
        else:
            self._lost = True


class Locks:
    """Locks in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def first(self, name: str, *, within_s: float) -> bool:
        """Return whether this is the first call with this name in `within_s` seconds, over all processes."""
        with redis_errors():
            return bool(self._state.redis.set(self._state.name("first", name), 1, nx=True, px=_ms(within_s)))

    @contextmanager
    def hold(self, name: str, *, wait_s: float = 0.0) -> Iterator[HeldLock | None]:
        """Hold a lock during the block; yield None when others had it, or came first, for all of `wait_s`.

        The lock is renewed while the block runs, so that the lock of a dead holder is free within LOCK_LEASE_S.
        """
        token = secrets.token_hex(8)
        try:
            held = self._wait(name, token, wait_s)
        except BaseException:
            self._leave(name, token)
            raise
        if held is None:
            if wait_s > 0:
                self._leave(name, token)
            yield None
            return
        try:
            yield held
        finally:
            held.close()
            self._leave(name, token)

    def _wait(self, name: str, token: str, wait_s: float) -> HeldLock | None:
        ends_at, pause_s = time.monotonic() + wait_s, _PAUSE_S
        while True:
            asked_at, left_s = time.clock_gettime(_CLOCK), ends_at - time.monotonic()
            back_s = min(pause_s, left_s) + _LATE_S if left_s > 0 else 0.0
            if self._state.run("locks/take", name, token, _ms(LOCK_LEASE_S), _ms(back_s)):
                return HeldLock(self._state, name, token, asked_at)
            if left_s <= 0:
                return None
            with redis_errors():
                # Redis reads 0 as: without an end.
                wake, for_s = self._state.name("lock", name, "wake", token), max(0.01, min(pause_s, left_s))
                self._state.redis.brpop(wake, timeout=round(for_s, 3))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _leave(self, name: str, token: str) -> None:
        """Release the lock, or give up the wait for it; without Redis, the lease or the line runs out."""
        with suppress(PrelabelError):
            self._state.run("locks/leave", name, token)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
