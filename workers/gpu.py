"""The gpu worker (stage extract): `celery -A workers.gpu worker`. A pool of threads, one tagger, one forward thread.

While the GPU computes a batch, the tasks' threads encode more pages, and the next batch is gathered and started.
Several workers may share a GPU.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager

from celery import signals

from prelabel.kie.link.linker import Linker
from prelabel.kie.tag.tagger import Encoded, Probabilities, Tagger, TagInput
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.queues.routes import GPU
from prelabel.settings import Settings, get_settings
from prelabel.startup.one_line import one_line_errors
from tasks.process import this_process
from workers.batcher import Batcher
from workers.forced_exit import sign_off
from workers.start import set_up, start_heartbeat
from workers.watchdog import Watchdog

with one_line_errors():
    from tasks import extract  # noqa: F401  # registers the task
    from tasks.app import app

set_up(GPU, "threads")
app.conf.worker_concurrency = get_settings().gpu_threads


class BatchedTagger:
    """The service of this worker for `tasks.extract`: a tagger behind a batcher, and the linker."""

    def __init__(self, tagger: Tagger, linker: Linker, announcement: Announcement, settings: Settings) -> None:
        self.announcement = announcement
        self.linker = linker
        self.tags = tagger.tags
        self._tagger = tagger
        self._watchdog = Watchdog(settings.extract_time_limit, "PRELABEL_EXTRACT_TIME_LIMIT")
        self._one_alone = threading.Lock()
        self._batcher: Batcher[Encoded, Probabilities] = Batcher(
            self._forward,
            max_items=settings.batch_pages,
            max_cost=settings.batch_tokens,
            wait_s=settings.batch_wait_ms / 1000,
            name="forward",
        )

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

    def submit(self, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Encode in the caller's thread, then wait for a forward pass."""
        with self.watching():
            encoded = self._tagger.encode(page)
        return self._batcher.submit(encoded, cost=encoded.cost, alone=alone)

    def watching(self) -> AbstractContextManager[None]:
        """Surround work in native code that might hang."""
        return self._watchdog.watching()

    def _forward(self, items: Sequence[Encoded]) -> Callable[[], Sequence[Probabilities]]:
        under_way = object()
        self._watchdog.begin(under_way)
        try:
            ready = self._tagger.launch(items)
        except BaseException:
            self._watchdog.end(under_way)
            raise

        def wait() -> Sequence[Probabilities]:
            try:
                return ready()
            finally:
                self._watchdog.end(under_way)

        return wait


@signals.celeryd_init.connect
def _start(**_: object) -> None:
    from prelabel.kie.link.loading import linker_for
    from prelabel.kie.tag.loading import label_set, tagger_for
    from prelabel.kie.tag.threads import limit_threads

    settings = get_settings()
    with one_line_errors():
        tagger, linker = tagger_for(settings), linker_for(settings)
    limit_threads(settings.torch_threads)
    announcement = Announcement(tagger.name, tagger.digest, label_set(tagger), f"{linker.name} {linker.digest}")
    this_process().forward = BatchedTagger(tagger, linker, announcement, settings)
    start_heartbeat(GPU, announcement)


@signals.worker_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()
