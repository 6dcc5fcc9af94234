"""Waits of pages on real workers and a real Redis: longer than leases, in a process and in the ledger."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prelabel.api.runs import enqueue_project
from tests.chaos.label_studio import PROJECT
from tests.chaos.plan import SMALL
from tests.chaos.world import World

IMPORT = "POST /api/projects/N/import/predictions"
#: Leases end after four heartbeats that were missed.
HEARTBEAT_S = 0.3


@contextmanager
def world(folder: Path, images: Mapping[int, bytes], **env: str) -> Iterator[World]:
    fast = {"HEARTBEAT": str(HEARTBEAT_S), "PLANTED_READ_S": "0.05", "CLAIM_WAIT": "600", "CPU_PROCESSES": "1"}
    with World(folder, images, {**SMALL.env, **fast, **env}, random.Random(1)) as started:
        yield started


def pages(count: int) -> dict[int, bytes]:
    return {page: f"Invoice {page}".encode() for page in range(1, count + 1)}


def log(folder: Path, name: str) -> str:
    return (folder / "logs" / f"{name}.log").read_text("utf-8")


def test_imports_wait_as_long_as_the_server_asks_whichever_worker_is_left(tmp_path: Path) -> None:
    # Given a server that asks for a wait of ten leases
    wait_s = 12.0
    with world(tmp_path, pages(8), UPLOAD_RETRIES="1") as it:
        it.label_studio.state.retry_after = f"{wait_s:g}"
        it.label_studio.answer(429, 600.0, paths="/import/predictions")
        run = enqueue_project(PROJECT, settings=it.settings)
        asked = it.label_studio.state.asked_at[IMPORT]
        until(lambda: len(asked) > 0)
        time.sleep(1.0)
        it.label_studio.behave()
        refused = list(asked)
        # When the worker that met the answer is killed, and another one comes
        it.workers["io"].signal(signal.SIGKILL)
        it.workers["io"].collect()
        it.workers.start("io", it._env | {"PLANTED_IN": "io"}, name="io2", module="tests.chaos.planted_worker")
        # Then no page fails, and no import comes before the time that the server has named
        end = run.wait(90)
        assert (end.done, end.failed) == (8, 0)
        assert asked[len(refused)] >= refused[-1] + wait_s - 0.5
        assert set(it.label_studio.counts().values()) == {1}
    assert "lost their worker" not in log(tmp_path, "io2")


def until(done: Callable[[], bool], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_retry_that_waits_in_a_process_for_many_heartbeats_stays_there(tmp_path: Path) -> None:
    # Given a page whose reading fails each time, with waits of 2.5 to 5 s between its tries
    with world(tmp_path, {**pages(2), 3: b"ocr-rubbish"}, RETRY_BACKOFF="5", OCR_RETRIES="1") as it:
        end = enqueue_project(PROJECT, settings=it.settings).wait(90)
        assert (end.done, end.failed) == (2, 1)
        # Then it had its tries and no more, and nobody took it for lost
        assert next(it.ledger.failed_list.pages(PROJECT)).attempts == 2
    assert log(tmp_path, "cpu").count("page=3 attempt=") == 2
    assert "lost their worker" not in log(tmp_path, "io")
