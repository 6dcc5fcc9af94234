"""The selection of pages whose chains start now: lost pages first, then new ones up to the bound in flight.

A run that predicts again also takes the pages whose prediction another pipeline version has made.

The bound, PRELABEL_PAGES_IN_FLIGHT, keeps a large project in Label Studio and out of Redis. `queues.priority` keeps a
large project from delaying small ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from prelabel.errors import PrelabelError, ProjectNotFound, ServiceUnavailable
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.selection import (
    WITHOUT_PREDICTIONS,
    Predicate,
    count_eligible,
    eligible_pages,
    only_versions,
)
from prelabel.labelstudio.stored_predictions import held_versions
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import Stage
from prelabel.ledger.workers import READ_ONLY, Announcement, Workers, no_own_models
from prelabel.ocr.versions import engine_names
from prelabel.page import PageRef
from prelabel.project.fitting import is_read_only, require_fit
from prelabel.project.names import project_name, rename_predictions, show
from prelabel.project.redo import exact_versions, pages_of_other_versions
from prelabel.project.version import NAME, is_ours, pipeline_version
from prelabel.queues.priority import priority_of
from prelabel.queues.routes import GPU
from prelabel.settings import ProjectSettings
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: A claim is free again when its chain was not sent within this time, because the selecting process died.
_UNSENT_LEASE_S = 60.0

#: Pages that are claimed in one call, and whose leases are prolonged in one.
_AT_ONCE = 50

#: Seconds of a selection in which predictions are renamed; the next one goes on.
_RENAMING_S = 10.0

#: The names of a project that shows its own are looked at again after this time.
_NAMES_REST_S = 300.0

#: Sends the chain of a page, beginning with the given stage, at the given priority.
Start = Callable[[Claim, Stage, int], None]


Names = Literal["kept", "left", "failed"]


@dataclass(frozen=True, slots=True)
class Selected:
    """Page counts of one selection: restarted after a loss, newly claimed, left in Label Studio, and restarted after a
    wait.

    `full`: nothing was claimed because PRELABEL_PAGES_IN_FLIGHT were in flight; new pages are still to be looked for.
    `names`: left: the next one goes on with the renaming; failed: it tries again.
    """

    recovered: int
    claimed: int
    unclaimed: int
    resumed: int = 0
    full: bool = False
    names: Names = "kept"


def select_pages(
    workplace: Workplace, project_id: int, reader: str, start: Start, run_id: str | None = None, *, new: bool = True
) -> Selected:
    """List the pages of the runs that wait for a listing, then claim pages and start their chains.

    Nothing is claimed while the project is halted; the pages of the run `run_id` are listed during a pause too.
    `reader`: the kind of worker that reads this project's pages. `new`: False where only pages in flight are looked
    after. The caller holds the project's lock. Raises ProjectNotFound, LabellingConfigError, AuthError, SettingError,
    and ServiceUnavailable until workers have announced a tagger and the OCR engines of the project.
    """
    ledger = workplace.ledger
    if ledger.runs.cancelled(run_id) if run_id else ledger.halts.halt(project_id):
        return Selected(0, 0, ledger.runs.unclaimed(project_id))
    project = _get_project(workplace, project_id)
    own = workplace.settings.for_project(project_id)
    tagger, config = project_tagger(workplace, project, own)
    version = current_version(ledger.workers, own, reader, tagger)
    name, again = project_name(workplace, project), ledger.runs.again(project_id, run_id)
    selection = _Selection(workplace, project, _predicates(own), version, name, again, config.image_key, start)
    recovered, resumed = selection.recover()
    if not new:
        return Selected(recovered, 0, ledger.runs.unclaimed(project_id), resumed)
    found = selection.claim_new()
    return replace(found, recovered=recovered, resumed=resumed, names=_keep_name(workplace, project, name))


def _keep_name(workplace: Workplace, project: Project, name: str) -> Names:
    """Rename predictions that older releases have left, then let the project show its name."""
    settled, versions = project.model_version == name, workplace.ledger.versions
    if settled and versions.names_rest(project.id):
        return "kept"
    try:
        if is_ours(project.model_version):  # an older worker has moved it: most pages open empty by now
            show(workplace, project, name)
        renamed = rename_predictions(workplace, project.id, name, limit_s=_RENAMING_S)
        if renamed.left:
            return "left"
        if not is_ours(project.model_version):
            show(workplace, project, name)
        if not renamed.waits:
            versions.let_names_rest(project.id, for_s=_NAMES_REST_S)
    except PrelabelError as error:  # the pages are claimed; the next selection renames
        log.warning("select project=%s: predictions are not renamed to %s: %s", project.id, name, error)
        return "failed"
    return "kept"


def _get_project(workplace: Workplace, project_id: int) -> Project:
    """Get the project; record and log when Label Studio has it no longer, or again. Raises ProjectNotFound."""
    watched = workplace.ledger.watched
    try:
        project = get_project(workplace.client, project_id)
    except ProjectNotFound:
        if watched.not_found(project_id):
            text = (
                "select project=%s: Label Studio no longer has it, so beat leaves it out; to end this, remove it from "
            )
            log.warning(text + "PRELABEL_PROJECTS, or: prelabel unwatch %s", project_id, project_id)
        raise
    if watched.found(project_id):
        log.info("select project=%s: Label Studio has it again", project_id)
    return project


def project_tagger(
    workplace: Workplace, project: Project, own: ProjectSettings
) -> tuple[Announcement, LabellingConfig]:
    """Return the tagger of the project's pages, READ_ONLY for none, and the labelling configuration that fits it."""
    name = workplace.settings.models_name(project.id)
    tagger = workplace.ledger.workers.newest_tagger(name)
    config = LabellingConfig.parse(project.labelling_xml, tagger.labels if tagger else None)
    if is_read_only(config, own) and (tagger or not name):  # a project that names its tagger waits for it
        tagger = READ_ONLY
    if tagger is None:
        raise (
            _not_announced(GPU, "its tagger")
            if not name
            else ServiceUnavailable(no_own_models(name), retry_after_s=2.0)
        )
    require_fit(config, tagger.labels, own)
    return tagger, config


