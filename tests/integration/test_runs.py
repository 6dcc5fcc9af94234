"""Runs on a real Redis: many of them, far-apart task ids, runs of release 0.1, and what a page's end costs."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import redis

from prelabel.errors import ImageMissing
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.redis_state import PORTION
from prelabel.page import PageRef

_servers = itertools.count()
FAR_APART = 10_007


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"runs-test-{next(_servers)}")


def claimed(ledger: Ledger, task_id: int) -> Claim:
    found = ledger.pages.claim(PageRef(6, task_id, f"/{task_id}.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    return found[0]


def run_of(ledger: Ledger, *task_ids: int) -> str:
    run = ledger.runs.create(6)
    ledger.runs.open(run, 6, task_ids, listed_at=ledger.now())
    return run


def fail(ledger: Ledger, task_id: int) -> None:
    ledger.leases.fail(claimed(ledger, task_id), "ocr", ImageMissing("there is none"), attempts=1)


def calls(client: Any) -> int:
    """Return the number of commands that the server has run so far, those inside scripts included."""
    return sum(int(row["calls"]) for row in client.info("commandstats").values())


def commands_of_an_end(ledger: Ledger, task_id: int) -> int:
    claim, client = claimed(ledger, task_id), ledger._state.redis
    before = calls(client)
    ledger.pages.finish(claim, seconds={"ocr": 1.0})
    return calls(client) - before - 1


def test_the_end_of_a_page_costs_the_same_after_a_thousand_runs(ledger: Ledger) -> None:
    """Given a page, when runs have ended before it, or wait for other pages, then its end runs no more commands."""
    run_of(ledger, 1, 2, 10)
    alone = commands_of_an_end(ledger, 1)
    for _ in range(500):
        run_of(ledger)
    for page in range(1_000, 1_500):
        run_of(ledger, page)
    assert len(ledger.runs.unfinished(6)) == 501
    assert commands_of_an_end(ledger, 2) <= alone


def test_runs_that_wait_for_the_same_pages_share_them(ledger: Ledger) -> None:
    """Given a project that is enqueued again and again while its pages wait, then the end of a page costs the same."""
    runs = [run_of(ledger, *range(1, 21)) for _ in range(50)]
    commands = [commands_of_an_end(ledger, page) for page in (1, 2)]
    assert max(commands) < 60
    assert {ledger.runs.progress(6, run).done for run in runs} == {2}
    waiting = [ledger.runs.create(6) for _ in range(50)]
    assert sorted(ledger.runs.unlisted(6)) == sorted(waiting)
    ledger.runs.open_all(waiting, 6, range(1, 31), listed_at=0)
    assert {ledger.runs.progress(6, run).total for run in waiting} == {28}, "pages 1 and 2 have ended"
    for page in range(3, 31):
        ledger.pages.finish(claimed(ledger, page), seconds={})
    assert {(now.done, now.finished) for now in (ledger.runs.progress(6, run) for run in runs)} == {(20, True)}
    assert {(now.done, now.finished) for now in (ledger.runs.progress(6, run) for run in waiting)} == {(28, True)}
    assert ledger.runs.unfinished(6) == []


def test_task_ids_far_apart_take_no_more_memory_than_their_number(ledger: Ledger) -> None:
    """Given 2,000 ids over 10^9, then the run takes less than 100 bytes a page; a bitmap would take 125 MB."""
    ids, client = range(1, 10**9, 10**9 // 2_000), ledger._state.redis
    before = int(client.info("memory")["used_memory"])
    run = run_of(ledger, *ids)
    used = int(client.info("memory")["used_memory"]) - before
    assert used < 100 * 2_000 + 50_000
    assert sorted(set(ledger.runs.open_pages(6))) == list(ids)
    ledger.runs.close_pages(6, ids, "skipped")
    assert ledger.runs.progress(6, run).skipped == 2_000
    assert not client.exists(ledger._state.name("open", 6))


def test_a_run_is_kept_until_it_has_ended_and_a_week_longer(ledger: Ledger) -> None:
    run = run_of(ledger, 1, 2)
    record = ledger._state.name("run", run)
    ledger.pages.finish(claimed(ledger, 1), seconds={})
    assert ledger._state.redis.ttl(record) == -1, "a run may wait longer than a week"
    fail(ledger, 2)
    assert 6 * 86400 < ledger._state.redis.ttl(record) <= 7 * 86400
    ledger.failed_list.retry(6, [2])
    assert (ledger._state.redis.ttl(record), ledger.runs.unfinished(6)) == (-1, [run])
    ledger.pages.finish(claimed(ledger, 2), seconds={})
    now = ledger.runs.progress(6, run)
    assert (now.total, now.done, now.failed, now.finished) == (2, 2, 0, True)
    left = {key.decode().split(":", 2)[2] for key in ledger._state.redis.scan_iter(f"{ledger._state.prefix}*")}
    assert left == {"care", "ended:6", "finished:6", "group:6", f"run:{run}", "versions:6", "version_codes"}


def test_a_run_of_release_0_1_is_read_once(ledger: Ledger) -> None:
    """Given runs whose pages are bits, failed entries without a group, and a page that ended since, then all counts."""
    client, name, first = ledger._state.redis, ledger._state.name, 5_000_000
    for page in (first + 2, first + 9):
        fail(ledger, page)
    client.sadd(name("runs", 6), "old", "ended", "forgotten")
    client.expire(name("runs", 6), 100)
    client.hset(name("run", "old"), mapping={"project": 6, "first": first, "opened": 1, "done": 3, "skipped": 1})
    client.hset(name("run", "ended"), mapping={"project": 6, "first": first, "opened": 1, "done": 9})
    for run in ("old", "ended"):
        client.expire(name("run", run), 100)
        client.setbit(name("run", run, "failed"), 2, 1)
    for page in (0, 1, 600_000):
        client.setbit(name("run", "old", "open"), page, 1)
    client.setbit(name("run", "old", "failed"), 9, 1)
    assert ledger.runs.progress(6, "old").queued == 3, "read by whoever asks first"
    assert ledger.runs.unfinished(6) == ["old"]
    now, ended = ledger.runs.progress(6, "old"), ledger.runs.progress(6, "ended")
    assert (now.queued, now.done, now.failed, now.skipped, now.finished) == (3, 3, 2, 1, False)
    assert (ended.done, ended.failed, ended.finished) == (9, 1, True)
    assert [client.ttl(name(*key)) for key in (("run", "old"), ("runs", 6))] == [-1, -1]
    ledger.pages.finish(claimed(ledger, first + 600_000), seconds={})
    ledger.failed_list.retry(6, [first + 2])
    ledger.failed_list.drop(6, [first + 9])
    now, ended = ledger.runs.progress(6, "old"), ledger.runs.progress(6, "ended")
    assert (now.queued, now.done, now.failed, now.skipped) == (3, 4, 0, 2)
    assert (ended.queued, ended.failed, ended.finished) == (1, 0, False)
    assert not [key for key in client.scan_iter(name("run", "*")) if key.endswith((b":open", b":failed"))]


def test_a_page_that_a_worker_of_release_0_1_failed_is_no_longer_waited_for(ledger: Ledger) -> None:
    run = run_of(ledger, 1, 2)
    row = {"reason": "image_missing", "stage": "ocr", "attempts": 1, "message": "m", "at": 1, "image": "/1.png"}
    ledger._state.redis.hset(ledger._state.name("failed", 6), "1", json.dumps(row))
    ledger._state.redis.hset(ledger._state.name("skipped", 6), "2", "dropped")
    for page in (1, 2):
        ref = PageRef(6, page, f"/{page}.png")
        assert ledger.pages.claim(ref, "v1", lease_s=60, listed_at=ledger.now()) is None
    now = ledger.runs.progress(6, run)
    assert (now.failed, now.skipped, now.finished) == (1, 1, True)
    ledger.failed_list.retry(6, [1])
    assert ledger.runs.progress(6, run).queued == 1


class Model:
    """What runs must count, in plain Python: for each run the state of each of its pages."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[int, str]] = {}
        self.failed_for: dict[int, list[str]] = {}

    def end(self, page: int, outcome: str) -> None:
        waiting = [run for run, pages in self.runs.items() if pages.get(page) == "open"]
        for run in waiting:
            self.runs[run][page] = outcome
        if outcome == "failed":
            self.failed_for[page] = waiting

    def take_off(self, page: int, state: str) -> None:
        for run in self.failed_for.pop(page):
            self.runs[run][page] = state

    def counts(self, run: str) -> Counter[str]:
        return Counter(self.runs[run].values())


