"""The ledger's index of exact versions, on a real Redis."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import redis

from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import PageRef

_servers = itertools.count()
OLD, NEW = "prelabel-compact-11111111-22222222", "prelabel-compact-33333333-22222222"
#: Task ids at the edges of fields, far apart, and beyond 32 bits.
IDS = (1, 31, 32, 33, 64, 100_000, 2**33 + 31)


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"versions-test-{next(_servers)}")


def claimed(ledger: Ledger, task_id: int, version: str) -> Claim:
    found = ledger.pages.claim(PageRef(6, task_id, "/a.png"), version, lease_s=60, listed_at=ledger.now())
    assert found is not None
    return found[0]


def test_each_page_has_the_version_that_was_noted_last(ledger: Ledger) -> None:
    ledger.versions.note(6, dict.fromkeys(IDS, OLD))
    ledger.versions.note(6, {32: NEW, 2: NEW})
    ledger.versions.forget(6, [33, 50])
    expected = dict.fromkeys(IDS, OLD) | {32: NEW, 2: NEW}
    del expected[33]
    assert ledger.versions.of_pages(6, [*IDS, 2, 50, 7]) == expected
    assert ledger.versions.count(6) == {OLD: 5, NEW: 2}
    assert ledger.versions.of_pages(7, IDS) == {}
    assert ledger.versions.of_pages(6, []) == {}


def test_the_end_of_a_page_notes_its_version(ledger: Ledger) -> None:
    ledger.versions.note(6, {2: OLD, 3: OLD, 4: OLD})
    done, gone, used, failed = (claimed(ledger, task_id, NEW) for task_id in (1, 2, 3, 4))
    ledger.pages.finish(done, seconds={})
    ledger.pages.skip(gone, "page_gone")
    ledger.pages.skip(used, "in_use")
    assert ledger.versions.of_pages(6, [1, 2, 3, 4]) == {1: NEW, 3: OLD, 4: OLD}, failed
    ledger.pages.finish(Claim(6, 4, "stale", NEW), seconds={})
    assert ledger.versions.of_pages(6, [4]) == {4: OLD}, "a stale chain notes nothing"


def test_codes_of_two_ledgers_agree(ledger: Ledger, redis_url: str) -> None:
    other = Ledger(redis.Redis.from_url(redis_url), f"versions-test-{next(_servers)}")
    ledger.versions.note(6, {1: OLD, 2: NEW})
    other.versions.note(6, {2: NEW})
    store: Any = ledger._state.redis
    key, other_key = (each._state.name("versions", 6) for each in (ledger, other))
    assert store.hget(key, 0)[8:12] == store.hget(other_key, 0)[8:12]


def test_100_000_pages_take_less_than_a_megabyte(ledger: Ledger) -> None:
    store: Any = ledger._state.redis
    for first in range(1, 100_001, 5000):
        ledger.versions.note(6, dict.fromkeys(range(first, first + 5000), OLD))
    assert store.memory_usage(ledger._state.name("versions", 6), samples=0) < 1_000_000
    assert ledger.versions.count(6) == {OLD: 100_000}
