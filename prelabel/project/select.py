"""Selecting: which pages of a project start a chain now. Lost pages first, then new ones up to the bound in flight.

The bound, PAGES_IN_FLIGHT, keeps a large project in Label Studio and out of Redis; `turns` keeps it from being in the
way of small ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, Predicate, count_eligible, eligible_pages, only_versions
from prelabel.labelstudio.stored_predictions import pages_predicted
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim, Stage
from prelabel.ledger.workers import Workers
from prelabel.ocr.versions import engine_names
from prelabel.page import PageRef
from prelabel.project.version import OUR_VERSIONS, pipeline_version
from prelabel.queues.priority import turn
from prelabel.queues.table import GPU
from prelabel.settings import ProjectSettings
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: A claim whose chain was not sent after so long (the selecting process died in between) is free again.
_UNSENT_LEASE_S = 60.0

#: Sends the chain of a page, beginning with the given stage, in the given turn.
Start = Callable[[Claim, Stage, int], None]


@dataclass(frozen=True, slots=True)
class Selected:
    """What one selection did: chains started anew after a loss, chains of new pages, pages left in Label Studio."""

    recovered: int
    claimed: int
    unclaimed: int


def select_pages(place: Workplace, project_id: int, reader: str, start: Start, run_id: str | None = None) -> Selected:
    """Claim pages and start their chains; list all pages of the runs that wait for it first.

    Nothing is claimed while the project is halted, but the pages of the run `run_id`, which asks for its listing, are
    listed during a pause, too. `reader`: the kind of worker that reads this project's pages. Call it under the
    project's lock. Raises ProjectNotFound, LabellingConfigError, AuthError, SettingError, and ServiceUnavailable while
    no worker has announced the tagger or the OCR engines that it takes.
    """
    ledger = place.ledger
    if ledger.runs.cancelled(run_id) if run_id else ledger.halts.halt(project_id):
        return Selected(0, 0, ledger.runs.unclaimed(project_id))
    project = get_project(place.client, project_id)
    own = place.settings.for_project(project_id)
    config = LabellingConfig.parse(project.labelling_xml, labels=None)
    version, labels = _version(ledger.workers, own, reader)
    LabellingConfig.parse(project.labelling_xml, labels).require(labels)
    again = ledger.runs.again(project_id, run_id)
    predicates = _predicates(own, version if again else "")
    selection = _Selection(place, project, predicates, version, config.image_key, start)
    recovered = selection.recover()
    claimed, unclaimed = selection.claim_new()
    return Selected(recovered, claimed, unclaimed)


def _version(roster: Workers, own: ProjectSettings, reader: str) -> tuple[str, tuple[str, ...]]:
    """The pipeline version, and the labels of its tagger."""
    names = engine_names(own)
    tagger, engines = roster.newest_tagger(), roster.newest_engines(reader, names)
    if tagger is None:
        raise _nobody(GPU, "its tagger")
    if engines is None:
        raise _nobody(reader, f"{' and '.join(names)} (OCR={own.ocr})")
    return pipeline_version(own, tagger, engines), tagger.labels


def _nobody(kind: str, what: str) -> ServiceUnavailable:
    cure = f"start one: celery -A workers.{kind} worker"
    return ServiceUnavailable(f"no {kind} worker has announced {what} yet; {cure}", retry_after_s=2.0)


def _predicates(own: ProjectSettings, again_but: str) -> list[Predicate]:
    """`again_but`: the version that need not be made again; "": pages of other versions stay as they are."""
    reuse = [only_versions(own.reuse_predictions)] if own.reuse_predictions else []
    again = [only_versions([OUR_VERSIONS], but=again_but)] if again_but else []
    return [WITHOUT_PREDICTIONS, *reuse, *again]


def gaps(ledger: Ledger, project_id: int, listed: Sequence[int]) -> list[int]:
    """Pages that runs wait for in vain: Label Studio no longer lists them, and nobody works on them."""
    runs = ledger.runs
    return sorted({page for run in runs.unfinished(project_id) for page in runs.gaps(run, project_id, listed)})


def close_gaps(place: Workplace, project_id: int, listed: Sequence[int], version: str) -> None:
    """End them: as done with a prediction of `version` (it may end with *), whose chain could not see it stored.

    Else as skipped: somebody has annotated or deleted them.
    """
    if pages := gaps(place.ledger, project_id, listed):
        stored = pages_predicted(place.client, project_id, version, pages)
        place.ledger.runs.close(project_id, sorted(stored), "done")
        place.ledger.runs.close(project_id, sorted(set(pages) - stored), "skipped")


@dataclass(frozen=True, slots=True)
class _Selection:
    place: Workplace
    project: Project
    predicates: list[Predicate]
    version: str
    image_key: str
    start: Start

    def recover(self) -> int:
        """Pages whose worker died or whose message was lost begin again at the stage they had reached."""
        free = self.place.ledger.pages.free(self.project.id)
        recovered = sum(self._begin_chain(ref, self.place.ledger.now(), place) for place, ref in enumerate(free))
        if recovered:
            log.warning("select project=%s: %s pages lost their worker and start again", self.project.id, recovered)
        return recovered

    def claim_new(self) -> tuple[int, int]:
        """(pages claimed, pages left unclaimed in Label Studio). Lists the pages of every run that waits for it.

        Also of a run whose own message died with its worker.
        """
        in_flight = self.place.ledger.pages.in_flight(self.project.id)
        budget = min(self.place.settings.pages_in_flight - in_flight, self.place.settings.max_tasks_per_run)
        listed_at = self.place.ledger.now()
        refs: Iterable[PageRef] = self._listing()
        if unlisted := self.place.ledger.runs.unlisted(self.project.id):
            refs = list(refs)
            for run in unlisted:
                self.place.ledger.runs.open(run, self.project.id, [ref.task_id for ref in refs], listed_at=listed_at)
            self.place.ledger.runs.set_unclaimed(self.project.id, len(refs) - in_flight)
        if budget <= 0:
            return 0, self.place.ledger.runs.unclaimed(self.project.id)
        claimed, passed, ended = self._claim(refs, in_flight, budget, listed_at)
        if self.place.ledger.halts.halt(self.project.id):
            return claimed, self.place.ledger.runs.unclaimed(self.project.id)
        unclaimed = 0 if ended else self._eligible() - len(passed)
        self.place.ledger.runs.set_unclaimed(self.project.id, unclaimed)
        if ended:
            close_gaps(self.place, self.project.id, passed, self.version)
        return claimed, unclaimed

    def _claim(
        self, refs: Iterable[PageRef], in_flight: int, budget: int, listed_at: float
    ) -> tuple[int, list[int], bool]:
        """(pages claimed, task ids looked at, was that all there is)."""
        claimed, passed = 0, list[int]()
        for ref in refs:
            if claimed >= budget:
                return claimed, passed, False
            passed.append(ref.task_id)
            claimed += self._begin_chain(ref, listed_at, in_flight + claimed)
        return claimed, passed, True

    def _begin_chain(self, ref: PageRef, listed_at: float, place: int) -> bool:
        found = self.place.ledger.pages.claim(ref, self.version, lease_s=_UNSENT_LEASE_S, listed_at=listed_at)
        if found is None:
            return False
        claim, stage = found
        self.start(claim, stage, turn(place, self.place.settings.pages_in_flight))
        self.place.ledger.leases.extend([claim], lease_s=self.place.settings.claim_wait)
        return True

    def _listing(self) -> Iterable[PageRef]:
        lists = (eligible_pages(self.place.client, self.project, p, image_key=self.image_key) for p in self.predicates)
        return chain.from_iterable(lists)

    def _eligible(self) -> int:
        return sum(count_eligible(self.place.client, self.project.id, predicate) for predicate in self.predicates)
