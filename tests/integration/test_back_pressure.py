"""Tests of the ledger's size in Redis: a large project's records are bounded, and expire."""

from __future__ import annotations

import itertools

import pytest
import redis
from kombu import Connection

from prelabel.errors import ImageMissing
from prelabel.ledger import scripts
from prelabel.ledger.leases import MAX_CRASHES
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Page, PageRef, Word
from prelabel.queues.priority import PRIORITIES, queue_lists

_servers = itertools.count()
PAGE = Page(100, 50, 100, 50, words=(Word("Total", Box(1, 2, 3, 4), 0.9, "test"),))
SMALL_PROJECT = 7


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"back-pressure-test-{next(_servers)}")


def claimed(ledger: Ledger, task_id: int) -> Claim:
    found = ledger.pages.claim(PageRef(6, task_id, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    return found[0]


def held(ledger: Ledger) -> dict[str, tuple[int, bool]]:
    """Return for every key of the ledger its bytes and whether it expires."""
    server = ledger._state.redis
    keys = [key.decode() for key in server.scan_iter(ledger._state.name("*"), count=1000)]
    return {key.split(":", 2)[2]: (server.memory_usage(key, samples=0), server.ttl(key) > 0) for key in keys}


def test_a_run_of_100_000_pages_takes_a_few_kilobytes(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, range(2_000_001, 2_100_001), listed_at=ledger.now())
    assert ledger.runs.progress(6, run).queued == 100_000
    assert sum(size for size, _ in held(ledger).values()) < 50_000
    ledger.pages.finish(claimed(ledger, 2_050_000), seconds={})
    ledger.pages.finish(claimed(ledger, 2_200_000), seconds={})
    now = ledger.runs.progress(6, run)
    assert (now.queued, now.done) == (99_999, 1), "a page that is not of the run does not count"
    ledger.runs.open(run, 6, [1, 2_000_001, 2_100_001], listed_at=ledger.now())
    assert ledger.runs.progress(6, run).queued == 100_001, "listed again, after the first listing has died"


def test_ended_pages_leave_only_counts_and_keys_that_expire(ledger: Ledger) -> None:
    run = ledger.runs.create(6)
    pages = range(1, 101)
    ledger.runs.open(run, 6, pages, listed_at=ledger.now())
    for page in pages:
        claim = claimed(ledger, page)
        ledger.leases.reserve(claim, "w")
        ledger.leases.begin(claim, "ocr", "w", charge="alone")
        if page > 98:
            ledger.leases.fail(claim, "ocr", ImageMissing("x"), attempts=1)
            continue
        ledger.pages.advance(claim, "extract", PAGE, lease_s=60, ttl_s=60, seconds={"ocr": 1.5})
        ledger.pages.advance(claim, "upload", PAGE, lease_s=60, ttl_s=60, seconds={"ser": 0.5})
        ledger.intents.record([claim], ledger.now())
        ledger.pages.finish(claim, seconds={"upload": 0.1})
        ledger.intents.forget([claim])
        ledger.leases.extend([claim], lease_s=60)
        ledger.leases.charge([claim], "alone")
    left = held(ledger)
    assert {name for name, (_, expires) in left.items() if not expires} == {
        "ended:6", "seconds:6", "failed:6", "care",
        "versions:6", "version_codes",  # seven bytes a page: which version made its prediction
        "group:6", "group:6:1",  # the run is named once for all of its failed pages
    }  # fmt: skip
    assert {name for name, (_, expires) in left.items() if expires} == {
        "finished:6",
        f"run:{run}",
    }


def test_scripts_and_kombu_name_the_same_lists(redis_url: str) -> None:
    with Connection(redis_url) as connection:
        channel = connection.default_channel
        assert list(channel.priority_steps) == list(PRIORITIES)
        assert [channel._q_for_pri("cpu", priority) for priority in PRIORITIES] == queue_lists("cpu")
    # Lua gets the names of the lists as kombu writes them
    with redis.Redis.from_url(redis_url) as client:
        script = f"{scripts._constants(MAX_CRASHES)} return WAITS_IN.ocr"
        assert [name.decode() for name in client.eval(script, 0)] == [*queue_lists("cpu"), *queue_lists("ocr_gpu")]
