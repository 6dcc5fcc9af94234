"""Tests of worker processes that render documents, on a real Redis: the faults of one page harm no other page."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devstack.processes import Process
from devstack.workers import command, environment
from prelabel.intake.accept import accept
from prelabel.intake.dispatch import dispatch
from prelabel.ledger.documents import Document, DocumentPage
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace

ROOT = Path(__file__).parents[3]
PROJECT = 6
#: The file with the folder's name.
MARK = ".prelabel-folder"
PLANTED = [part.replace("workers.cpu", "tests.integration.intake.planted_worker") for part in command("cpu")]


class Bench:
    """A bucket in a folder, a worker process, and the recovery of jobs that beat would start."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": f"http://{folder.name}".lower().replace("_", "-"),
            "LABEL_STUDIO_API_KEY": "0" * 40,
            "STORAGE_TITLE": "a storage that is never synced",
            "BUCKET": str(folder / "data"),
            "SPOOL": str(folder),
            "HEARTBEAT": "0.5",
            "RENDER_RETRIES": "0",
            "RENDER_MB": "300",
            "CPU_PROCESSES": "2",
            "RENDER_AHEAD": "8",  # so that later pages have a later priority in the queue
        }
        self.settings = Settings(_env_file=None, **{name.lower(): value for name, value in self.env.items()})  # type: ignore[arg-type]
        self.ledger = Ledger.from_settings(self.settings)

    @contextmanager
    def worker(self) -> Iterator[Process]:
        process = Process("worker", PLANTED, log=self.folder / "log", env=environment(self.env), cwd=ROOT)
        try:
            yield process.start()
        finally:
            process.stop()

    def give(self, words: str) -> str:
        place = Workplace(self.settings, ledger=self.ledger)
        data = iter([b"%PDF-1.7 ", words.encode()])
        taken = accept(place, data, "a.pdf", PROJECT)
        dispatch(place)
        return taken.document.id

    def until(self, done: Callable[[], bool], timeout_s: float = 60) -> None:
        deadline = time.monotonic() + timeout_s
        while not done():
            assert time.monotonic() < deadline, (self.folder / "log").read_text("utf-8")[-3000:]
            self.ledger.jobs.recover()
            dispatch(Workplace(self.settings, ledger=self.ledger))
            time.sleep(0.1)

    def document(self, document: str) -> Document:
        found = self.ledger.documents.find(PROJECT, document)
        assert found is not None
        return found

    def pages(self, document: str) -> list[DocumentPage]:
        return self.ledger.documents.pages(PROJECT, [document])[document]

    def ended(self, document: str) -> bool:
        """Return whether each page of the document is rendered or failed."""
        counts = self.document(document).counts
        return bool(counts) and counts.get("rendered", 0) + counts.get("failed", 0) == sum(counts.values())

    def images(self, document: str) -> dict[int, str]:
        files = (self.folder / "data" / "processed").glob(f"{document}-*")
        return {int(file.stem.rpartition("-")[2]): file.read_text("utf-8").split()[0] for file in files}


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Bench:
    return Bench(redis_url, tmp_path)


def test_a_crash_a_hang_too_much_memory_and_a_full_disk_fail_that_page_only(bench: Bench) -> None:
    words = "good crash good hang hungry good full good"
    with bench.worker():
        document = bench.give(words)
        bench.until(lambda: bench.ended(document))
        failures = {page.number: page.failure.code for page in bench.pages(document) if page.failure}
        assert failures == {2: "crashed", 4: "render_failed", 5: "render_failed", 7: "storage_full"}
        assert bench.images(document) == {1: "good", 3: "good", 6: "good", 8: "good"}
        left = [path.name for path in (bench.folder / "data").rglob("*") if path.is_file() and path.name != MARK]
        assert len(left) == 5, "the raw file and four pages: nothing half-done"

        (bench.folder / "data" / "raw" / "space").touch()
        bench.ledger.documents.retry(PROJECT, document, [7])
        bench.until(lambda: bench.ended(document))
        assert bench.images(document)[7] == "full"


def test_a_killed_worker_loses_no_page_that_is_tried_again(bench: Bench) -> None:
    """Given pages that failed for a full disk, when they are tried again and their worker is killed, then all end."""
    with bench.worker() as first:
        document = bench.give("fullslow " * 4)
        bench.until(lambda: bench.ended(document))
        assert bench.document(document).counts == {"failed": 4}
        (bench.folder / "data" / "raw" / "space").touch()
        assert bench.ledger.jobs.retry_passed(after_s=0) == 4
        bench.until(lambda: len(bench.images(document)) >= 1)
        os.killpg(first.pid, signal.SIGKILL)
        first.collect()
    assert len(bench.images(document)) < 4
    with bench.worker():
        bench.until(lambda: bench.document(document).counts == {"rendered": 4})
    assert bench.images(document) == dict.fromkeys(range(1, 5), "fullslow")


def test_a_killed_worker_loses_no_page(bench: Bench) -> None:
    """Given a worker with pages in hand, when it is killed with all its processes, then another worker goes on."""
    with bench.worker() as first:
        document = bench.give("slow " * 6)
        bench.until(lambda: len(bench.images(document)) >= 2)
        os.killpg(first.pid, signal.SIGKILL)
        first.collect()
    before = bench.images(document)
    assert len(before) < 6
    with bench.worker():
        bench.until(lambda: bench.ended(document))
    assert bench.document(document).counts == {"rendered": 6}
    assert bench.images(document) == dict.fromkeys(range(1, 7), "slow")
