"""Repair of the ledger where it disagrees with Label Studio or the queues: `prelabel doctor [--repair] PROJECT`.

Every repair is safe while workers work: if a page is started again by mistake, one of its two chains ends as a stale
claim, and a prediction that Label Studio holds is never uploaded twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.errors import LabellingConfigError, ServiceUnavailable
from prelabel.labelstudio.page_list import existing_pages
from prelabel.labelstudio.prediction_counts import miscounted_pages, recount_predictions
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages, only_versions
from prelabel.project.names import (
    count_without_name,
    held_names,
    hidden_by,
    project_name,
    rename_predictions,
    show,
)
from prelabel.project.second_pages import count_second_pages
from prelabel.project.second_predictions import count_second_predictions
from prelabel.project.select import close_missing_pages, missing_pages
from prelabel.workplace import Workplace

#: Longest wait for the end of a selection of the project: none may run during the repair.
_LOCK_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A disagreement between the ledger and Label Studio or the queues, and the effect of its repair."""

    problem: str
    repair: str


def find_mismatches(workplace: Workplace, project_id: int, *, repair: bool) -> Iterator[Mismatch]:
    """Yield the mismatches of a project; with `repair`, repair each before it is yielded.

    Repaired pages wait for the next selection. Raises ProjectNotFound, ServiceUnavailable, AuthError.
    """
    with workplace.ledger.locks.hold(f"select:{project_id}", wait_s=_LOCK_WAIT_S) as held:
        if not held:
            raise ServiceUnavailable(f"a selection of project {project_id} was running all the time; try again")
        checks = _Checks(workplace, get_project(workplace.client, project_id), repair)
        yield from checks.counts_of_label_studio()
        yield from checks.records()
        yield from checks.messages()
        yield from checks.failed_pages()
        yield from checks.doubles()
        yield from checks.names()
        yield from checks.index()
        yield from checks.runs_and_counts()


@dataclass(frozen=True, slots=True)
class _Checks:
    """Checks of one project; each yields its mismatches."""

    workplace: Workplace
    project: Project
    repair: bool

    def counts_of_label_studio(self) -> Iterator[Mismatch]:
        pages = miscounted_pages(self.workplace.client, self.project.id)
        if not pages:
            return
        if self.repair:
            recount_predictions(self.workplace.client, self.project.id, pages)
        yield Mismatch(
            f"Label Studio's own count of predictions, which selections use, is wrong for {len(pages)} pages",
            "Label Studio counts them again",
        )

    def records(self) -> Iterator[Mismatch]:
        found = self.workplace.ledger.audit.strays(self.project.id, repair=self.repair)
        if found.pages:
            yield Mismatch(f"{found.pages} pages count as in flight, but have no record", "they are no longer counted")
        if found.words:
            yield Mismatch(f"the words of {found.words} pages are kept, but the pages are not in flight", "removed")
        if found.uncounted:
            yield Mismatch(
                f"{found.uncounted} pages in flight are counted in no stage, or in two", "counted in their stage"
            )

    def messages(self) -> Iterator[Mismatch]:
        if self.workplace.ledger.halts.halt(self.project.id):
            return  # the pages of a halted project wait without a message
        lost = self.workplace.ledger.audit.lost(self.project.id, repair=self.repair)
        lost |= {ref.task_id for ref in self.workplace.ledger.pages.free(self.project.id).lost}
        if lost:
            wrong = f"{len(lost)} pages are in flight, but no living worker and no message holds them"
            yield Mismatch(wrong, "the next selection starts them again")

    def failed_pages(self) -> Iterator[Mismatch]:
        failed = self.workplace.ledger.failed_list.ids(self.project.id)
        gone = sorted(set(failed) - existing_pages(self.workplace.client, self.project.id, failed))
        if not gone:
            return
        if self.repair:
            self.workplace.ledger.failed_list.drop(self.project.id, gone)
        yield Mismatch(f"{len(gone)} failed pages are no longer in Label Studio", "dropped from the failed list")

    def doubles(self) -> Iterator[Mismatch]:
        if count := count_second_predictions(self.workplace, self.project.id, repair=self.repair):
            yield Mismatch(
                f"{count} predictions repeat another one of the same name on their page",
                "removed; those from which an annotation was made stay",
            )
        try:
            needless, kept = count_second_pages(self.workplace, self.project, repair=self.repair)
        except LabellingConfigError:  # no image, so no pages of documents
            return
        if needless:
            yield Mismatch(
                f"{needless} pages of documents are in the project twice",
                "the copies that hold no work are removed",
            )
        if kept:
            yield Mismatch(
                f"{kept} pages of documents are in the project twice; people worked on both, or storages hold both",
                "left as they are: delete one of each by hand",
            )

    def names(self) -> Iterator[Mismatch]:
        client, project = self.workplace.client, self.project
        name = project_name(self.workplace, project)
        unseen = count_without_name(client, project.id, name)
        if unseen:
            if self.repair:
                self.workplace.ledger.versions.set_looked_at(project.id, "")
                rename_predictions(self.workplace, project.id, name)
            wrong = f'{unseen} pages open empty in the label stream: their predictions have another name than "{name}"'
            yield Mismatch(wrong, "renamed; pages in flight are left to their upload")
        hidden = project.model_version != name and self.workplace.settings.set_model_version
        if hidden and name in held_names(client, project.id) and not hidden_by(client, project, name):
            if self.repair:
                show(self.workplace, project, name)
            yield Mismatch(f'the label stream does not show the predictions named "{name}"', "shown")

    def index(self) -> Iterator[Mismatch]:
        versions, project = self.workplace.ledger.versions, self.project
        known = versions.pages(project.id)
        gone = sorted({*known} - existing_pages(self.workplace.client, project.id, known))
        if gone:
            if self.repair:
                versions.forget(project.id, gone)
            yield Mismatch(f"the versions of {len(gone)} pages are kept that Label Studio no longer has", "forgotten")

    def runs_and_counts(self) -> Iterator[Mismatch]:
        runs, audit, project_id = self.workplace.ledger.runs, self.workplace.ledger.audit, self.project.id
        busy = audit.in_flight(project_id)
        listed = self._listed()
        if ended := missing_pages(self.workplace.ledger, project_id, sorted(listed)):
            if self.repair:
                close_missing_pages(self.workplace, self.project, sorted(listed))
            wrong = (
                f"runs wait for {len(ended)} pages that Label Studio no longer lists: annotated, deleted or predicted"
            )
            yield Mismatch(wrong, "counted as skipped, or as done where a prediction of prelabel is stored")
        busy |= audit.in_flight(project_id)
        waiting = len(listed - busy - audit.set_aside(project_id))
        if runs.were_selected(project_id) and (counted := runs.unclaimed(project_id)) != waiting:
            if self.repair:
                runs.set_unclaimed(project_id, waiting)
            yield Mismatch(f"{counted} pages count as waiting in Label Studio; {waiting} do", "counted again")

    def _listed(self) -> set[int]:
        """Return the pages that selections choose from; where pages are predicted again, those that runs wait for."""
        runs, reused = (
            self.workplace.ledger.runs,
            self.workplace.settings.for_project(self.project.id).reuse_predictions,
        )
        predicates = [WITHOUT_PREDICTIONS, *([only_versions(reused)] if reused else [])]
        refs = (ref for p in predicates for ref in eligible_pages(self.workplace.client, self.project, p, image_key=""))
        again = runs.open_pages(self.project.id) if runs.again(self.project.id) else ()
        return {*(ref.task_id for ref in refs), *again}
