"""Checks of the workers: the kinds that are alive or missing, and models or engines that differ between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from prelabel.cli.doctor.check import Check
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import WorkerInfo
from prelabel.queues.routes import WORKERS
from prelabel.settings import Settings
from prelabel.startup.needs import BEAT


def check_workers(ledger: Ledger, settings: Settings) -> Iterator[Check]:
    """Check that every kind of worker that is needed is alive, and that workers of a kind are alike."""
    alive = ledger.workers.alive()
    counts = Counter(worker.kind for worker in alive)
    if counts:
        kinds = ", ".join(f"{kind} {counts[kind]}" for kind in (*WORKERS, BEAT) if counts[kind])
        yield Check("workers", "ok", f"alive: {kinds}")
    for line in ledger.workers.problems(settings):
        yield Check("workers", "wrong", line)
    yield from _check_beat(counts[BEAT])
    yield from _check_taggers(alive)
    yield from _check_engines(alive)


def _check_beat(alive: int) -> Iterator[Check]:
    if not alive:
        problem = "no beat is alive, so lost work stays lost and new pages wait for a command"
        yield Check("beat", "warning", f"{problem}; start one: prelabel beat (celery -A beat_schedule beat)")
    elif alive > 1:
        yield Check("beat", "warning", f"{alive} beats are alive; one is enough: stop the others")


def _check_taggers(alive: Sequence[WorkerInfo]) -> Iterator[Check]:
    taggers = {worker.tagger for worker in alive if worker.tagger}
    if len(taggers) > 1:
        names = ", ".join(sorted(f"{tagger.name} {tagger.digest}" for tagger in taggers))
        yield Check("workers", "warning", f"gpu workers have different taggers ({names}); restart the older workers")


def _check_engines(alive: Sequence[WorkerInfo]) -> Iterator[Check]:
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for worker in alive:
        for name, version in worker.engines.items():
            versions[worker.kind, name].add(version)
    for (kind, name), found in sorted(versions.items()):
        if len(found) > 1:
            problem = f"{kind} workers have different versions of {name} ({', '.join(sorted(found))})"
            yield Check("workers", "warning", f"{problem}; install the same on all")
