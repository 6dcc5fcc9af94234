"""The ledger against reality: what Label Studio holds, what the queues hold. `prelabel doctor [--repair] PROJECT`.

Every finding is safe to mend while workers work: the chain of a page that is started again by mistake ends as a stale
claim, and what Label Studio holds is never uploaded twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import existing
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible, only_versions
from prelabel.labelstudio.stored import miscounted, recount
from prelabel.ledger.ledger import Ledger
from prelabel.project.select import close_missing_pages, missing_pages
from prelabel.project.version import OUR_VERSIONS
from prelabel.settings import Settings

#: How long a selection of the project is waited for: none must run meanwhile.
_LOCK_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree, and what mending it does."""

    wrong: str
    mending: str


def reconcile(
    client: LabelStudio, ledger: Ledger, settings: Settings, project_id: int, *, repair: bool
) -> Iterator[Finding]:
    """What does not agree, one after the other; with `repair` each has been mended when it is told.

    Mended pages wait for the next selection. Raises ProjectNotFound, ServiceUnavailable, AuthError.
    """
    with ledger.locks.hold(f"select:{project_id}", wait_s=_LOCK_WAIT_S) as held:
        if not held:
            raise ServiceUnavailable(f"project {project_id} is being selected from all the time; try again")
        look = _Look(client, ledger, settings, get_project(client, project_id), repair)
        yield from look.at_counts_of_label_studio()
        yield from look.at_records()
        yield from look.at_messages()
        yield from look.at_failed_pages()
        yield from look.at_runs_and_counts()


@dataclass(frozen=True, slots=True)
class _Look:
    client: LabelStudio
    ledger: Ledger
    settings: Settings
    project: Project
    repair: bool

    def at_counts_of_label_studio(self) -> Iterator[Finding]:
        pages = miscounted(self.client, self.project.id)
        if not pages:
            return
        if self.repair:
            recount(self.client, self.project.id, pages)
        yield Finding(
            f"Label Studio's own count of predictions is wrong for {len(pages)} pages, and selections go by it",
            "Label Studio counts them anew",
        )

    def at_records(self) -> Iterator[Finding]:
        found = self.ledger.audit.strays(self.project.id, repair=self.repair)
        if found.pages:
            yield Finding(f"{found.pages} pages count as in flight, but have no record", "they count no more")
        if found.words:
            yield Finding(f"the words of {found.words} pages are kept, but the pages are not in flight", "they go")
        if found.uncounted:
            yield Finding(
                f"{found.uncounted} pages in flight are counted in no stage, or in two", "counted where they are"
            )

    def at_messages(self) -> Iterator[Finding]:
        if self.ledger.halts.halt(self.project.id):
            return  # its pages wait for somebody to let them go on
        lost = self.ledger.audit.lost(self.project.id, repair=self.repair)
        lost |= {ref.task_id for ref in self.ledger.pages.free(self.project.id)}
        if lost:
            wrong = f"{len(lost)} pages are in flight, but no living worker and no message holds them"
            yield Finding(wrong, "the next selection starts them again")

    def at_failed_pages(self) -> Iterator[Finding]:
        failed = self.ledger.failed_list.ids(self.project.id)
        gone = sorted(set(failed) - existing(self.client, self.project.id, failed))
        if not gone:
            return
        if self.repair:
            self.ledger.failed_list.drop(self.project.id, gone)
        yield Finding(
            f"{len(gone)} failed pages are no longer in Label Studio", "they are dropped from the failed list"
        )

    def at_runs_and_counts(self) -> Iterator[Finding]:
        runs, upkeep, project_id = self.ledger.runs, self.ledger.audit, self.project.id
        busy = upkeep.in_flight(project_id)
        listed = self._listed()
        if ended := missing_pages(self.ledger, project_id, sorted(listed)):
            if self.repair:
                close_missing_pages(self.client, self.ledger, project_id, sorted(listed), OUR_VERSIONS)
            wrong = (
                f"runs wait for {len(ended)} pages that Label Studio no longer lists: annotated, deleted or predicted"
            )
            yield Finding(wrong, "they count as skipped, or as done with a prediction of ours")
        busy |= upkeep.in_flight(project_id)
        waiting = len(listed - busy - upkeep.set_aside(project_id))
        if (counted := runs.unclaimed(project_id)) != waiting:
            if self.repair:
                runs.set_unclaimed(project_id, waiting)
            yield Finding(f"{counted} pages count as waiting in Label Studio; {waiting} do", "counted anew")

    def _listed(self) -> set[int]:
        """The pages that selections choose from; where pages are predicted again, those that are done by now, too."""
        reused = self.settings.for_project(self.project.id).reuse_predictions
        again = [OUR_VERSIONS] if self.ledger.runs.again(self.project.id) else []
        predicates = [WITHOUT_PREDICTIONS, *([only_versions([*reused, *again])] if reused or again else [])]
        refs = (ref for p in predicates for ref in eligible(self.client, self.project, p, image_key=""))
        return {ref.task_id for ref in refs}
