"""Tests of a real Label Studio that is stopped and started again while pages are on their way: no page fails."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image

from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel.api.runs import enqueue_project
from prelabel.errors import LABEL_STUDIO
from tests.support.labelling_configs import RECTANGLES_XML

#: Reading and models are planted, so that many pages are cheap; delivery is real, with the default settings.
PLANTED = {"PLANTED_READ_S": "0.2", "PLANTED_LOCK_LEASE_S": "20", "CPU_PROCESSES": "2", "LINKER": "alignment"}
#: Work must go on within this time after Label Studio answers again.
WITHIN_S = 30.0


@pytest.mark.parametrize(
    ("away_s", "pages"),
    [
        pytest.param(10.0, 60, id="10 s"),
        pytest.param(60.0, 200, id="60 s", marks=pytest.mark.slow),
        pytest.param(600.0, 200, id="10 min", marks=[pytest.mark.slow, pytest.mark.timeout(1200)]),
    ],
)
def test_a_restart_of_label_studio_fails_no_page(away_s: float, pages: int, tmp_path: Path) -> None:
    with LabelStudioServer(tmp_path / "label-studio") as server:
        # Given a project whose first pages are done
        project_id = _project(server, pages, tmp_path)
        with Stack(tmp_path / "stack", label_studio=server, env=PLANTED) as stack:
            for kind in ("cpu", "gpu", "io"):
                environment = stack.environment(PLANTED_IN=kind)
                stack.workers.start(kind, environment, module="tests.chaos.planted_worker")
            stack.start_beat()
            stack.wait_ready()
            run = enqueue_project(project_id, settings=stack.settings())
            while not (before := run.progress().done):
                time.sleep(0.1)
            # When Label Studio is away for some time
            server.stop()
            stopped = time.monotonic()
            time.sleep(away_s - 1)
            assert [wait.server for wait in run.progress().waits] == [LABEL_STUDIO]
            before = max(before, run.progress().done)
            time.sleep(1)
            server.start()
            answered = time.monotonic()
            # Then no page fails, and the first upload comes soon
            while run.progress().done == before:
                assert time.monotonic() < answered + WITHIN_S, stack.workers["io"].tail(40)
                time.sleep(0.1)
            print(f"away for {answered - stopped:.0f} s; first upload {time.monotonic() - answered:.1f} s after that")
            end = run.wait(timeout_s=240)
            assert (end.done, end.failed) == (pages, 0)
        assert [len(page["predictions"]) for page in server.pages(project_id)] == [1] * pages


def _project(server: LabelStudioServer, pages: int, folder: Path) -> int:
    images = [folder / f"{number}.png" for number in range(pages)]
    for image in images:
        Image.new("L", (100, 200), 255).save(image)
    project_id = server.create_project("restarts", RECTANGLES_XML)
    for first in range(0, pages, 50):  # Label Studio takes 100 files at a time
        server.upload_images(project_id, images[first : first + 50])
    return project_id
