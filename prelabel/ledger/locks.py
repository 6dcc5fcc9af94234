"""Locks over all processes, renewed while their holder lives, and actions that one process does for all others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import redis

from prelabel.ledger.redis_state import RedisState, redis_errors

#: A lock outlives a dead holder by this time.
LOCK_LEASE_S = 20.0


class Locks:
    """Locks in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def first(self, name: str, *, within_s: float) -> bool:
        """Return whether this is the first call with this name in `within_s` seconds, over all processes."""
        with redis_errors():
            return bool(self._state.redis.set(self._state.name("first", name), 1, nx=True, px=int(within_s * 1000)))

    @contextmanager
    def hold(self, name: str, *, wait_s: float = 0.0) -> Iterator[bool]:
        """Hold a lock during the block; yield False when another holder kept it for all of `wait_s`.

        The lock is renewed while the block runs, so that the lock of a dead holder is free within LOCK_LEASE_S.
        """
        with redis_errors():
            lock = self._state.redis.lock(
                self._state.name("lock", name), timeout=LOCK_LEASE_S, sleep=0.05, thread_local=False
            )
            held = lock.acquire(blocking_timeout=wait_s)
        if not held:
            yield False
            return
        over = threading.Event()
        renewer = threading.Thread(target=_renew, args=(lock, over), name=f"renew {name}", daemon=True)
        renewer.start()
        try:
            yield True
        finally:
            over.set()
            renewer.join()
            with redis_errors(), suppress(redis.exceptions.LockError):  # it ran out: another holder has it now
                lock.release()


def _renew(lock: Any, over: threading.Event) -> None:
    while not over.wait(LOCK_LEASE_S / 4):
        with suppress(redis.exceptions.RedisError):
            lock.reacquire()
