"""Outages on real workers and a real Redis: servers that are away are waited for, and only they."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prelabel.api.runs import enqueue_project
from prelabel.errors import BUCKET, LABEL_STUDIO
from prelabel.project.send_once import ask_selection
from tests.chaos.label_studio import OUTSIDE, PROJECT
from tests.chaos.plan import SMALL
from tests.chaos.world import World

IMPORT = "POST /api/projects/N/import/predictions"
PROBE = "GET /api/current-user/whoami"
#: The probe of a process that has no access token yet ends here.
REFRESH = "POST /api/token/refresh/"
INTERVAL_S = 1.0


@contextmanager
def world(folder: Path, images: Mapping[int, bytes], **env: str) -> Iterator[World]:
    fast = {
        "HEARTBEAT": "0.5",
        "PLANTED_READ_S": "0.05",
        "CLAIM_WAIT": "600",
        "CPU_PROCESSES": "1",
        "RETRY_BACKOFF": "0.2",
        "PROBE_INTERVAL": str(INTERVAL_S),
        "SELECT_INTERVAL": "5",
    }
    with World(folder, images, {**SMALL.env, **fast, **env}, random.Random(1)) as started:
        yield started


def pages(count: int) -> dict[int, bytes]:
    return {page: f"Invoice {page}".encode() for page in range(1, count + 1)}


def log(folder: Path, name: str) -> str:
    return (folder / "logs" / f"{name}.log").read_text("utf-8")


def until(done: Callable[[], bool], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def asked_between(it: World, begin: float, end: float) -> dict[str, int]:
    """Count the calls of this time by method and path."""
    counts = {call: sum(begin < at < end for at in times) for call, times in it.label_studio.state.asked_at.items()}
    return {call: count for call, count in counts.items() if count}


def test_an_outage_is_waited_out_with_one_probe_an_interval_for_the_whole_fleet(tmp_path: Path) -> None:
    # Given 20 pages on their way, others that no run has, two io workers and one try for each stage
    outside, limits = range(21, 41), {"UPLOAD_RETRIES": "0", "OCR_RETRIES": "0", "UPLOAD_CHUNK": "3"}
    with world(tmp_path, pages(40), SELECT_INTERVAL="1", **limits) as it:
        it.label_studio.state.projects |= dict.fromkeys(outside, OUTSIDE)
        it.workers.start("io", it._env | {"PLANTED_IN": "io"}, name="io2", module="tests.chaos.planted_worker")
        until(lambda: [worker.kind for worker in it.ledger.workers.alive()].count("io") == 2)
        it.label_studio.state.retry_after = ""
        ask_selection(it.ledger, it.settings, OUTSIDE)
        run = enqueue_project(PROJECT, settings=it.settings)
        until(lambda: run.progress().done > 0)
        # When Label Studio is away for ten seconds
        began = time.monotonic()
        it.label_studio.answer(503, 10.0)
        time.sleep(5.0)
        (wait,) = run.progress().waits
        assert (wait.server, wait.code) == (LABEL_STUDIO, "service_unavailable")
        assert 2.0 < wait.lasts_s < 6.0
        time.sleep(5.0)
        # Then calls in flight fail once, and after them only probes come, one an interval
        asked = asked_between(it, began + 2.5, began + 10.0)
        assert set(asked) <= {PROBE, REFRESH}, asked
        assert 4 <= sum(asked.values()) <= 8
        # And all pages go on by themselves, soon
        end = run.wait(60)
        assert (end.done, end.failed, end.waits) == (20, 0, ())
        assert min(at for at in it.label_studio.state.asked_at[IMPORT] if at > began + 10) < began + 14
        until(lambda: len(it.label_studio.counts()) == 40)
        assert set(it.label_studio.counts().values()) == {1}


def test_uploads_wait_for_the_bucket_in_which_pages_are_stored(tmp_path: Path) -> None:
    # Given a bucket that takes no stored pages: a file lies in their folder's place, and one try for each upload
    with world(tmp_path, pages(10), UPLOAD_RETRIES="0", BUCKET=str(tmp_path / "bucket")) as it:
        stored = tmp_path / "bucket" / "stored"
        stored.write_text("in the way", "utf-8")
        run = enqueue_project(PROJECT, settings=it.settings)
        # When pages come to their upload, then they wait for the bucket, and none has a prediction yet
        until(lambda: any(wait.server == BUCKET for wait in run.progress().waits))
        assert run.progress().done == 0
        # When it takes them again, all go on by themselves, and every page is stored
        stored.unlink()
        ended = run.wait(timeout_s=60)
        assert (ended.done, ended.failed) == (10, 0)
        assert len([*stored.glob(f"{it.settings.server_id}/{PROJECT}/*/1-*.json.gz")]) == 10


def test_a_refused_token_is_waited_for_and_a_run_that_began_meanwhile_is_listed(tmp_path: Path) -> None:
    with world(tmp_path, pages(4), UPLOAD_RETRIES="0", OCR_RETRIES="0") as it:
        # Given a Label Studio that lets the user in, and refuses the workers' token from then on
        run = enqueue_project(PROJECT, settings=it.settings)
        it.label_studio.answer(401, 8.0)
        time.sleep(6.0)
        # Then the run has not failed to begin; it says what it waits for
        (wait,) = run.progress().waits
        assert (wait.server, wait.code) == (LABEL_STUDIO, "auth")
        assert "LABEL_STUDIO_API_KEY" in wait.message
        # And it ends by itself
        end = run.wait(60)
        assert (end.done, end.failed) == (4, 0)


def test_a_page_that_fails_alone_uses_up_its_tries_and_holds_up_no_other(tmp_path: Path) -> None:
    # Given an import that Label Studio always answers with 500, while it is well
    with world(tmp_path, pages(6), UPLOAD_RETRIES="1", UPLOAD_CHUNK="1") as it:
        it.label_studio.state.fails.add(3)
        end = enqueue_project(PROJECT, settings=it.settings).wait(90)
        assert (end.done, end.failed) == (5, 1)
        (failed,) = it.ledger.failed_list.pages(PROJECT)
        assert (failed.task_id, failed.attempts) == (3, 2)
        assert it.ledger.outages.all() == []
    assert "is away" not in log(tmp_path, "io")


def test_failed_pages_are_tried_again_once_when_their_cause_has_passed(tmp_path: Path) -> None:
    always = {"PROJECTS": str(PROJECT), "SELECT_INTERVAL": "1"}
    with world(tmp_path, pages(3), UPLOAD_RETRIES="0", UPLOAD_CHUNK="1", **always) as it:
        # Given a page that failed although Label Studio answers its probes
        it.label_studio.state.fails.add(2)
        end = enqueue_project(PROJECT, settings=it.settings).wait(60)
        assert (end.done, end.failed) == (2, 1)
        tries = len(it.label_studio.state.asked_at[IMPORT])
        # When Label Studio was away and is back, then the page is tried again
        it.label_studio.answer(503, 2.0)
        until(lambda: it.ledger.outages.is_away(LABEL_STUDIO))
        until(lambda: len(it.label_studio.state.asked_at[IMPORT]) > tries)
        until(lambda: it.ledger.failed_list.ids(PROJECT) == [2])
        # When that comes again, then it stays on the list
        it.label_studio.answer(503, 2.0)
        until(lambda: it.ledger.outages.is_away(LABEL_STUDIO))
        until(lambda: not it.ledger.outages.is_away(LABEL_STUDIO))
        time.sleep(3.0)
        assert it.ledger.failed_list.ids(PROJECT) == [2]
        assert len(it.label_studio.state.asked_at[IMPORT]) == tries + 1


def test_ten_seconds_without_label_studio_fail_no_page(tmp_path: Path) -> None:
    """13 of 20 pages failed within 4 s of such an outage once."""
    with world(tmp_path, pages(20), CPU_PROCESSES="2") as it:
        run = enqueue_project(PROJECT, settings=it.settings)
        until(lambda: run.progress().done > 0)
        it.label_studio.hang(10.0, 0.0, acts=False)
        end = run.wait(60)
        assert (end.done, end.failed) == (20, 0)
        assert set(it.label_studio.counts().values()) == {1}
