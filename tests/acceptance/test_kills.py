"""Tests of killed, frozen and disconnected workers, with a real Label Studio: no page is lost, none is stored twice.

`tests/chaos` injects many more faults, with a stand-in for Label Studio.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel.api.runs import enqueue_project

ROOT = Path(__file__).parents[2]
#: The cpu worker is killed first and last: two kills with the same page in hand would fail the page (guarantees, 3).
PAGES, KILLS, EVERY_S = 100, ("cpu", "gpu", "io", "gpu", "io", "cpu"), 4.0
SETTINGS = {"SELECT_INTERVAL": "2", "HEARTBEAT": "2", "RETRY_BACKOFF": "0.5", "CLAIM_WAIT": "45", "HTTP_TIMEOUT": "20"}


@pytest.mark.slow
def test_six_kills_lose_no_page(label_studio: LabelStudioServer, tmp_path: Path) -> None:
    project_id = pages_of("six kills", label_studio, tmp_path)
    with Stack(tmp_path / "stack", label_studio=label_studio, env=SETTINGS) as stack:
        stack.start_workers()
        stack.start_beat()
        stack.wait_ready()
        run = enqueue_project(project_id, settings=stack.settings())
        killed = 0
        for kind in KILLS:
            time.sleep(EVERY_S)
            if run.progress().finished:
                break
            stack.workers[kind].signal(signal.SIGKILL)
            killed += 1
        end = run.wait(timeout_s=240)
        stack.workers.check()
        failed = list(stack.ledger().failed_list.pages(project_id))
    assert killed >= 4
    assert (end.done, failed) == (PAGES, [])
    assert [len(page["predictions"]) for page in label_studio.pages(project_id)] == [1] * PAGES


@pytest.mark.slow
def test_frozen_cut_off_and_restarted_workers_lose_no_page(label_studio: LabelStudioServer, tmp_path: Path) -> None:
    project_id = pages_of("chaos", label_studio, tmp_path)
    with Stack(tmp_path / "stack", label_studio=label_studio, env=SETTINGS) as stack:
        stack.start_workers()
        stack.start_beat()
        stack.wait_ready()
        run = enqueue_project(project_id, settings=stack.settings())
        for inject in faults(stack):
            time.sleep(EVERY_S)
            inject()
        end = run.wait(timeout_s=240)
        stack.workers.check()
        failed = stack.ledger().failed_list.ids(project_id)
    assert (end.done, failed) == (PAGES, [])
    assert [len(page["predictions"]) for page in label_studio.pages(project_id)] == [1] * PAGES


def faults(stack: Stack) -> list[Callable[[], object]]:
    """Return functions that disturb an OCR process, all connections, the gpu worker, the io worker and beat."""

    def kill_child() -> None:
        parent = stack.workers["cpu"].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    def freeze_gpu() -> None:
        worker = stack.workers["gpu"]
        worker.signal(signal.SIGSTOP)
        time.sleep(12)
        worker.signal(signal.SIGCONT)

    broker = redis.Redis.from_url(stack.redis.url)
    return [
        kill_child,
        lambda: broker.client_kill_filter(_type="normal", skipme=True),
        freeze_gpu,
        lambda: stack.workers["io"].signal(signal.SIGTERM),
        lambda: stack.workers["beat"].signal(signal.SIGKILL),
        lambda: stack.workers["io"].signal(signal.SIGKILL),
    ]


def pages_of(title: str, label_studio: LabelStudioServer, folder: Path) -> int:
    """Create a project with PAGES equal pages; return its id."""
    sample = ROOT / "examples" / "pages" / "en-invoice.png"
    pages = [Path(shutil.copy(sample, folder / f"{number}.png")) for number in range(PAGES)]
    project_id = label_studio.create_project(title, (ROOT / "examples" / "labelling.xml").read_text("utf-8"))
    label_studio.upload_images(project_id, pages)
    return project_id
