"""Extract: `celery -A workers.gpu worker`. Threads, one tagger, one forward thread; several workers may share a GPU.

While a GPU computes a batch, the tasks' threads encode more pages, and the next batch is put together and begun.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from celery import signals

from prelabel.ledger import Claim
from prelabel.relations.models import LinkModel
from prelabel.roster import Announcement
from prelabel.ser.tagger import Encoded, Probabilities, Tagger, TagInput
from prelabel.settings import Settings, get_settings
from tasks.resources import resources
from workers.batcher import Batcher
from workers.start import one_line_errors, show_signs_of_life, sign_off

with one_line_errors():
    from tasks import extract
    from tasks.app import app

app.amqp.queues.select(["gpu"])
app.conf.worker_pool = "threads"
app.conf.worker_concurrency = get_settings().gpu_threads


@dataclass(frozen=True, slots=True)
class _Item:
    claim: Claim
    encoded: Encoded


class BatchedTagger:
    """A tagger behind a batcher, and the linker. What `tasks.extract` is lent."""

    def __init__(self, tagger: Tagger, linker: LinkModel, announcement: Announcement, settings: Settings) -> None:
        self.announcement = announcement
        self.linker = linker
        self.tags = tagger.tags
        self._tagger = tagger
        self._batcher: Batcher[_Item, Probabilities] = Batcher(
            self._forward,
            max_items=settings.batch_pages,
            max_cost=settings.batch_tokens,
            wait_s=settings.batch_wait_ms / 1000,
            name="forward",
        )

    def submit(self, claim: Claim, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Encode in the caller's thread, then wait for a forward pass."""
        encoded = self._tagger.encode(page)
        return self._batcher.submit(_Item(claim, encoded), cost=encoded.cost, alone=alone)

    def _forward(self, items: Sequence[_Item]) -> Callable[[], Sequence[Probabilities]]:
        """A crash in native code takes the whole process: say before who was in it, and take it back after."""
        ledger, claims = resources().ledger, [item.claim for item in items]
        ledger.charge(claims, "alone" if len(items) == 1 else "shared")
        try:
            ready = self._tagger.launch([item.encoded for item in items])
        except BaseException:
            ledger.charge(claims, "")
            raise

        def wait() -> Sequence[Probabilities]:
            try:
                return ready()
            finally:
                ledger.charge(claims, "")

        return wait


@signals.worker_init.connect
def _start(**_: object) -> None:
    from prelabel.relations.models import linker_for
    from prelabel.ser.models import label_set, tagger_for

    settings = get_settings()
    with one_line_errors():
        tagger, linker = tagger_for(settings), linker_for(settings)
    import torch  # the tagger has it loaded

    torch.set_num_threads(settings.torch_threads)
    announcement = Announcement(tagger.name, tagger.digest, label_set(tagger), f"{linker.name} {linker.digest}")
    extract.use(BatchedTagger(tagger, linker, announcement, settings))
    show_signs_of_life("gpu", announcement)


@signals.worker_shutdown.connect
def _stop(**_: object) -> None:
    sign_off()
