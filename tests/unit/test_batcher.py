"""Tests of the batcher: the end of a batch, its items, and the errors of its items."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from workers.batcher import Batcher


class Recorder:
    """Work that doubles numbers, fails on negative ones, and can be held back."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.go.wait(5)
        self.batches.append(list(items))
        if any(item < 0 for item in items):
            raise ValueError("negative")
        return [2 * item for item in items]


def test_items_that_wait_share_a_batch() -> None:
    work = Recorder()
    work.go.clear()
    batcher = Batcher(work, max_items=8, wait_s=0.05)
    futures = [batcher.submit(n) for n in range(20)]
    work.go.set()
    assert [f.result(5) for f in futures] == [2 * n for n in range(20)]
    assert [len(batch) for batch in work.batches] == [8, 8, 4]


def test_a_cost_budget_closes_a_batch() -> None:
    work = Recorder()
    work.go.clear()
    batcher = Batcher(work, max_items=100, max_cost=10, wait_s=0.05)
    futures = [batcher.submit(n, cost=n) for n in (4, 5, 3, 20, 1)]
    work.go.set()
    assert [f.result(5) for f in futures] == [8, 10, 6, 40, 2]
    assert work.batches == [[4, 5], [3], [20], [1]]


def test_one_bad_item_fails_alone() -> None:
    work = Recorder()
    work.go.clear()
    batcher = Batcher(work, max_items=8, wait_s=0.05)
    futures = [batcher.submit(n) for n in (1, 2, -3, 4, 5)]
    work.go.set()
    with pytest.raises(ValueError, match="negative"):
        futures[2].result(5)
    assert [f.result(5) for i, f in enumerate(futures) if i != 2] == [2, 4, 8, 10]


def test_an_item_that_must_be_alone_has_its_own_batch() -> None:
    work = Recorder()
    work.go.clear()
    batcher = Batcher(work, max_items=8, wait_s=0.05)
    futures = [batcher.submit(1), batcher.submit(2, alone=True), batcher.submit(3)]
    work.go.set()
    assert [f.result(5) for f in futures] == [2, 4, 6]
    assert work.batches == [[1], [2], [3]]


def test_closing_finishes_all_items() -> None:
    work = Recorder()
    batcher = Batcher(work, max_items=3, wait_s=0.2)
    futures = [batcher.submit(n) for n in range(4)]
    batcher.close()
    assert [f.result(0) for f in futures] == [0, 2, 4, 6]


def test_a_batch_waits_only_while_more_is_coming() -> None:
    work, coming = Recorder(), threading.Event()
    coming.set()
    batcher = Batcher(work, max_items=8, wait_s=30.0, more_coming=lambda items: coming.is_set())
    first = batcher.submit(1)
    second = batcher.submit(2)
    assert work.batches == []
    coming.clear()
    assert (first.result(5), second.result(5)) == (2, 4)
    assert work.batches == [[1, 2]]


class Device:
    """A device that begins work at once and ends it on command; `log` keeps the order of events."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.ends = threading.Semaphore(0)

    def __call__(self, items: Sequence[int]) -> Callable[[], list[int]]:
        self.log.append(f"begin {list(items)}")

        def wait() -> list[int]:
            assert self.ends.acquire(timeout=5)
            self.log.append(f"end {list(items)}")
            if any(item < 0 for item in items):
                raise ValueError("negative")
            return [2 * item for item in items]

        return wait


def test_the_next_batch_begins_while_the_last_is_still_under_way() -> None:
    device = Device()
    batcher = Batcher(device, max_items=2, wait_s=0.05)
    futures = [batcher.submit(n) for n in (1, 2, 3, 4)]
    while len(device.log) < 2:
        time.sleep(0.001)
    assert device.log == ["begin [1, 2]", "begin [3, 4]"]
    device.ends.release(2)
    assert [f.result(5) for f in futures] == [2, 4, 6, 8]


def test_one_item_has_the_device_to_itself() -> None:
    device = Device()
    batcher = Batcher(device, max_items=2, wait_s=0.05)
    futures = [batcher.submit(1), batcher.submit(2), batcher.submit(3, alone=True), batcher.submit(4)]
    futures.append(batcher.submit(5))
    device.ends.release(3)
    assert [f.result(5) for f in futures] == [2, 4, 6, 8, 10]
    assert device.log == [f"{word} {items}" for items in ([1, 2], [3], [4, 5]) for word in ("begin", "end")]


def test_one_bad_item_fails_alone_where_work_goes_on_by_itself_and_closing_loses_nothing() -> None:
    device = Device()
    batcher = Batcher(device, max_items=4, wait_s=0.05)
    futures = [batcher.submit(n) for n in (1, 2, -3, 4, 5, 6)]
    device.ends.release(20)
    batcher.close()
    assert [f.result(0) for i, f in enumerate(futures) if i != 2] == [2, 4, 8, 10, 12]
    with pytest.raises(ValueError, match="negative"):
        futures[2].result(0)


def test_the_working_thread_does_not_wait_while_items_wait() -> None:
    work = Recorder()
    work.go.clear()
    batcher = Batcher(work, max_items=4, wait_s=30.0)
    futures = [batcher.submit(n) for n in range(40)]
    waited_s = batcher.waited_s
    work.go.set()
    assert [f.result(5) for f in futures[:40]] == [2 * n for n in range(40)]
    assert batcher.waited_s - waited_s < 1.0
