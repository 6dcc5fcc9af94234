"""Memory that a page takes in Redis, by stage: record, words and message in flight, then the entries that stay.

`python -m benchmarks.redis_memory [--json]`: a private redis-server, the ledger, Celery's own messages; ten seconds.
Sizes in flight are differences of Redis's `used_memory` over all pages, so they include Redis's overhead for keys.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import redis

from benchmarks.extract.pages import rows
from devstack.redis import RedisServer
from prelabel.errors import ImageUnreadable
from prelabel.kie.key_values.pairs import key_values
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import Stage
from prelabel.page import Entity, Link, Page, PageRef, WordLabel
from prelabel.queues.keys import queue_keys
from prelabel.queues.priority import PRIORITIES
from prelabel.settings import Settings

PROJECT = 1
RUN_PAGES = 100_000
_VERSION = "prelabel-compact-1f09c3a7-b2e4d610"
_IMAGE = "s3://customer-documents/2024/invoices/scan-{:07}.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--words", type=int, default=350, help="words a page")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder)) as server:
        found = measure(server.url, options.pages, options.words)
    if options.json:
        print(json.dumps(found))
        return
    print(f"Redis {found['redis']}, {options.words} words a page, mean of {options.pages} pages")
    for state, size in found["bytes_a_page"].items():
        print(f"{state:>20} {size:8,.0f} bytes")
    print(f"a run of {RUN_PAGES:,} pages {found['run_bytes']:,} bytes")


def measure(url: str, count: int, words: int) -> dict[str, Any]:
    """Measure bytes a page by state, and bytes of an open run; JSON-ready."""
    os.environ |= {"REDIS_URL": url, "LABEL_STUDIO_URL": "http://label-studio.example"}  # tasks.app reads them
    server: Any = redis.Redis.from_url(url)
    ledger = Ledger.from_settings(Settings())
    run = ledger.runs.create(PROJECT)
    ledger.runs.open(run, PROJECT, range(1, RUN_PAGES + 1), listed_at=ledger.now())
    run_bytes = _size(server, ledger, "run", run) + _size(server, ledger, "open", PROJECT)

    base = _used(server)
    pages = [with_key_values(rows(seed, words)) for seed in range(count)]
    claims = [_claim(ledger, number) for number in range(1, count + 1)]
    sizes = {"waiting for ocr": _with_messages(server, claims, "ocr", base)}
    for claim, page in zip(claims, pages, strict=True):
        words_only = Page(page.width_px, page.height_px, page.shown_width_px, page.shown_height_px, words=page.words)
        ledger.pages.advance(claim, "extract", words_only, lease_s=600, ttl_s=86400, seconds={"ocr": 1.234567})
    sizes["waiting for extract"] = _with_messages(server, claims, "extract", base)
    for claim, page in zip(claims, pages, strict=True):
        ledger.pages.advance(claim, "upload", page, lease_s=600, ttl_s=86400, seconds={"ser": 0.123456, "re": 0.234567})
    sizes["waiting for upload"] = _with_messages(server, claims, "upload", base)
    for claim in claims:
        ledger.pages.finish(claim, seconds={"upload": 1.234567})
    sizes["done, for an hour"] = _size(server, ledger, "finished", PROJECT) / count
    error = ImageUnreadable("this is no image that can be read: it begins like a PNG and ends after 5,000 bytes")
    for number in range(count + 1, 2 * count + 1):
        ledger.leases.fail(_claim(ledger, number), "ocr", error, attempts=1)
    sizes["failed"] = _size(server, ledger, "failed", PROJECT) / count
    return {"redis": server.info("server")["redis_version"], "bytes_a_page": sizes, "run_bytes": run_bytes}


def with_key_values(page: Page) -> Page:
    """Label two words a question, two an answer, and link each pair: as full as forms get."""
    kinds = ["QUESTION" if place % 4 < 2 else "ANSWER" for place in range(len(page.words))]
    entities = tuple(Entity(kinds[first], (first, first + 1), 0.9312) for first in range(0, len(kinds) - 1, 2))
    links = tuple(Link(source, source + 1, 0.8765) for source in range(0, len(entities) - 1, 2))
    labelled = page.with_labels(tuple(WordLabel(kind, 0.9312) for kind in kinds), entities)
    return labelled.with_links(links, key_values(labelled.words, entities, links))


def _claim(ledger: Ledger, number: int) -> Claim:
    ref = PageRef(PROJECT, number, _IMAGE.format(number))
    found = ledger.pages.claim(ref, _VERSION, lease_s=600, listed_at=ledger.now())
    if found is None:
        raise RuntimeError(f"page {number} cannot be claimed")
    return found[0]


def _with_messages(server: Any, claims: list[Claim], stage: Stage, base: int) -> float:
    """Return bytes a page while its message waits for a stage; delete the messages again."""
    from tasks.pipeline import start_chain

    for claim in claims:
        start_chain(claim, stage, PRIORITIES[-1])
    used = _used(server)
    server.delete(*(name for queue in ("cpu", "gpu", "io") for name in queue_keys(Settings().server_id, queue)))
    return (used - base) / len(claims)


def _size(server: Any, ledger: Ledger, *key: object) -> int:
    return int(server.memory_usage(ledger._state.name(*key), samples=0))


def _used(server: Any) -> int:
    return int(server.info("memory")["used_memory"])


if __name__ == "__main__":
    main()
