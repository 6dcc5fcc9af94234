"""Checks of the workers: the kinds that are alive or missing, and models or engines that differ between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.opening import open_bucket
from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
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
    yield from _check_own_models(alive)
    yield from _check_engines(alive)
    yield from _check_folders(alive, settings)


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


def _check_own_models(alive: Sequence[WorkerInfo]) -> Iterator[Check]:
    """Check that the models which projects choose for themselves are the same on all gpu workers that have them."""
    for name in sorted({name for worker in alive for name in worker.own_models}):
        digests = {found.digest for worker in alive if (found := worker.own_models.get(name))}
        if len(digests) > 1:
            problem = f"gpu workers have different models for {name} ({', '.join(sorted(digests))})"
            yield Check("workers", "warning", f"{problem}, so pages go from one to the other; copy the same to all")


def _check_engines(alive: Sequence[WorkerInfo]) -> Iterator[Check]:
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for worker in alive:
        for name, version in worker.engines.items():
            versions[worker.kind, name].add(version)
    for (kind, name), found in sorted(versions.items()):
        if len(found) > 1:
            problem = f"{kind} workers have different versions of {name} ({', '.join(sorted(found))})"
            yield Check("workers", "warning", f"{problem}; install the same on all")


def _check_folders(alive: Sequence[WorkerInfo], settings: Settings) -> Iterator[Check]:
    """Check that all workers, and this machine, have one folder as PRELABEL_BUCKET."""
    hosts: dict[str, set[str]] = defaultdict(set)
    for worker in alive:
        if worker.folder:
            hosts[worker.folder].add(worker.host)
    cure = "let PRELABEL_BUCKET be one folder that all mount, at an absolute path, or S3"
    if len(hosts) > 1:
        apart = " | ".join(sorted(", ".join(sorted(names)) for names in hosts.values()))
        problem = f"workers do not share the folder of PRELABEL_BUCKET ({apart}): what one stores others do not find"
        yield Check("bucket", "warning", f"{problem}, documents nor pages; {cure}")
    own = _own_folder(settings)
    if hosts and own is not None and own not in hosts:
        problem = f"the folder PRELABEL_BUCKET={settings.bucket} here is not that of the workers"
        seen = "`prelabel results` finds no stored pages here, and reads regions without text from the images"
        yield Check("bucket", "warning", f"{problem}: {seen}; {cure}")


def _own_folder(settings: Settings) -> str | None:
    """Return the mark of this machine's folder; None where the bucket is no folder or does not answer."""
    try:
        bucket = open_bucket(settings)
        return bucket.mark() if isinstance(bucket, FolderBucket) else None
    except PrelabelError:
        return None
