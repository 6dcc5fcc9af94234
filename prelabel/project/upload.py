"""The upload of predictions: exactly once, also after repeated messages, cut connections and killed processes.

Label Studio's import is not idempotent, and it goes on after its client was cut off. So one lock for each server
surrounds four steps: record the intent, look for stored predictions, post the others, look again to confirm them. A
look also removes doubles, and changes what another version has stored in place (`redo`); to repeat a change does no
harm. After a lost answer nothing is posted until the HTTP limit has passed and a look finds nothing; and beat looks
again later, because nothing bounds the time after which Label Studio stores an import.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from prelabel.errors import (
    LABEL_STUDIO,
    AmbiguousUpload,
    ChainOver,
    PageError,
    PageInUse,
    PagesGone,
    PredictionDropped,
    PrelabelError,
    ServiceUnavailable,
)
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.stored_predictions import (
    annotated_predictions,
    change_prediction,
    delete_prediction,
    held_versions,
    untouched_pages,
)
from prelabel.ledger.locks import HeldLock
from prelabel.ledger.pages import Claim
from prelabel.project.import_sizes import by_limit, smaller
from prelabel.project.redo import OurPrediction, our_predictions
from prelabel.project.version import NAME, is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: The first pause between two looks for a prediction; each further one is twice as long.
_VERIFY_PAUSE_S = 0.2
#: The longest wait for this process's turn, in HTTP limits. An import itself may take as long.
_TURN_TIMEOUTS = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """A prediction to upload. Its `model_version` is the project's name, its exact version is `claim.version`."""

    claim: Claim
    prediction: Mapping[str, Any]


#: The outcome of each delivery, in the given order: None when the prediction is stored once and confirmed.
Outcomes = list[PrelabelError | None]