def current_version(workers: Workers, own: ProjectSettings, reader: str, tagger: Announcement) -> str:
    """Return the pipeline version of pages that this kind of worker reads and this tagger labels.

    Raises ServiceUnavailable until workers have announced the OCR engines.
    """
    names = engine_names(own)
    engines = workers.newest_engines(reader, names)
    if engines is None:
        raise _not_announced(reader, f"{' and '.join(names)} (PRELABEL_OCR={own.ocr})")
    return pipeline_version(own, tagger, engines)


def _not_announced(kind: str, what: str) -> ServiceUnavailable:
    cure = f"start one: celery -A workers.{kind} worker"
    return ServiceUnavailable(f"no {kind} worker has announced {what} yet; {cure}", retry_after_s=2.0)


def _predicates(own: ProjectSettings) -> list[Predicate]:
    """List the predicates of selectable pages that hold no prediction of ours."""
    return [WITHOUT_PREDICTIONS, *([only_versions(own.reuse_predictions)] if own.reuse_predictions else [])]


def missing_pages(ledger: Ledger, project_id: int, listed: Sequence[int]) -> list[int]:
    """Return the pages that runs wait for, but that are not in flight and that Label Studio no longer lists."""
    return ledger.runs.missing_pages(project_id, listed)


def close_missing_pages(workplace: Workplace, project: Project, listed: Sequence[int], version: str = "") -> None:
    """End the missing pages, so that no run waits for them.

    A page that holds a prediction of ours (`version`: made by this one) ends as done: its chain was lost before the
    confirmation. Other pages end as skipped: a person annotated or deleted them.
    """
    ledger = workplace.ledger
    if pages := missing_pages(ledger, project.id, listed):
        held = held_versions(workplace.client, project.id, NAME, pages)
        stored = {task_id for task_id, each in held.items() if any(map(is_ours, each.versions))}
        if version:
            made = exact_versions(workplace, project.id, project_name(workplace, project), stored)
            stored = {task_id for task_id in stored if made.get(task_id) == version}
        ledger.runs.close_pages(project.id, sorted(stored), "done")
        ledger.runs.close_pages(project.id, sorted(set(pages) - stored), "skipped")


