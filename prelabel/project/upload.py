"""The upload of predictions: exactly once, also after repeated messages, cut connections and killed processes.

Label Studio's import is not idempotent, and it goes on after its client was cut off. So one lock for each server
surrounds four steps: record the intent, look for stored predictions, post the others, look again to confirm them. A
look also removes doubles. After a lost answer nothing is posted until the HTTP limit has passed and a look finds
nothing.
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

#: The first pause between two looks for a prediction; each further one is twice as long.
_VERIFY_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Delivery:
    """A prediction to upload; `claim.version` is its `model_version`."""

    claim: Claim
    prediction: Mapping[str, Any]


#: The outcome of each delivery, in the given order: None when the prediction is stored once and confirmed.
Outcomes = list[PrelabelError | None]


def deliver(workplace: Workplace, deliveries: Sequence[Delivery]) -> Outcomes:
    """Store predictions of one project and one version. An error of a single page is in its outcome, not raised."""
    settings = workplace.settings
    with workplace.ledger.locks.hold("upload", wait_s=settings.http_timeout) as held_lock:
        if not held_lock:
            busy = ServiceUnavailable("another worker uploads to this Label Studio; this upload is tried again")
            return [busy] * len(deliveries)
        chunk = _Chunk(workplace.client, workplace.ledger, deliveries)
        try:
            chunk.drop_stale()
            chunk.look()
            chunk.post(chunk.ready())
            chunk.confirm(settings.verify_tries)
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
        """Record the outcome of claims."""
        for claim in list(claims):
            self.outcomes[claim] = outcome
            del self.open[claim]

    def drop_stale(self) -> None:
        """Settle claims that another chain has taken over."""
        claims = list(self.open)
        for claim, valid in zip(claims, self._ledger.leases.are_valid(claims), strict=True):
            if not valid:
                self.settle([claim], ChainOver("stale", claim.work))

    def look(self) -> None:
        """Settle claims whose prediction Label Studio holds; of doubles, keep the lowest id and delete the others."""
        counts = count_predictions(self._client, self._project_id, self._version, [c.task_id for c in self.open])
        doubled = [task_id for task_id, count in counts.items() if count > 1]
        for ids in prediction_ids(self._client, self._project_id, self._version, doubled).values():
            for prediction_id in ids[1:]:
                log.warning(
                    "project %s: removing a second prediction of the same version: %s", self._project_id, prediction_id
                )
                delete_prediction(self._client, prediction_id)
        found = [claim for claim in self.open if claim.task_id in counts]
        self._ledger.intents.forget(found)
        self.settle(found, None)

    def ready(self) -> list[Delivery]:
        """Return deliveries that may be posted now; settle those whose earlier POST may still arrive."""
        claims, now = list(self.open), self._ledger.now()
        for task_id, at in self._ledger.intents.recorded(claims).items():
            rest_s = at + self._client.timeout_s - now
            if rest_s > 0:
                waiting = [claim for claim in claims if claim.task_id == task_id]
                text = f"an earlier upload of this page may still arrive; looking again in {rest_s:.0f} s"
                self.settle(waiting, AmbiguousUpload(text, retry_after_s=rest_s))
        return list(self.open.values())

    def post(self, deliveries: Sequence[Delivery]) -> None:
        """Import predictions. Deleted pages are left out; a refused chunk is halved until the refused page is found."""
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
        """Look until all predictions are stored. Label Studio silently drops invalid ones from a bulk import."""
        for attempt in range(tries):
            if not self.open:
                return
            if attempt:
                time.sleep(_VERIFY_PAUSE_S * 2 ** (attempt - 1))
            self.look()
        self._ledger.intents.forget(list(self.open))
        self.settle(self.open, PredictionDropped("Label Studio took the import but shows no prediction"))
