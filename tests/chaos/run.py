"""One run: a seed gives poisoned pages and a schedule of faults; when all is over, the promises are compared."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from prelabel.enqueue import Run, enqueue_project
from prelabel.errors import RunFailed, ServiceUnavailable
from prelabel.failed_list import Which
from prelabel.runs import Progress
from tests.chaos.faults import FAULTS, Pace
from tests.chaos.label_studio import PROJECT
from tests.chaos.world import Held, World

#: What a poisoned page must end as. A page that hangs may also be found in two processes that were killed from outside.
POISONED: dict[str, frozenset[str]] = {
    "ocr-crash": frozenset({"crashed"}),
    "ocr-killed": frozenset({"crashed"}),
    "ocr-hang": frozenset({"ocr_failed", "crashed"}),
    "ocr-memory": frozenset({"ocr_failed"}),
    "ocr-unreadable": frozenset({"image_unreadable"}),
    "ocr-rubbish": frozenset({"unexpected"}),
    "extract-crash": frozenset({"crashed"}),
    "extract-memory": frozenset({"extract_failed"}),
    "extract-rubbish": frozenset({"unexpected"}),
    "image-missing": frozenset({"image_missing"}),
    "upload-dropped": frozenset({"prediction_dropped"}),
    "upload-refused": frozenset({"prediction_rejected"}),
}
#: An outage that outlasts a page's retries puts it on the failed list; a person puts it back when the outage is over.
OUTAGE = ("service_unavailable", "ambiguous_upload", "auth")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is. Times in seconds; `patience_s`: without any progress for so long, pages count as lost."""

    pages: int
    poisoned: int
    faults: int
    span_s: float
    patience_s: float
    pace: Pace
    env: Mapping[str, str]


_ENV = {
    "CPU_PROCESSES": "2",
    "LINKER": "alignment",
    "RETRY_BACKOFF": "0.5",
    "OCR_TIME_LIMIT": "10",
    "UPLOAD_WAIT": "0.3",
    "PLANTED_LOCK_LEASE_S": "4",
}
SMALL = Size(
    *(40, 4, 4, 6.0, 60.0, Pace(stopped_s=6.0, away_s=1.5)),
    _ENV
    | {
        "HEARTBEAT": "1",
        "SELECT_INTERVAL": "1",
        "CLAIM_WAIT": "20",
        "HTTP_TIMEOUT": "3",
        "PAGES_IN_FLIGHT": "20",
        "UPLOAD_CHUNK": "5",
        "PLANTED_READ_S": "0.2",
    },
)
FULL = Size(
    *(200, 8, 8, 20.0, 60.0, Pace(stopped_s=30.0, away_s=3.0)),
    _ENV
    | {
        "HEARTBEAT": "2",
        "SELECT_INTERVAL": "2",
        "CLAIM_WAIT": "30",
        "HTTP_TIMEOUT": "5",
        "PAGES_IN_FLIGHT": "60",
        "UPLOAD_CHUNK": "20",
        "PLANTED_READ_S": "0.2",
    },
)


