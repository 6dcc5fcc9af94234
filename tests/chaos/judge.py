"""The judge: compares the contents of ledger and Label Studio after a run with the guarantees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from prelabel.ledger.failed_list import FailedPage
from prelabel.ledger.runs import Progress
from tests.chaos.label_studio import PROJECT
from tests.chaos.plan import POISONED, Report
from tests.chaos.world import World


def judge(world: World, report: Report, end: Progress | None) -> None:
    """Fill the report; `broken` gets a line for each broken guarantee. `end`: None for a run that did not end."""
    state = world.label_studio.state
    counts = world.label_studio.counts()
    failed = {page.task_id: page for page in world.ledger.failed_list.pages(PROJECT)}
    stored = Counter(page for page, _ in counts.elements())
    report.failed = len(failed)
    report.lost = sorted(page for page in state.pages if page not in stored and page not in failed)
    report.doubled = sorted(page for page, times in stored.items() if times > 1)
    report.removed = sum(times - 1 for times in state.stored.values())
    if end is not None:
        report.done, report.skipped = end.done, end.skipped
    report.broken += _of_the_run(world, report, end)
    report.broken += _of_failures(report, failed, state.pages)
    if both := sorted(failed.keys() & stored.keys()):
        report.broken.append(f"failed, but with a prediction: {both}")
    report.broken += _left_behind(world, report, len(stored))
    report.broken += [
        f"the failed list contains a secret: {page}" for page, e in failed.items() if _has_secret(world, e.message)
    ]


def _of_the_run(world: World, report: Report, end: Progress | None) -> Iterator[str]:
    """Yield the faults of the run: every page must end, and only once."""
    pages = len(world.label_studio.state.images)
    if end is None:
        yield f"the run did not end: {sorted(world.records())} are in flight"
    elif not report.begun_again and (ended := end.done + end.failed + end.skipped) != pages:
        yield f"{ended} of {pages} pages ended"
    if report.lost:
        yield f"lost: {report.lost}"
    if report.doubled:
        yield f"doubled: {report.doubled}"


def _of_failures(report: Report, failed: Mapping[int, FailedPage], existing: set[int]) -> Iterator[str]:
    """Yield wrong failures: poisoned pages must fail for their reason, other pages must not fail."""
    poisoned = report.plan.poisoned
    for page, entry in sorted(failed.items()):
        if entry.reason not in POISONED.get(poisoned.get(page, ""), ()):
            what = poisoned.get(page, "not poisoned")
            yield f"page {page} ({what}) failed: {entry.stage} {entry.reason}: {entry.message}"
    for page, poison in sorted(poisoned.items()):
        if page not in failed and page in existing:
            yield f"page {page} ({poison}) did not fail"


def _left_behind(world: World, report: Report, stored: int) -> Iterator[str]:
    """Yield wrong counts and leftover keys: no page may end twice in the ledger, or stay there."""
    counted = world.ledger.runs.progress(PROJECT).done
    if stored > counted or (counted > report.done and not report.begun_again):
        yield f"{stored} pages hold predictions; the run counts {report.done} done, the project {counted}"
    for part in ("page", "words", "state"):
        if keys := list(world.broker.scan_iter(world.key(part, PROJECT, "*"))):
            yield f"left in Redis: {len(keys)} keys like {keys[0]}"


def leaks(world: World) -> list[str]:
    """Return a line for each log that contains a secret. Call it when all processes have ended."""
    logs = {path.name: path.read_text("utf-8", "replace") for path in world.folder.rglob("*.log")}
    return [f"{name} contains a secret" for name, text in logs.items() if _has_secret(world, text)]


def _has_secret(world: World, text: str) -> bool:
    server = world.label_studio
    return any(secret in text for secret in (world.redis.password, server.token, *server.access_tokens))
