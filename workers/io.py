"""The io worker (sync, select, imports, upload): `celery -A workers.io worker`. Threads and one bulk uploader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from celery import signals

from prelabel.errors import PrelabelError
from prelabel.labelstudio.projects import get_project
from prelabel.project.names import held_names, show
from prelabel.project.upload import Delivery, deliver
from prelabel.project.version import is_ours
from prelabel.queues.routes import IO
from prelabel.settings import UPLOAD_TIMEOUTS, get_settings
from prelabel.startup.one_line import one_line_errors
from tasks.process import WorkerProcess, this_process
from workers.batcher import Batcher
from workers.forced_exit import sign_off
from workers.start import log, set_up, start_heartbeat
from workers.watchdog import Watchdog

with one_line_errors():
    from tasks import intake, recheck, select, sync, upload, wake  # noqa: F401  # registers the tasks
    from tasks.app import app

set_up(IO, "threads")
app.conf.worker_concurrency = get_settings().io_threads


def more_coming(deliveries: Sequence[Delivery]) -> bool:
    """Return whether other pages of these projects are on their way, so that the import should wait for them."""
    ledger = this_process().ledger
    try:
        return any(ledger.pages.before_upload(project_id) for project_id in {d.claim.project_id for d in deliveries})
    except PrelabelError:
        return False


@cache
def _watchdog() -> Watchdog:
    limit_s = UPLOAD_TIMEOUTS * get_settings().http_timeout
    return Watchdog(limit_s, f"{UPLOAD_TIMEOUTS} times PRELABEL_HTTP_TIMEOUT")


_shown: set[tuple[int, str]] = set()


def upload_batch(deliveries: Sequence[Delivery]) -> list[PrelabelError | None]:
    """Import the predictions of each project and name in one call; then select more pages where few are left."""
    here = this_process()
    groups: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.claim.project_id, str(delivery.prediction.get("model_version"))].append(delivery)
    outcomes: dict[str, PrelabelError | None] = {}
    for key, group in groups.items():
        done = deliver(here, group, watching=_watchdog().watching)
        outcomes |= {d.claim.token: outcome for d, outcome in zip(group, done, strict=True)}
        if None in done and here.settings.set_model_version:
            show_first(here, *key)
        select.top_up(here, key[0])
    return [outcomes[delivery.claim.token] for delivery in deliveries]


def show_first(here: WorkerProcess, project_id: int, name: str) -> None:
    """Let the label stream show the first predictions of a project at once; other projects are left to `select`.

    Label Studio accepts a name only when the project holds a prediction of it.
    """
    if (project_id, name) in _shown:
        return
    try:
        project = get_project(here.client, project_id)
        if not project.model_version and {*filter(is_ours, held_names(here.client, project_id))} == {name}:
            show(here, project, name)
        _shown.add((project_id, name))
    except PrelabelError as error:  # the predictions are stored; the next chunk tries again
        log.warning("project=%s: model_version is not set to %s: %s", project_id, name, error)


@signals.celeryd_init.connect
def _start(**_: object) -> None:
    settings = get_settings()
    with one_line_errors():
        this_process().client  # noqa: B018  # made now, so that a missing address or token is noticed at once
    this_process().importer = Batcher(
        upload_batch,
        max_items=settings.upload_chunk,
        wait_s=settings.upload_wait,
        more_coming=more_coming,
        name="upload",
    )
    start_heartbeat(IO)


@signals.worker_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()
