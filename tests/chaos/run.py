"""A run: pages start, faults are injected, and the judge checks the result when nothing is left to do."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from prelabel.api.runs import enqueue_project
from prelabel.errors import PrelabelError
from tests.chaos.contents import OUTSIDE, PROJECT
from tests.chaos.faults import FAULTS
from tests.chaos.faults.redis import REPLICATED, WIRED
from tests.chaos.held import have_advanced
from tests.chaos.judge import Judge, leaks
from tests.chaos.plan import Plan, Size
from tests.chaos.report import Report
from tests.chaos.senders import Senders
from tests.chaos.timing import SPEED
from tests.chaos.world import World


def run(plan: Plan, size: Size, folder: Path, *, guard_off: str = "") -> Report:
    """Start pages, inject the plan's faults, wait for the end, check the result."""
    report = Report(plan)
    with _world(plan, size, folder, guard_off) as world:
        _fill(world, plan, size)
        senders, started = Senders(world, plan, size), time.monotonic()
        enqueued = enqueue_project(PROJECT, settings=world.settings)
        with ThreadPoolExecutor(len(plan.schedule) + 1) as threads:
            sent = threads.submit(senders.send)
            injected = [threads.submit(_inject, world, size, plan.seed, report, *fault) for fault in plan.schedule]
            judge = Judge(world, report, senders, enqueued)
            _wait(judge, size, [*injected, sent])
        for future in [*injected, sent]:
            future.result()
        report.seconds = round(time.monotonic() - started, 1)
        judge.judge()
    report.broken += leaks(world)
    return report


def _world(plan: Plan, size: Size, folder: Path, guard_off: str) -> World:
    """Make the world of a plan: beat knows the projects without the ledger only where Redis forgets it."""
    known = {"PROJECTS": f"{PROJECT},{OUTSIDE}"} if plan.forgets else {}
    env = {**plan.scene.timing.env, **size.limits, **known, "PLANTED_SPEED": str(SPEED)}
    pages = range(1, size.pages + 1)
    return World(
        folder,
        {page: _image(page, plan.poisoned.get(page, "")) for page in pages if page > size.hosted},
        env,
        random.Random(plan.seed),
        guard_off,
        scene=plan.scene,
        hosted={page: _image(page) for page in pages if page <= size.hosted},
        wired=plan.has(*WIRED),
        replicated=plan.has(*REPLICATED),
    )


def _image(page: int, poison: str = "") -> bytes:
    """Make the image of a page: a text of words, empty where the image is missing."""
    return b"" if poison.startswith("image-") else f"Invoice {page} {poison}".encode()


def _fill(world: World, plan: Plan, size: Size) -> None:
    """Fill Label Studio: pages on another host, pages of a second project, and poisoned pages."""
    state = world.label_studio.state
    hosted, outside = range(1, size.hosted + 1), range(size.pages + 1, size.pages + size.outside + 1)
    state.data |= {page: {"image": world.image_host.address(page)} for page in hosted}
    state.images |= {page: _image(page) for page in outside[:-1]}  # the last image comes later
    state.projects |= dict.fromkeys(outside, OUTSIDE)
    state.pages |= {*hosted, *outside}
    for page, poison in plan.poisoned.items():
        match poison:
            case "upload-dropped":
                state.dropped[page] = size.pages
            case "upload-refused":
                state.refused.add(page)
            case "image-nowhere":
                state.data[page] = {"image": f"http://images.invalid/{page}.png"}
            case "image-refused":
                state.data[page] = {"image": f"http://127.0.0.1:1/{page}.png"}


def _inject(world: World, size: Size, seed: int, report: Report, at_s: float, name: str) -> None:
    """Inject a fault; record the seconds until every page that it found in hand has advanced."""
    time.sleep(at_s)
    hit = FAULTS[name](world, random.Random(f"{seed} {name}"))
    uploads = _uploads(world)
    until = time.monotonic() + size.patience_s
    while hit.held and time.monotonic() < until:
        if hit.outage and name not in report.first_upload_s and _uploads(world) > uploads:
            report.first_upload_s[name] = _since(hit.began_at)
        if have_advanced(world, hit.held):
            report.recovery_s[name] = _since(hit.began_at)
            return
        time.sleep(0.1)


def _uploads(world: World) -> int:
    return sum(world.label_studio.state.stored.values())


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def _wait(judge: Judge, size: Size, injected: Sequence[Future[None]]) -> None:
    """Wait until nothing is left to do, or nothing has changed for too long."""
    last: object = None
    moved_at = time.monotonic()
    while time.monotonic() - moved_at < size.patience_s:
        time.sleep(0.2)
        with suppress(PrelabelError):
            state = judge.state()
            if state != last or not all(future.done() for future in injected):
                last, moved_at = state, time.monotonic()
            elif state.settled:
                return
