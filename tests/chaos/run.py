"""A run: pages start, faults are injected, and the judge checks the result when nothing is left to do."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from prelabel.api.runs import Run, enqueue_project
from prelabel.errors import PrelabelError, RunFailed, ServiceUnavailable
from prelabel.ledger.failed_list import Which
from prelabel.ledger.runs import Progress
from tests.chaos.faults import FAULTS
from tests.chaos.judge import judge, leaks
from tests.chaos.label_studio import PROJECT
from tests.chaos.plan import OUTAGE, Plan, Report, Size
from tests.chaos.world import Held, World


def run(plan: Plan, size: Size, folder: Path, *, guard_off: str = "") -> Report:
    """Start pages, inject the plan's faults, wait for the end, check the result."""
    report = Report(plan)
    with World(folder, _images(plan, size), size.env, random.Random(plan.seed), guard_off) as world:
        for page, poison in plan.poisoned.items():
            if poison == "upload-dropped":
                world.label_studio.state.dropped[page] = size.pages
            if poison == "upload-refused":
                world.label_studio.state.refused.add(page)
        started = time.monotonic()
        enqueued = enqueue_project(PROJECT, settings=world.settings)
        with ThreadPoolExecutor(len(plan.schedule)) as injectors:
            injected = [injectors.submit(_inject, world, size, plan.seed, *fault) for fault in plan.schedule]
            end = _wait(world, enqueued, size, report, injected)
        for (_, name), future in zip(plan.schedule, injected, strict=True):
            if (seconds := future.result()) is not None:
                report.recovery_s[name] = seconds
        report.seconds = round(time.monotonic() - started, 1)
        judge(world, report, end)
    report.broken += leaks(world)
    return report


def _images(plan: Plan, size: Size) -> dict[int, bytes]:
    """Make the images of the pages: texts of words, empty where the image is missing."""
    return {
        page: b""
        if (poison := plan.poisoned.get(page)) == "image-missing"
        else f"Invoice {page} {poison or ''}".encode()
        for page in range(1, size.pages + 1)
    }


def _inject(world: World, size: Size, seed: int, at_s: float, name: str) -> float | None:
    """Inject a fault; return the seconds until every page that it found in hand has advanced, None without pages."""
    time.sleep(at_s)
    started = time.monotonic()
    held: Sequence[Held] = FAULTS[name](world, size.pace, random.Random(f"{seed} {name}"))
    if not held:
        return None
    while not world.have_advanced(held) and time.monotonic() - started < size.patience_s + size.pace.stopped_s:
        time.sleep(0.1)
    return round(time.monotonic() - started, 1)


def _wait(
    world: World, enqueued: Run, size: Size, report: Report, injected: Sequence[Future[float | None]]
) -> Progress | None:
    """Wait for the end of the run; return its progress, None when it did not begin or nothing changed for too long."""
    last, moved_at, progress = None, time.monotonic(), None
    while time.monotonic() - moved_at < size.patience_s:
        time.sleep(0.2)
        try:
            progress = enqueued.progress()
        except RunFailed:  # Label Studio refused the token at the start of the run; a person starts another run
            with suppress(PrelabelError):
                enqueued, report.begun_again = enqueue_project(PROJECT, settings=world.settings), True
        except ServiceUnavailable:
            continue
        state = progress and (progress.ocr, progress.extract, progress.upload, progress.done, progress.failed)
        if state != last or not all(future.done() for future in injected):
            last, moved_at = state, time.monotonic()
        elif progress and progress.finished:
            if not (again := _failed_by_outage(world, report.plan)):
                return progress
            report.by_hand += world.ledger.failed_list.retry(PROJECT, again)
            if report.begun_again:
                enqueued = enqueue_project(PROJECT, settings=world.settings)
    return None


def _failed_by_outage(world: World, plan: Plan) -> list[int]:
    """Return pages that failed because of an outage, which a person retries."""
    failed = world.ledger.failed_list
    dropped = failed.ids(PROJECT, Which(reasons=("prediction_dropped",))) if plan.uses_up_retries else []
    return [*failed.ids(PROJECT, Which(reasons=OUTAGE)), *(page for page in dropped if page not in plan.poisoned)]
