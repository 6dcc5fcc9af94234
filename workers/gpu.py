"""The gpu worker (stage extract): `celery -A workers.gpu worker`. A pool of threads, one forward thread.

While the GPU computes a batch, the tasks' threads encode more pages, and the next batch is gathered and started.
Several workers may share a GPU. The models of the settings are loaded at the start, those that projects choose for
themselves at their first page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager

from celery import signals

from prelabel.kie.tag.tagger import Encoded, Probabilities, Tagger, TagInput
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.project.models import Models, load
from prelabel.queues.routes import GPU
from prelabel.settings import Settings, get_settings
from prelabel.startup.one_line import one_line_errors
from tasks.process import this_process
from workers.batcher import Batcher
from workers.forced_exit import sign_off
from workers.own_models import OwnModels
from workers.start import set_up, start_heartbeat
from workers.watchdog import Watchdog

with one_line_errors():
    from tasks import extract  # noqa: F401  # registers the task
    from tasks.app import app

set_up(GPU, "threads")
app.conf.worker_concurrency = get_settings().gpu_threads

#: A page with its tagger.
_Item = tuple[Tagger, Encoded]


class BatchedTaggers:
    """The service of this worker for `tasks.extract`: taggers behind one batcher, and linkers."""

    def __init__(self, models: Models, own: OwnModels, settings: Settings) -> None:
        self._models, self._own, self._settings = models, own, settings
        self._announcement = models.announcement
        self._watchdog = Watchdog(settings.extract_time_limit, "PRELABEL_EXTRACT_TIME_LIMIT")
        self._one_alone = threading.Lock()
        self._batcher: Batcher[_Item, Probabilities] = Batcher(
            self._forward,
            max_items=settings.batch_pages,
            max_cost=settings.batch_tokens,
            wait_s=settings.batch_wait_ms / 1000,
            name="forward",
        )

    def announced(self, project_id: int) -> Announcement | None:
        """Return the models of this worker for a project; None where it has not those that the project chooses."""
        name = self._settings.models_name(project_id)
        return self._own.announced.get(name) if name else self._announcement

    def loaded(self) -> Sequence[Announcement]:
        """Return the models of projects that are loaded, also those that projects have no longer."""
        return self._own.loaded

    def models(self, project_id: int, announcement: Announcement) -> Models:
        """Return the models that were announced, loaded. Raises ModelUnavailable or SettingError."""
        return self._models if announcement == self._announcement else self._own.load(project_id, announcement)

    @contextmanager
    def page_in_hand(self, claim: Claim, *, alone: bool) -> Iterator[None]:
        """Surround all work on a page; a crash during work on an `alone` page counts against that page.

        So `alone` pages are worked on one at a time.
        """
        if not alone:
            yield
            return
        ledger = this_process().ledger
        with self._one_alone:
            ledger.leases.charge([claim], "alone")
            try:
                yield
            finally:
                ledger.leases.charge([claim], "")

    def submit(self, tagger: Tagger, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Encode in the caller's thread, then wait for a forward pass."""
        with self.watching():
            encoded = tagger.encode(page)
        return self._batcher.submit((tagger, encoded), cost=encoded.cost, alone=alone)

    def watching(self) -> AbstractContextManager[None]:
        """Surround work in native code that might hang."""
        return self._watchdog.watching()

    def _forward(self, items: Sequence[_Item]) -> Callable[[], Sequence[Probabilities]]:
        """Begin one forward pass for each tagger of the batch; return a function that waits for all of them."""
        under_way = object()
        self._watchdog.begin(under_way)
        try:
            ready = _launched(items)
        except BaseException:
            self._watchdog.end(under_way)
            raise

        def wait() -> Sequence[Probabilities]:
            try:
                return ready()
            finally:
                self._watchdog.end(under_way)

        return wait


def _launched(items: Sequence[_Item]) -> Callable[[], Sequence[Probabilities]]:
    by_tagger: dict[int, list[int]] = {}
    for place, (tagger, _) in enumerate(items):
        by_tagger.setdefault(id(tagger), []).append(place)
    begun = [(places, items[places[0]][0].launch([items[i][1] for i in places])) for places in by_tagger.values()]

    def ready() -> Sequence[Probabilities]:
        found = {place: rows for places, wait in begun for place, rows in zip(places, wait(), strict=True)}
        return [found[place] for place in range(len(items))]

    return ready


@signals.celeryd_init.connect
def _start(**_: object) -> None:
    from prelabel.kie.tag.threads import limit_threads

    settings = get_settings()
    own = OwnModels(settings)
    with one_line_errors():
        models = load(settings)
    limit_threads(settings.torch_threads)
    this_process().forward = BatchedTaggers(models, own, settings)
    own.refresh_forever(settings.heartbeat)
    start_heartbeat(GPU, models.announcement, own_models=lambda: own.announced)


@signals.worker_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()
