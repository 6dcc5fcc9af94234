"""Locks of the ledger on a real Redis: in the order of arrival, past dead waiters, never lost unnoticed."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
import redis

from prelabel.errors import ServiceUnavailable
from prelabel.ledger import locks
from prelabel.ledger.ledger import Ledger

_servers = itertools.count()
#: A process that takes a lock, waits to be told to go on, and says whether it is sure of the lock.
_HOLDER = """
import sys
import redis
from prelabel.ledger import locks
from prelabel.ledger.ledger import Ledger
locks.LOCK_LEASE_S = float(sys.argv[3])
with Ledger(redis.Redis.from_url(sys.argv[1]), sys.argv[2]).locks.hold("x") as held:
    print("held", held.is_sure(), flush=True)
    sys.stdin.readline()
    print("sure", held.is_sure(), flush=True)
"""


@pytest.fixture
def server_id() -> str:
    return f"locks-test-{next(_servers)}"


@pytest.fixture
def ledger(redis_url: str, server_id: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), server_id)


@pytest.fixture
def store(redis_url: str) -> Any:
    return redis.Redis.from_url(redis_url, decode_responses=True)


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(locks, "LOCK_LEASE_S", 2.0)
    return 2.0


def waiting(store: Any, server_id: str) -> int:
    return int(store.zcard(f"prelabel:{server_id}:lock:x:line"))


def wait_for(what: Any, for_s: float = 10.0) -> None:
    deadline = time.monotonic() + for_s
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_waiters_get_the_lock_in_the_order_of_their_arrival(ledger: Ledger, store: Any, server_id: str) -> None:
    got: list[int] = []

    def take(number: int) -> None:
        with ledger.locks.hold("x", wait_s=30) as held:
            assert held
            got.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    with ledger.locks.hold("x"):
        for number, thread in enumerate(threads):
            thread.start()
            wait_for(lambda number=number: waiting(store, server_id) == number + 1)
        with ledger.locks.hold("x") as pushing:
            assert pushing is None
    with ledger.locks.hold("x") as pushing:
        assert pushing is None or got == [*range(6)], "a call that does not wait passes nobody"
    for thread in threads:
        thread.join(30)
    assert got == [*range(6)]
    assert store.keys(f"prelabel:{server_id}:lock:*") == []


def test_the_end_of_a_use_wakes_the_next_waiter(ledger: Ledger, store: Any, server_id: str) -> None:
    taken_at: list[float] = []

    def take() -> None:
        with ledger.locks.hold("x", wait_s=30):
            taken_at.append(time.monotonic())

    thread = threading.Thread(target=take)
    with ledger.locks.hold("x"):
        thread.start()
        time.sleep(2)  # its pauses have grown to a second
    freed_at = time.monotonic()
    thread.join(30)
    assert taken_at[0] - freed_at < 0.5


def test_a_dead_waiter_is_passed_over(ledger: Ledger, store: Any, server_id: str) -> None:
    with ledger.locks.hold("x"):
        assert ledger._state.run("locks/take", "x", "dead", 20000, 500) == 0, "waits, and never comes back"
        started = time.monotonic()
    with ledger.locks.hold("x", wait_s=10) as held:
        assert held
        assert 0.3 < time.monotonic() - started < 5
    assert waiting(store, server_id) == 0


def test_a_waiter_that_gives_up_stands_in_nobodys_way(ledger: Ledger, store: Any, server_id: str) -> None:
    with ledger.locks.hold("x"), ledger.locks.hold("x", wait_s=0.2) as late:
        assert late is None
    with ledger.locks.hold("x") as held:
        assert held
    assert store.keys(f"prelabel:{server_id}:lock:*") == []


def test_waiting_takes_few_commands(ledger: Ledger, store: Any) -> None:
    def calls() -> int:
        return sum(row["calls"] for name, row in store.info("commandstats").items() if name in counted)

    counted = {"cmdstat_evalsha", "cmdstat_brpop"}
    with ledger.locks.hold("x"):
        before = calls()
        with ledger.locks.hold("x", wait_s=4):
            pass
        assert calls() - before < 24


def test_a_frozen_holder_knows_that_its_lock_may_be_gone(ledger: Ledger, redis_url: str, server_id: str) -> None:
    command = [sys.executable, "-c", _HOLDER, redis_url, server_id, "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held True\n"
        os.kill(holder.pid, signal.SIGSTOP)
        with ledger.locks.hold("x", wait_s=10) as held:
            assert held
            os.kill(holder.pid, signal.SIGCONT)
            assert holder.communicate("\n", timeout=30)[0] == "sure False\n"
            held.check()  # the other one has released nothing that is not its own


def test_a_living_holder_stays_sure_beyond_the_lease(ledger: Ledger, short_lease: float) -> None:
    with ledger.locks.hold("x") as held:
        assert held
        time.sleep(2.5 * short_lease)
        held.check()


def test_a_lost_lock_is_not_renewed_for_its_next_holder(
    ledger: Ledger, store: Any, server_id: str, short_lease: float
) -> None:
    with ledger.locks.hold("x") as held:
        assert held
        store.set(f"prelabel:{server_id}:lock:x", "another", px=60000)
        wait_for(lambda: not held.is_sure())
        with pytest.raises(ServiceUnavailable, match="stood still") as raised:
            held.check()
        assert not raised.value.charged
        assert raised.value.retryable
        assert store.pttl(f"prelabel:{server_id}:lock:x") > 50000
    assert store.get(f"prelabel:{server_id}:lock:x") == "another"


def test_a_suspended_machine_ages_the_lease(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger.locks.hold("x") as held:
        assert held
        slept = time.clock_gettime
        monkeypatch.setattr(ledger._state, "run", lambda *_: 0)  # it has gone to another process meanwhile
        monkeypatch.setattr(time, "clock_gettime", lambda clock: slept(clock) + 100 * (clock == time.CLOCK_BOOTTIME))
        assert not held.is_sure()
        monkeypatch.undo()
