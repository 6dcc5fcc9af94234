"""kill -9 of every kind of worker, again and again, while pages are on their way: none is lost, none comes twice."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel.enqueue import enqueue_project

ROOT = Path(__file__).parents[2]
#: A kind of worker is killed every 12 s: the stack gives up a process that ends early again and again.
PAGES, KILLS, EVERY_S = 60, 6, 4.0
SETTINGS = {"SELECT_INTERVAL": "2", "HEARTBEAT": "2", "RETRY_BACKOFF": "0.5", "CLAIM_WAIT": "45", "HTTP_TIMEOUT": "20"}


@pytest.mark.slow
def test_six_kills_cost_no_page(label_studio: LabelStudioServer, tmp_path: Path) -> None:
    sample = ROOT / "examples" / "pages" / "en-invoice.png"
    pages = [Path(shutil.copy(sample, tmp_path / f"{number}.png")) for number in range(PAGES)]
    project_id = label_studio.create_project("six kills", (ROOT / "examples" / "labelling.xml").read_text("utf-8"))
    label_studio.upload_images(project_id, pages)
    with Stack(tmp_path / "stack", label_studio=label_studio, env=SETTINGS) as stack:
        stack.start_workers()
        stack.start_beat()
        stack.wait_ready()
        run = enqueue_project(project_id, settings=stack.settings())
        killed = 0
        for number in range(KILLS):
            time.sleep(EVERY_S)
            if run.progress().finished:
                break
            kind = ("cpu", "gpu", "io")[number % 3]
            stack.workers[kind].signal(signal.SIGKILL)
            killed += 1
        end = run.wait(timeout_s=240)
        stack.workers.check()
        failed = stack.ledger().failed(project_id)
    assert killed >= 4
    assert (end.done, failed) == (PAGES, [])
    assert [len(page["predictions"]) for page in label_studio.pages(project_id)] == [1] * PAGES
