"""Tests of the failed list on a real Redis: long lists, addresses of images without keys, and a killed Redis."""

from __future__ import annotations

import itertools
import json
import signal
import tracemalloc
from pathlib import Path

import pytest
import redis

from devstack.redis import RedisServer
from prelabel.api.runs import failed_pages, retry_failed
from prelabel.errors import ImageMissing, OcrFailed
from prelabel.ledger.failed_list import Which
from prelabel.ledger.ledger import Ledger
from prelabel.page import PageRef
from prelabel.queues.routes import CONTROL
from prelabel.settings import Settings
from tests.support.queues import empty, waiting

_servers = itertools.count()


@pytest.fixture
def settings(redis_url: str) -> Settings:
    url = f"http://failed-list-{next(_servers)}"
    return Settings(_env_file=None, redis_url=redis_url, label_studio_url=url)


def fail(ledger: Ledger, task_id: int, image: str = "/a.png") -> None:
    found = ledger.pages.claim(PageRef(6, task_id, image), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    ledger.leases.fail(found[0], "ocr", ImageMissing("there is none"), attempts=1)


def test_a_long_list_is_read_in_portions(settings: Settings) -> None:
    """Given 5,000 failed pages, when they are listed and counted, then memory never holds all of them at once."""
    ledger, pages = Ledger.from_settings(settings), 5_000
    row = {"reason": "image_missing", "stage": "ocr", "attempts": 1, "message": "m" * 4000, "image": "/data/x.png"}
    rows = {str(n): json.dumps(row | {"at": 1e9 + n}) for n in range(pages)}
    redis.Redis.from_url(settings.redis_url).hset(f"prelabel:{settings.server_id}:failed:6", mapping=rows)  # type: ignore[arg-type]
    del rows

    tracemalloc.start()
    listed = ledger.failed_list.pages(6)
    first = [page.task_id for page in itertools.islice(listed, 3)]
    rest = sum(1 for _ in listed)
    (counted,) = ledger.failed_list.summary(6)
    peak_mb = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert (first, rest, counted.pages) == ([0, 1, 2], pages - 3, pages)
    assert peak_mb < 14, f"{peak_mb:.0f} MB for 20 MB of entries"
    assert ledger.failed_list.retry(6, ledger.failed_list.ids(6)) == pages


def test_from_python_pages_are_chosen_and_selected_again(settings: Settings) -> None:
    ledger = Ledger.from_settings(settings)
    for task_id in (1, 2, 3):
        fail(ledger, task_id)
    assert [page.task_id for page in failed_pages(6, reasons=["image_missing"], settings=settings)] == [1, 2, 3]
    assert retry_failed(6, reasons=["ocr_failed"], settings=settings) == 0
    before = len(waiting(settings, CONTROL))
    assert retry_failed(6, [1], settings=settings) == 1
    assert retry_failed(6, failure_class="permanent", stage="ocr", settings=settings) == 2
    assert len(waiting(settings, CONTROL)) - before == 1, "one selection waits for both"
    assert ledger.care.projects() == {6}
    empty(settings, CONTROL)
    assert list(failed_pages(6, settings=settings)) == []


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://u:p4ss@s3.example/b/k.png?X-Amz-Signature=5ec2e7#x", "https://s3.example/b/k.png"),
        ("ftp://u:p4ss@host/a?key=5ec2e7", "ftp://host/a"),
        ("//u:p4ss@host/a?key=5ec2e7", "//host/a"),
        ("/data/local-files/?d=forms/a.png", "/data/local-files/?d=forms/a.png"),
        ("s3://bucket/what?.png", "s3://bucket/what?.png"),
    ],
)
def test_an_address_is_shown_without_its_keys(settings: Settings, image: str, shown: str) -> None:
    ledger = Ledger.from_settings(settings)
    fail(ledger, 1, image)
    (page,) = list(ledger.failed_list.pages(6))
    assert page.image == shown


def test_the_list_outlives_a_redis_that_is_killed(tmp_path: Path) -> None:
    """Given failed and dropped pages and an append-only Redis, when Redis is killed, then both are there again."""
    with RedisServer(tmp_path / "redis", append_only=True) as server:
        ledger = Ledger.from_settings(
            Settings(_env_file=None, redis_url=server.url, label_studio_url="http://failed-list")
        )
        for task_id in (1, 2):
            fail(ledger, task_id)
        ledger.failed_list.drop(6, [2])
        before = list(ledger.failed_list.pages(6))
        server.process.signal(signal.SIGKILL)
        server.process.collect()
        server.start()
        assert list(ledger.failed_list.pages(6)) == before
        assert [page.task_id for page in before] == [1]
        assert ledger.runs.progress(6).skipped == 1
        assert ledger.failed_list.ids(6, Which(reasons=(OcrFailed.code,))) == []