#: The settings as they ship, where they decide how soon work goes on; pages long enough to be met in hand.
SHIPPED = Size(
    *(150, 0, 4, 60.0, 120.0, FULL.pace),
    {"CPU_PROCESSES": "2", "LINKER": "alignment", "PLANTED_LOCK_LEASE_S": "20", "PLANTED_READ_S": "1"},
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to a run: faults by the second they begin in, poisons by page. The seed decides the rest."""

    seed: int
    schedule: tuple[tuple[float, str], ...]
    poisoned: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def draw(cls, seed: int, size: Size) -> Plan:
        """The same for the same seed and size."""
        rng = random.Random(seed)
        pages = rng.sample(range(1, size.pages + 1), size.poisoned)
        poisoned = dict(zip(pages, rng.sample(sorted(POISONED), size.poisoned), strict=True))
        faults = rng.sample(sorted(FAULTS), size.faults)
        return cls(seed, tuple(sorted((round(rng.uniform(0, size.span_s), 1), name) for name in faults)), poisoned)


@dataclass(slots=True)
class Report:
    """What a run has shown. It has passed when `broken` is empty."""

    plan: Plan
    seconds: float = 0.0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    #: Seconds until pages that a fault hit in a worker's hand went on.
    recovery_s: dict[str, float] = field(default_factory=dict)
    by_hand: int = 0
    broken: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def run(plan: Plan, size: Size, folder: Path, *, guard_off: str = "") -> Report:
    """Start pages, inject the plan's faults, wait for the end, judge."""
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
        _judge(world, size, report, end)
    _search_logs(world, report)
    return report


def _images(plan: Plan, size: Size) -> dict[int, bytes]:
    """A page is its words; one whose image is missing is empty."""
    return {
        page: b""
        if (poison := plan.poisoned.get(page)) == "image-missing"
        else f"Invoice {page} {poison or ''}".encode()
        for page in range(1, size.pages + 1)
    }


def _inject(world: World, size: Size, seed: int, at_s: float, name: str) -> float | None:
    """Seconds from the fault until every page that it hit in a worker's hand had gone on; None when it hit none."""
    time.sleep(at_s)
    started = time.monotonic()
    held: Sequence[Held] = FAULTS[name](world, size.pace, random.Random(f"{seed} {name}"))
    if not held:
        return None
    while not world.have_gone_on(held) and time.monotonic() - started < size.patience_s + size.pace.stopped_s:
        time.sleep(0.1)
    return round(time.monotonic() - started, 1)


def _wait(
    world: World, enqueued: Run, size: Size, report: Report, injected: Sequence[Future[float | None]]
) -> Progress | None:
    """The end of the run; None when nothing has moved for too long, or it could not begin."""
    last, moved_at, progress = None, time.monotonic(), None
    while time.monotonic() - moved_at < size.patience_s:
        time.sleep(0.2)
        try:
            progress = enqueued.progress()
        except RunFailed:  # it was to begin while Label Studio refused the token; a person begins it again
            enqueued, report.by_hand = enqueue_project(PROJECT, settings=world.settings), report.by_hand + 1
        except ServiceUnavailable:
            continue
        state = progress and (progress.ocr, progress.extract, progress.upload, progress.done, progress.failed)
        if state != last or not all(future.done() for future in injected):
            last, moved_at = state, time.monotonic()
        elif progress and progress.finished:
            if not (again := world.ledger.failed_list.ids(PROJECT, Which(reasons=OUTAGE))):
                return progress
            report.by_hand += world.ledger.failed_list.retry(PROJECT, again)
    return None


def _judge(world: World, size: Size, report: Report, end: Progress | None) -> None:
    """Compare the promises with the ledger and with what Label Studio holds."""
    left = world.label_studio.state.pages
    counts, failed = world.label_studio.counts(), {p.task_id: p for p in world.ledger.failed_list.pages(PROJECT)}
    per_page = Counter(page for page, _ in counts.elements())
    deleted = set(range(1, size.pages + 1)) - left
    report.failed = len(failed)
    report.doubled = sorted({page for (page, _), n in counts.items() if n > 1})
    report.lost = sorted(page for page in left if not per_page[page] and page not in failed)
    if end is None:
        report.broken.append(f"the run did not end: {sorted(world.records())} are in flight")
    else:
        report.done, report.skipped = end.done, end.skipped
        if (total := end.done + end.failed + end.skipped) != size.pages:
            report.broken.append(f"{total} of {size.pages} pages ended")
    if report.lost:
        report.broken.append(f"lost: {report.lost}")
    if report.doubled:
        report.broken.append(f"doubled: {report.doubled}")
    if several := sorted(page for page, n in per_page.items() if n > 1 and page not in report.doubled):
        report.broken.append(f"predictions of several versions: {several}")
    if both := sorted(set(failed) & set(per_page)):
        report.broken.append(f"failed, and yet with a prediction: {both}")
    for page, entry in sorted(failed.items()):
        if entry.reason not in POISONED.get(report.plan.poisoned.get(page, ""), ()):
            poison = report.plan.poisoned.get(page, "an innocent page")
            report.broken.append(f"page {page} ({poison}) failed: {entry.stage} {entry.reason}: {entry.message}")
    for page, poison in sorted(report.plan.poisoned.items()):
        if page not in failed and page not in deleted:
            report.broken.append(f"page {page} ({poison}) did not fail")
    _look_for_leavings(world, report, len(per_page))


def _look_for_leavings(world: World, report: Report, stored: int) -> None:
    """No page ended twice in the ledger, and none is left there."""
    counted = world.ledger.runs.progress(PROJECT).done
    if not stored <= counted <= report.done:
        report.broken.append(
            f"{stored} pages hold predictions; the run counts {report.done} done, the project {counted}"
        )
    for part in ("page", "words", "state"):
        if keys := list(world.broker.scan_iter(world.key(part, PROJECT, "*"))):
            report.broken.append(f"left in Redis: {len(keys)} keys like {keys[0]}")


def _search_logs(world: World, report: Report) -> None:
    for name, text in world.logs():
        if any(secret in text for secret in world.secrets()):
            report.broken.append(f"a secret stands in {name}")