def deliver(
    workplace: Workplace,
    deliveries: Sequence[Delivery],
    *,
    watching: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Outcomes:
    """Store predictions of one project and one name. An error of a single page is in its outcome, not raised.

    `watching`: surrounds the work, but not the wait for this process's turn.
    """
    try:
        with workplace.ledger.locks.hold("upload", wait_s=_TURN_TIMEOUTS * workplace.settings.http_timeout) as held:
            if held is None:
                raise _not_charged("other workers upload to this Label Studio; this upload is tried again")
            if workplace.ledger.outages.is_away(LABEL_STUDIO):  # since this chunk waits for its turn
                raise _away()
            with watching():
                return _Chunk(workplace, held, deliveries).process()
    except PrelabelError as error:  # the next try looks what was stored
        return [error] * len(deliveries)


def _away() -> ServiceUnavailable:
    """Return the error of an upload whose server went away while it waited for its turn."""
    error = _not_charged("Label Studio is away; the upload waits for it")
    error.server = LABEL_STUDIO
    return error


def _not_charged(message: str) -> ServiceUnavailable:
    """Return an error that is not the fault of the page that meets it, and uses up none of its tries."""
    error = ServiceUnavailable(message)
    error.charged = False
    return error


class _Chunk:
    """The deliveries of one call. A claim is in `open` until its outcome is known."""

    def __init__(self, workplace: Workplace, held: HeldLock, deliveries: Sequence[Delivery]) -> None:
        self._client = workplace.client
        self._ledger = workplace.ledger
        self._held = held
        self._verify_tries = workplace.settings.verify_tries
        self._deliveries = deliveries
        self.open: dict[Claim, Delivery] = {d.claim: d for d in deliveries}
        self.outcomes: dict[Claim, PrelabelError | None] = {}
        self._project_id = deliveries[0].claim.project_id
        self._name = deliveries[0].prediction.get("model_version") or NAME
        #: Claims whose prediction was sent in an import: what their page holds now is that prediction.
        self._sent = set[Claim]()
        #: The largest import in which a page may be sent, for pages that met a failed import.
        self._limits: Mapping[int, int] = {}
        #: An import has failed, and nobody knows why; no other one follows it at once.
        self._failed = False

    def process(self) -> Outcomes:
        """Take all steps; return the outcomes."""
        try:
            self.drop_stale()
            self.look()
            self.ready()
            for part in self.parts():
                self.post(part)
            self.confirm(self._verify_tries)
        except PrelabelError as error:
            self.settle(self.open, error)
        return [self.outcomes[d.claim] for d in self._deliveries]

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
        """Settle claims whose pages hold a prediction of ours: as it is, or changed in place; remove second ones."""
        by_page = {claim.task_id: claim for claim in self.open}
        held = held_versions(self._client, self._project_id, NAME, by_page)
        ours_by_page = {task_id: {*filter(is_ours, each.versions)} for task_id, each in held.items()}
        some = [task_id for task_id, names in ours_by_page.items() if names]
        sure = {task_id for task_id in some if held[task_id].once and ours_by_page[task_id] == {self._name}}
        stored = [claim for claim in self._sent & {*self.open} if claim.task_id in sure]
        self.stored(stored)
        found = our_predictions(self._client, self._project_id, {*some} - {claim.task_id for claim in stored})
        made = {task_id: self._made(by_page[task_id], ours) for task_id, ours in found.items()}
        others = [task_id for task_id, prediction in made.items() if prediction is None]
        free = untouched_pages(self._client, self._project_id, others) if others else set[int]()
        for task_id, ours in found.items():
            claim, stays = by_page[task_id], made[task_id]
            if stays is None and task_id not in free:
                self.settle([claim], PageInUse("a person has begun with the page; its prediction stays as it is"))
            elif stays or (stays := self.change(claim, ours)):
                self.remove([each for each in ours if each != stays], task_id)
                self.stored([claim])

    def _made(self, claim: Claim, ours: Sequence[OurPrediction]) -> OurPrediction | None:
        """Return the page's prediction that this claim's chain, or one of the same version, has stored already."""
        return next((each for each in ours if each.name == self._name and each.version == claim.version), None)

    def stored(self, claims: Sequence[Claim]) -> None:
        """Settle claims whose prediction is stored."""
        self._ledger.intents.forget(claims)
        self._ledger.intents.lift_limits([claim for claim in claims if claim.task_id in self._limits])
        self.settle(claims, None)

    def change(self, claim: Claim, ours: Sequence[OurPrediction]) -> OurPrediction | None:
        """Change a prediction of another version in place; return it, or None where that did not succeed.

        The one of the project's name is changed, so that the page always holds one of this name, and never two.
        """
        if self._failed:
            self.settle([claim], _not_charged("the call before this one failed; this upload is tried again"))
            return None
        changed = min(ours, key=lambda each: (each.name != self._name, each.id))
        self._held.check()
        try:
            if not change_prediction(self._client, changed.id, self.open[claim].prediction):
                return None  # removed meanwhile: the claim stays open
        except ServiceUnavailable as error:
            self._unclear([claim], error)
            return None
        except PageError as error:
            self.settle([claim], error)
            return None
        if not self._held.is_sure():  # another process may have changed it meanwhile
            self.remember([claim])
        return changed

    def remove(self, predictions: Sequence[OurPrediction], task_id: int) -> None:
        """Remove predictions of ours that the page needs no more, but none from which an annotation was made."""
        used = annotated_predictions(self._client, self._project_id, task_id) if predictions else set[int]()
        for each in predictions:
            if each.id not in used:
                self._held.check()
                log.info("project=%s page=%s: removing prediction %s", self._project_id, task_id, each.id)
                delete_prediction(self._client, each.id)

    def ready(self) -> None:
        """Settle claims whose earlier POST may still arrive; of the others, remember those that had one."""
        claims, now = list(self.open), self._ledger.now()
        recorded = self._ledger.intents.recorded(claims) if claims else {}
        for claim in claims:
            rest_s = recorded.get(claim.task_id, 0.0) + self._client.timeout_s - now
            if rest_s > 0:
                text = f"an earlier upload of this page may still arrive; looking again in {rest_s:.0f} s"
                waits = AmbiguousUpload(text, retry_after_s=rest_s)
                waits.charged = False
                self.settle([claim], waits)
        self.remember([claim for claim in self.open if claim.task_id in recorded])

    def remember(self, claims: Sequence[Claim]) -> None:
        """Let beat look later whether Label Studio has stored a second prediction of these pages."""
        self._ledger.rechecks.remember_pages(claims, timeout_s=self._client.timeout_s)

    def parts(self) -> Iterator[list[Delivery]]:
        """Return the imports to make."""
        self._limits = self._ledger.intents.limits(list(self.open)) if self.open else {}
        most = len(self._deliveries)
        return by_limit([*self.open.values()], lambda delivery: self._limits.get(delivery.claim.task_id, most))

    def post(self, deliveries: Sequence[Delivery]) -> None:
        """Import predictions. Deleted pages are left out; a refused import is halved until one page is left."""
        if not deliveries:
            return
        claims = [d.claim for d in deliveries]
        if self._failed:
            self.settle(claims, _not_charged("the import before this one failed; this upload is tried again"))
            return
        self._held.check()
        self._ledger.intents.record(claims, self._ledger.now())
        self._sent.update(claims)
        self._held.check()
        try:
            items = [(d.claim.task_id, dict(d.prediction)) for d in deliveries]
            import_predictions(self._client, self._project_id, items)
        except ServiceUnavailable as error:
            self._unclear(claims, error)
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
        else:
            if not self._held.is_sure():  # another process may have posted the same meanwhile
                self.remember(claims)

    def _unclear(self, claims: Sequence[Claim], error: ServiceUnavailable) -> None:
        """Settle an import that failed without a word which page is to blame, if any is.

        Only a page that was sent alone is charged. Several come again, after a lost answer in smaller imports.
        """
        self._failed = True
        if isinstance(error, AmbiguousUpload):
            self.remember(claims)
            self._ledger.intents.limit(claims, smaller(len(claims)))
            error.retry_after_s = max(self._client.timeout_s, error.retry_after_s or 0.0)
        else:
            self._ledger.intents.forget(claims)
        error.charged = len(claims) == 1
        self.settle(claims, error)

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
