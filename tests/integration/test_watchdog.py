"""Tests of the watchdog on a real Redis: work that hangs in a thread ends its process and fails that page only."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack.processes import Process
from devstack.workers import command, environment
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import Stage
from prelabel.ocr.versions import engine_versions
from prelabel.page import Box, Page, PageRef, Word
from prelabel.project.version import pipeline_version
from prelabel.settings import Settings
from tests.support.queues import sender

ROOT = Path(__file__).parents[2]
PROJECT = 6
_servers = itertools.count()

#: Holds the interpreter's lock for a minute, while the watchdog allows half a second.
HOLDS_THE_LOCK = """
import ctypes, time
from workers.watchdog import Watchdog
with Watchdog(0.5, "A_LIMIT").watching():
    ctypes.PyDLL(None).sleep(60)
"""


class Bench:
    """Pages that have reached a stage, their messages in its queue, and one worker process that is started again."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.env = {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": f"http://watchdog-{next(_servers)}",
            "LABEL_STUDIO_API_KEY": "0" * 40,
            "HEARTBEAT": "0.5",
            "LINKER": "alignment",
            "EXTRACT_TIME_LIMIT": "1",
            "HTTP_TIMEOUT": "0.2",
        }
        self.settings = Settings(_env_file=None, **{name.lower(): value for name, value in self.env.items()})  # type: ignore[arg-type]
        self.ledger = Ledger.from_settings(self.settings)
        self.log = folder / "log"

    def process(self, kind: str) -> Process:
        line = [part.replace(f"workers.{kind}", "tests.integration.planted_worker") for part in command(kind)]
        return Process(kind, line, log=self.log, env=environment(self.env | {"PLANTED_IN": kind}), cwd=ROOT)

    def version(self) -> str:
        own = self.settings.for_project(PROJECT)
        tagger = self.ledger.workers.newest_tagger()
        assert tagger is not None
        return pipeline_version(own, tagger, engine_versions(self.settings, own))

    def start_page(self, task_id: int, stage: Stage, version: str, words: Page | None = None) -> Claim | None:
        """Claim a page and send the message of this stage, like a selection. `words`: those of a new page."""
        found = self.ledger.pages.claim(
            PageRef(PROJECT, task_id, "/a.png"), version, lease_s=600, listed_at=self.ledger.now()
        )
        if found is None:
            return None
        claim = found[0]
        if words:
            self.ledger.pages.advance(claim, stage, words, lease_s=600, ttl_s=600, seconds={})
        message = [claim.project_id, claim.task_id, claim.token, claim.version]
        with sender(self.settings) as app:
            app.send_task(f"prelabel.{stage}", args=message, queue={"extract": "gpu", "upload": "io"}[stage])
        return claim


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Bench:
    return Bench(redis_url, tmp_path)


def wait_for(what: str, ready: Callable[[], object], timeout_s: float = 90) -> None:
    deadline = time.monotonic() + timeout_s
    while not ready():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def page_that_says(word: str) -> Page:
    return Page(100, 100, 100, 100, words=(Word(word, Box(10, 10, 60, 20), 0.9, "planted"),))


def test_a_forward_pass_that_hangs_fails_its_page_only(bench: Bench) -> None:
    worker = bench.process("gpu").start()
    try:
        wait_for("no gpu worker", bench.ledger.workers.newest_tagger)
        version, what = bench.version(), ["good", "hang", *["good"] * 6]
        claims = {n: bench.start_page(n, "extract", version, page_that_says(word)) for n, word in enumerate(what, 1)}

        def extracted(task_id: int) -> bool:
            claim = claims[task_id]
            page = bench.ledger.pages.load(claim) if claim else None
            return page is not None and page.links is not None

        def done() -> bool:
            if not worker.running():  # like a supervisor
                worker.start()
            for ref in bench.ledger.pages.free(PROJECT).lost:
                if not extracted(ref.task_id):  # there is no io worker to upload pages
                    claims[ref.task_id] = bench.start_page(ref.task_id, "extract", version)
            return sum(map(extracted, claims)) == len(what) - 1 and bool(list(bench.ledger.failed_list.pages(PROJECT)))

        wait_for("pages are left", done, timeout_s=240)
    finally:
        worker.stop()
    (failed,) = list(bench.ledger.failed_list.pages(PROJECT))
    assert (failed.task_id, failed.reason, failed.failure_class, failed.stage) == (2, "crashed", "poison", "extract")
    assert 3 <= worker.starts <= 4, "one crash among other pages, two alone"
    log = bench.log.read_text("utf-8", "replace")
    assert "work took longer than 1 s (PRELABEL_EXTRACT_TIME_LIMIT): this process ends" in log
    assert "planted_worker.py" in log, "the log shows where the process hung"


def test_an_import_that_hangs_ends_the_worker_and_frees_its_pages(bench: Bench) -> None:
    claim = bench.start_page(1, "upload", "v1", page_that_says("good"))
    worker = bench.process("io").start()
    try:
        wait_for("the worker does not end", lambda: not worker.running())
        assert worker.returncode() == 1
        assert bench.ledger.pages.free(PROJECT).lost == [PageRef(PROJECT, 1, "/a.png")], (
            "at once, without a missed heartbeat"
        )
        assert bench.start_page(1, "upload", "v1") not in (None, claim)
        assert list(bench.ledger.failed_list.pages(PROJECT)) == []
    finally:
        worker.stop()


def test_a_call_that_stops_every_thread_is_ended_too() -> None:
    run = subprocess.run([sys.executable, "-c", HOLDS_THE_LOCK], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert run.returncode == 1
    assert b"Timeout" in run.stderr


def test_work_in_time_is_left_alone() -> None:
    script = HOLDS_THE_LOCK.replace("ctypes.PyDLL(None).sleep(60)", "time.sleep(0.1)") + "time.sleep(1.2)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60, check=False).returncode == 0