@pytest.mark.parametrize("seed", range(4))
def test_runs_count_like_a_plain_model_whatever_happens(ledger: Ledger, seed: int) -> None:
    """Given any order of openings, ends, retries and drops, then each run counts its own pages."""
    draw, model = random.Random(seed), Model()
    pages = [FAR_APART * n + n for n in range(1, 25)] + list(range(250, 262)) + list(range(5_000, 5_050))
    done, dropped = set[int](), set[int]()
    for _ in range(250):
        page, act = draw.choice(pages), draw.choice(["open", "done", "skipped", "failed", "failed", "retry", "drop"])
        left = [p for p in pages if p not in done | dropped | model.failed_for.keys()]
        if act == "open":
            listed = draw.sample(pages, draw.randrange(len(pages)))
            again = set(draw.sample(sorted(done), len(done) // 3))  # predicted by another version
            run = run_of(ledger, *[p for p in listed if p not in done - again])
            model.runs[run] = {p: "open" for p in listed if p in {*left, *again}}
            done -= again & {*listed}
        elif act in ("done", "skipped") and page in left:
            ledger.pages.finish(claimed(ledger, page), seconds={}) if act == "done" else ledger.pages.skip(
                claimed(ledger, page), "page_gone"
            )
            model.end(page, act)
            done.add(page)
        elif act == "failed" and page in left:
            fail(ledger, page)
            model.end(page, "failed")
        elif act in ("retry", "drop") and page in model.failed_for:
            getattr(ledger.failed_list, act)(6, [page])
            model.take_off(page, "open" if act == "retry" else "skipped")
            dropped |= {page} if act == "drop" else set()
    assert len(model.runs) > 10
    for run in model.runs:
        now, expected = ledger.runs.progress(6, run), model.counts(run)
        found = {"open": now.queued, "done": now.done, "failed": now.failed, "skipped": now.skipped}
        assert {name: count for name, count in found.items() if count} == dict(expected), run
    assert {*ledger.runs.unfinished(6)} == {run for run in model.runs if model.counts(run)["open"]}
    assert set(ledger.runs.open_pages(6)) == {p for run in model.runs.values() for p, s in run.items() if s == "open"}


def scripts_of(ledger: Ledger, call: Callable[[], object]) -> int:
    """Return the number of scripts that a call runs."""
    before = int(ledger._state.redis.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])
    call()
    return int(ledger._state.redis.info("commandstats")["cmdstat_evalsha"]["calls"]) - before


def test_no_script_walks_a_whole_project(ledger: Ledger) -> None:
    """Given 1,000 pages, then all that touches each of them does so in portions, between which Redis serves others."""
    pages, run, least = range(1, 1_001), ledger.runs.create(6), 1_000 // PORTION

    def open_run() -> None:
        ledger.runs.open(run, 6, pages, listed_at=0)

    def fail_all() -> None:
        for page in pages:
            fail(ledger, page)

    assert scripts_of(ledger, open_run) > least
    assert scripts_of(ledger, lambda: ledger.runs.missing_pages(6, [])) >= least
    fail_all()
    assert scripts_of(ledger, lambda: ledger.failed_list.retry(6, ledger.failed_list.ids(6))) >= least
    for page in pages:
        claimed(ledger, page)
    assert scripts_of(ledger, lambda: ledger.pages.free(6)) >= least
    assert scripts_of(ledger, lambda: ledger.audit.strays(6, repair=False)) >= least
    assert scripts_of(ledger, lambda: ledger.halts.cancel(6)) >= least
    assert ledger.runs.progress(6, run).cancelled == 1_000
