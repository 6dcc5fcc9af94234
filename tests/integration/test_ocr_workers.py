"""Tests of worker processes that read, on a real Redis: a crash, a hang or the memory of a page harms no other page."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from devstack.processes import Process
from devstack.workers import command, environment
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.ocr.versions import engine_versions
from prelabel.page import Page, PageRef
from prelabel.project.version import pipeline_version
from prelabel.queues.routes import OCR_GPU
from prelabel.settings import Settings
from tests.integration.ocr.small_networks import lay_out
from tests.support.ocr_pages import encoded, printed
from tests.support.queues import sender

ROOT = Path(__file__).parents[2]
PROJECT = 6
NUMBERS = ("20417 50318 96240", "77125 30986 14250")


class Images:
    """A server of image files in place of Label Studio, from which stage ocr only fetches images."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        images = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = images.files[self.path]
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Bench:
    """Pages in the ledger, messages in the queue, and one worker process."""

    def __init__(self, redis_url: str, images: Images, folder: Path) -> None:
        self._images, self._folder, self._redis_url = images, folder, redis_url
        self.env = {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": images.url,
            "LABEL_STUDIO_API_KEY": "0" * 40,
            "HEARTBEAT": "0.5",
            "OCR_RETRIES": "0",
            "CPU_PROCESSES": "2",
        }
        self.ledger = Ledger.from_settings(Settings(_env_file=None, redis_url=redis_url, label_studio_url=images.url))
        self.claims: dict[int, Claim] = {}

    @contextmanager
    def worker(self, line: list[str], **env: str) -> Iterator[Process]:
        process = Process("worker", line, log=self._folder / "log", env=environment(self.env | env), cwd=ROOT)
        try:
            yield process.start()
        finally:
            process.stop()

    def send(self, pages: Sequence[bytes], queue: str) -> None:
        """Put pages into the ledger and their messages into a queue; their ids count from 1."""
        for number, data in enumerate(pages, 1):
            self._images.files[f"/{number}"] = data
            self._start(PageRef(PROJECT, number, f"/{number}"), queue)

    def finish(self, queue: str, timeout_s: float = 90) -> dict[int, Page]:
        """Wait until every page is read or failed, restarting lost pages; return the read pages by id."""
        deadline = time.monotonic() + timeout_s
        while True:
            read = {number: page for number, claim in self.claims.items() if (page := self.ledger.pages.load(claim))}
            if len(read) + len(list(self.ledger.failed_list.pages(PROJECT))) == len(self.claims):
                return read
            assert time.monotonic() < deadline, (sorted(read), (self._folder / "log").read_text("utf-8")[-3000:])
            for ref in self.ledger.pages.free(PROJECT).lost:
                self._start(ref, queue)
            time.sleep(0.2)

    def _start(self, ref: PageRef, queue: str) -> None:
        """Claim a page and send its message, like a selection."""
        found = self.ledger.pages.claim(ref, self._version(), lease_s=600, listed_at=self.ledger.now())
        if found is None:
            return
        self.claims[ref.task_id] = claim = found[0]
        message = [claim.project_id, claim.task_id, claim.token, claim.version]
        with sender(self._settings()) as app:
            app.send_task("prelabel.ocr", args=message, queue=queue)

    def _version(self) -> str:
        """Return the version that a selection chooses when a worker with this environment has announced its engines."""
        settings = self._settings()
        own = settings.for_project(PROJECT)
        return pipeline_version(own, Announcement("none", "", ()), engine_versions(settings, own))

    def _settings(self) -> Settings:
        return Settings(_env_file=None, **{name.lower(): value for name, value in self.env.items()})  # type: ignore[arg-type]


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Iterator[Bench]:
    images = Images()
    yield Bench(redis_url, images, tmp_path)
    images.close()


PLANTED = [part.replace("workers.cpu", "tests.integration.planted_worker") for part in command("cpu")]


def test_a_crash_and_a_hang_fail_that_page_only(bench: Bench) -> None:
    pages = [b"good", b"crash", b"good", b"hang", *[b"good"] * 8]
    with bench.worker(PLANTED, PLANTED_IN="cpu", OCR_TIME_LIMIT="2"):
        bench.send(pages, "cpu")
        read = bench.finish("cpu")

    assert sorted(read) == [number for number, page in enumerate(pages, 1) if page == b"good"]
    failed = {page.task_id: (page.reason, page.message) for page in list(bench.ledger.failed_list.pages(PROJECT))}
    assert failed[2][0] == "crashed"
    assert failed[4][0] == "ocr_failed"
    assert "OCR_TIME_LIMIT" in failed[4][1]


def test_a_process_that_has_grown_is_replaced_and_its_page_kept(bench: Bench) -> None:
    pages = [b"good", b"grow", b"good", b"good", b"grow", b"good"]
    with bench.worker(PLANTED, PLANTED_IN="cpu", CPU_PROCESSES="1", CPU_PROCESS_MB="300"):
        bench.send(pages, "cpu")
        read = bench.finish("cpu")

    readers = [read[number].words[0].text for number in range(1, 7)]
    assert [len(list(same)) for _, same in itertools.groupby(readers)] == [2, 3, 1]
    assert list(bench.ledger.failed_list.pages(PROJECT)) == []


def test_pages_for_easyocr_are_read_by_a_worker_of_their_own(bench: Bench, tmp_path: Path) -> None:
    truth = printed(NUMBERS)
    easyocr = {
        "OCR": "easyocr",
        "EASYOCR_WORKER": "true",
        "EASYOCR_MODELS": str(lay_out(tmp_path / "models", "digit_reader")),
        "EASYOCR_NETWORK": "digit_reader",
        "DEVICE": "cpu",
    }
    bench.env |= easyocr
    bench.send([encoded(truth.image)] * 2, OCR_GPU)
    with bench.worker(command(OCR_GPU)) as worker:
        read = bench.finish(OCR_GPU)
        alive = [found.kind for found in bench.ledger.workers.alive()]
    assert alive == [OCR_GPU]
    assert sorted(read) == [1, 2]
    assert {word.engine for page in read.values() for word in page.words} == {"easyocr"}
    assert len({word.text for word in read[1].words} & set(truth.texts)) >= 4
    assert worker.returncode() == 0
    assert bench.ledger.workers.alive() == [], "the worker signs off when it is asked to end"


def test_a_page_that_hangs_ends_easyocrs_worker_and_is_free(bench: Bench) -> None:
    bench.send([b"good", b"hang"], OCR_GPU)
    with bench.worker(PLANTED, PLANTED_IN=OCR_GPU, OCR_TIME_LIMIT="0.5") as worker:
        worker.collect()

    assert worker.returncode() == 1
    assert bench.ledger.pages.load(bench.claims[1]) is not None
    wait_until_free = time.monotonic() + 10
    while PageRef(PROJECT, 2, "/2") not in bench.ledger.pages.free(PROJECT).lost:
        assert time.monotonic() < wait_until_free
        time.sleep(0.1)
