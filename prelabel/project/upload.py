"""Each prediction reaches Label Studio exactly once, whatever is redelivered, cut or killed on the way.

Label Studio's import is not idempotent, and it goes on after its client was cut. So, under one lock a server: intent
is recorded, a look shows what is stored already, the rest is posted, a last look confirms it and removes our own
doubles. After a lost answer nothing is posted until the HTTP limit has passed and a look finds nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.errors import (
    AmbiguousUpload,
    ChainOver,
    PageError,
    PagesGone,
    PredictionDropped,
    PrelabelError,
    ServiceUnavailable,
)
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.stored_predictions import count_predictions, delete_prediction, prediction_ids
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: The first pause between two looks for a prediction; doubles.
_VERIFY_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Delivery:
    """One prediction on its way; `claim.version` is its `model_version`."""

    claim: Claim
    prediction: Mapping[str, Any]


#: What became of each delivery, in the order given: None when it is stored once and confirmed.
Outcomes = list[PrelabelError | None]


def deliver(place: Workplace, deliveries: Sequence[Delivery]) -> Outcomes:
    """Store predictions of one project and one version. Never raises for a single page: see `Outcomes`."""
    with place.ledger.locks.hold("upload", wait_s=place.settings.http_timeout) as held_lock:
        if not held_lock:
            busy = ServiceUnavailable("another uploader holds the server's lock; this page's turn comes later")
            return [busy] * len(deliveries)
        chunk = _Chunk(place.client, place.ledger, deliveries)
        try:
            chunk.drop_stale()
            chunk.look()
            chunk.post(chunk.ready())
            chunk.confirm(place.settings.verify_tries)
        except PrelabelError as error:
            chunk.settle(chunk.open, error)
        return [chunk.outcomes[d.claim] for d in deliveries]


class _Chunk:
    """The deliveries of one call. A claim is in `open` until its outcome is known."""

    def __init__(self, client: LabelStudio, ledger: Ledger, deliveries: Sequence[Delivery]) -> None:
        self._client = client
        self._ledger = ledger
        self.open: dict[Claim, Delivery] = {d.claim: d for d in deliveries}
        self.outcomes: dict[Claim, PrelabelError | None] = {}
        self._project_id = deliveries[0].claim.project_id
        self._version = deliveries[0].claim.version

    def settle(self, claims: Sequence[Claim] | Mapping[Claim, Delivery], outcome: PrelabelError | None) -> None:
        for claim in list(claims):
            self.outcomes[claim] = outcome
            del self.open[claim]

    def drop_stale(self) -> None:
        """Claims that another chain has taken over since they were handed in."""
        claims = list(self.open)
        stale = [claim for claim, good in zip(claims, self._ledger.leases.hold(claims), strict=True) if not good]
        for claim in stale:
            self.settle([claim], ChainOver("stale", claim.work))

    def look(self) -> None:
        """Settle what Label Studio holds; of our own doubles the lowest id stays."""
        counts = count_predictions(self._client, self._project_id, self._version, [c.task_id for c in self.open])
        doubled = [task_id for task_id, count in counts.items() if count > 1]
        for ids in prediction_ids(self._client, self._project_id, self._version, doubled).values():
            for prediction_id in ids[1:]:
                log.warning("project %s: removing our own double prediction %s", self._project_id, prediction_id)
                delete_prediction(self._client, prediction_id)
        found = [claim for claim in self.open if claim.task_id in counts]
        self._ledger.intents.forget(found)
        self.settle(found, None)

    def ready(self) -> list[Delivery]:
        """What may be posted now: nothing whose earlier POST may still be at work inside Label Studio."""
        claims, now = list(self.open), self._ledger.now()
        for task_id, at in self._ledger.intents.recorded(claims).items():
            rest_s = at + self._client.timeout_s - now
            if rest_s > 0:
                waiting = [claim for claim in claims if claim.task_id == task_id]
                text = f"an earlier upload of this page may still arrive; looking again in {rest_s:.0f} s"
                self.settle(waiting, AmbiguousUpload(text, retry_after_s=rest_s))
        return list(self.open.values())

    def post(self, deliveries: Sequence[Delivery]) -> None:
        """One import; pages that were deleted are left out, and a refused chunk is halved until one page is left."""
        if not deliveries:
            return
        claims = [d.claim for d in deliveries]
        self._ledger.intents.record(claims, self._ledger.now())
        try:
            items = [(d.claim.task_id, dict(d.prediction)) for d in deliveries]
            import_predictions(self._client, self._project_id, items)
        except AmbiguousUpload as error:
            self.settle(claims, AmbiguousUpload(str(error), retry_after_s=self._client.timeout_s))
        except PagesGone as error:
            self._ledger.intents.forget(claims)
            gone = [claim for claim in claims if claim.task_id in error.task_ids]
            self.settle(gone or claims, error)
            self.post([d for d in deliveries if d.claim in self.open])
        except PageError as error:
            self._ledger.intents.forget(claims)
            if len(deliveries) == 1:
                self.settle(claims, error)
            else:
                half = len(deliveries) // 2
                self.post(deliveries[:half])
                self.post(deliveries[half:])
        except PrelabelError:
            self._ledger.intents.forget(claims)
            raise

    def confirm(self, tries: int) -> None:
        """Look until all are there. Label Studio drops invalid predictions of a bulk import without a word."""
        for attempt in range(tries):
            if not self.open:
                return
            if attempt:
                time.sleep(_VERIFY_PAUSE_S * 2 ** (attempt - 1))
            self.look()
        self._ledger.intents.forget(list(self.open))
        self.settle(self.open, PredictionDropped("Label Studio took the import but shows no prediction"))