@dataclass(frozen=True, slots=True)
class _Selection:
    workplace: Workplace
    project: Project
    predicates: list[Predicate]
    version: str
    name: str
    again: bool
    image_key: str
    start: Start

    def recover(self) -> tuple[int, int]:
        """Restart pages whose worker died or whose message was lost, and pages that have waited for their time.

        Returns their numbers.
        """
        ledger = self.workplace.ledger
        free = ledger.pages.free(self.project.id)
        recovered, resumed = self._begin_again(free.lost), self._begin_again(free.due)
        if recovered:
            text = "select project=%s: %s pages lost their worker or message and start again"
            log.warning(text, self.project.id, recovered)
        return recovered, resumed

    def _begin_again(self, refs: Sequence[PageRef]) -> int:
        listed_at = self.workplace.ledger.now()
        places = range(0, len(refs), _AT_ONCE)
        return sum(self._begin_chains(refs[place : place + _AT_ONCE], listed_at, place) for place in places)

    def claim_new(self) -> Selected:
        """List the pages of every run that waits for it, then claim new pages."""
        ledger, settings = self.workplace.ledger, self.workplace.settings
        in_flight = ledger.pages.in_flight(self.project.id)
        budget = min(settings.pages_in_flight - in_flight, settings.max_tasks_per_run)
        listed_at = ledger.now()
        unlisted = ledger.runs.unlisted(self.project.id)  # also a run whose message died with its worker
        refs: Iterable[PageRef] = self._listing(anew=bool(unlisted))
        if unlisted:
            refs = list(refs)
            ledger.failed_list.forget_others(refs)
            ledger.runs.set_unclaimed(self.project.id, len(refs) - in_flight)  # before the runs count as listed
            ledger.runs.open_all(unlisted, self.project.id, [ref.task_id for ref in refs], listed_at=listed_at)
        if budget <= 0:
            return Selected(0, 0, ledger.runs.unclaimed(self.project.id), full=True)
        claimed, passed, ended = self._claim(refs, in_flight, budget, listed_at)
        if ledger.halts.halt(self.project.id):
            return Selected(0, claimed, ledger.runs.unclaimed(self.project.id))
        # At least one: some of those passed may have got their predictions before they were counted.
        unclaimed = 0 if ended else max(1, self._eligible(len(passed)))
        ledger.runs.set_unclaimed(self.project.id, unclaimed)
        if ended:
            close_missing_pages(self.workplace, self.project, passed, self.version if self.again else "")
        return Selected(0, claimed, unclaimed)

    def _claim(
        self, refs: Iterable[PageRef], in_flight: int, budget: int, listed_at: float
    ) -> tuple[int, list[int], bool]:
        """Claim pages up to `budget`.

        Returns the number of claimed pages, the task ids that were tried, and whether the listing came to its end.
        """
        claimed, passed, left = 0, list[int](), iter(refs)
        while claimed < budget:
            chunk = list(islice(left, min(_AT_ONCE, budget - claimed)))
            if not chunk:
                return claimed, passed, True
            passed += [ref.task_id for ref in chunk]
            claimed += self._begin_chains(chunk, listed_at, in_flight + claimed)
        return claimed, passed, next(left, None) is None

    def _begin_chains(self, refs: Sequence[PageRef], listed_at: float, position: int) -> int:
        """Claim pages and send their chains; return the number of pages that could be claimed.

        `position`: that of the first page among its project's pages in flight.
        """
        ledger, settings = self.workplace.ledger, self.workplace.settings
        claimed = ledger.pages.claim_all(refs, self.version, lease_s=_UNSENT_LEASE_S, listed_at=listed_at)
        for place, (claim, stage) in enumerate(claimed, position):
            self.start(claim, stage, priority_of(place, settings.pages_in_flight))
        ledger.leases.extend([claim for claim, _ in claimed], lease_s=settings.claim_wait)
        return len(claimed)

    def _listing(self, *, anew: bool) -> Iterator[PageRef]:
        """Yield selectable pages; lazy. `anew`: all of them; else those to predict again come from the runs' own lists.

        So a run of 100,000 pages that are predicted again lists them once, and not with each selection.
        """
        for predicate in self.predicates:
            yield from self._pages(predicate)
        if self.again:
            among = None if anew else self._waiting()
            yield from pages_of_other_versions(
                self.workplace, self.project, self.name, self.version, image_key=self.image_key, among=among
            )

    def _pages(self, predicate: Predicate) -> Iterator[PageRef]:
        return eligible_pages(self.workplace.client, self.project, predicate, image_key=self.image_key)

    def _waiting(self) -> set[int]:
        """Return the pages that runs wait for and that are not in flight."""
        ledger = self.workplace.ledger
        return {*ledger.runs.open_pages(self.project.id)} - ledger.audit.in_flight(self.project.id)

    def _eligible(self, passed: int) -> int:
        if self.again:
            return len(self._waiting())
        counts = (count_eligible(self.workplace.client, self.project.id, each) for each in self.predicates)
        return sum(counts) - passed
