"""Measure of the whole stack: from a project on the real Label Studio to its confirmed predictions."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import redis

from benchmarks.cpu import CpuMeter
from benchmarks.measure import Measure
from benchmarks.throughput.rivals import LABELLING
from benchmarks.throughput.stored import words_by_page
from devstack.processes import StartFailed
from devstack.stack import KINDS, Stack
from prelabel.api.runs import enqueue_project
from prelabel.ledger.redis_state import RedisState

#: The faster engine; and every word is drawn, as by the rivals, not only words with a label.
SETTINGS = {"OCR": "tesseract", "DRAW_OTHER": "true"}
_LIMIT_S = 3600.0
#: Seconds between two polls: long, so that polling costs nothing. The measured times are the ledger's.
_POLL_S = 1.0


def start(stack: Stack, pages: Sequence[Path]) -> None:
    """Start workers and beat, and process some pages, so that every process is warm."""
    stack.start_workers()
    stack.start_beat()
    stack.wait_ready()
    measure(stack, pages[: 2 * (os.cpu_count() or 1)])


def measure(stack: Stack, pages: Sequence[Path]) -> Measure:
    """Measure from `enqueue_project` to the last confirmed prediction; each page must have exactly one.

    The ledger records the end of a page once Label Studio has shown the stored prediction. Raises StartFailed when a
    page failed or lacks its prediction, and when a worker was restarted meanwhile.
    """
    server = stack.label_studio
    project = server.create_project("ours", LABELLING.read_text("utf-8"))
    server.upload_images(project, pages)
    leaders = _leaders(stack)
    meter, own_before, started = CpuMeter(leaders), time.process_time(), time.time()
    run = enqueue_project(project, settings=stack.settings())
    run.wait(timeout_s=_LIMIT_S, poll_s=_POLL_S)
    used = {**meter.used_s(), "enqueue": time.process_time() - own_before}
    machine_s = meter.machine_s()
    words = _words(stack, project, len(pages))
    if _leaders(stack) != leaders:
        raise StartFailed(f"a worker ended and was started again; its log is in {stack.folder / 'logs'}")
    seconds = {part: round(s, 3) for part, s in stack.ledger().runs.stage_seconds(project).items()}
    notes = {"words": words, "mean_seconds_in_stage": seconds}
    return Measure("ours", len(pages), started, _ends(stack, project), used, machine_s, notes=notes)


def _leaders(stack: Stack) -> dict[str, int]:
    """Return name -> process id; each process leads the session of its children."""
    workers = {kind: stack.workers[kind].pid for kind in (*KINDS, "beat")}
    return {**workers, "redis": stack.redis.process.pid, "label-studio": stack.label_studio.process.pid}


def _ends(stack: Stack, project: int) -> list[float]:
    """Return the Unix seconds at which the ledger recorded each page's end."""
    settings = stack.settings()
    with redis.Redis.from_url(settings.redis_url) as client:
        state = RedisState(client, settings.server_id, {})
        rows = state.redis.zrange(state.name("finished", project), 0, -1, withscores=True)
    return [at for _, at in rows]


def _words(stack: Stack, project: int, pages: int) -> int:
    """Count the words in Label Studio. Raises StartFailed unless each page has exactly one prediction with words."""
    for page in stack.ledger().failed_list.pages(project):
        raise StartFailed(f"page {page.task_id} failed in {page.stage}: {page.message}")
    words = words_by_page(stack.label_studio, project)
    if len(words) != pages:
        raise StartFailed(f"Label Studio holds {len(words)} predictions for {pages} pages")
    return sum(words.values())
