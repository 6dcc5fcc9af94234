"""Runs of a project: start, follow, pause, resume and cancel them, and retry failed pages."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prelabel.api.spelling import warn_of_spelling
from prelabel.errors import FailureClass, RunCancelled, RunFailed, ServiceUnavailable
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.failed_list import FailedPage, Which
from prelabel.ledger.halts import Halt
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.runs import Progress
from prelabel.ledger.stages import Stage
from prelabel.project.send_once import ask_selection
from prelabel.queues.sending import send_select
from prelabel.settings import Settings, get_settings
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """All pages of a project that were neither done nor failed when the run was enqueued."""

    id: str
    project_id: int
    _ledger: Ledger = field(repr=False)
    _settings: Settings = field(repr=False)

    def progress(self) -> Progress:
        """Return the present counts of pages by state.

        Raises RunFailed when the run could not begin, or when Redis does not know it any more: it has lost its data, or
        the run ended more than a week ago.
        """
        return self._ledger.runs.progress(self.project_id, self.id)

    def wait(self, timeout_s: float | None = None, *, poll_s: float = 0.5) -> Progress:
        """Block until every page of the run is done, failed or skipped; return the last progress.

        Waiting goes on during a pause, and while Redis is away. Raises RunCancelled, and RunFailed when the run could
        not begin, is unknown (see `progress`), or did not end within `timeout_s` (the run itself goes on).
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while (progress := self._progress_unless_away()) is None or not progress.finished:
            if end is not None and time.monotonic() > end:
                raise RunFailed(f"run {self.id} did not end in {timeout_s:g} s: {self._diagnosis(progress)}")
            time.sleep(poll_s)
        if progress.halted == "cancelled":
            ended = progress.done + progress.failed + progress.skipped
            raise RunCancelled(f"run {self.id} was cancelled when {ended} of {progress.total} pages had ended")
        return progress

    def pause(self) -> None:
        """Pause the project: see `pause_project`."""
        pause_project(self.project_id, settings=self._settings)

    def resume(self) -> None:
        """Resume the project: see `resume_project`."""
        resume_project(self.project_id, settings=self._settings)

    def cancel(self) -> None:
        """Cancel the project: see `cancel_project`."""
        cancel_project(self.project_id, settings=self._settings)

    def _progress_unless_away(self) -> Progress | None:
        """Return the progress, or None while Redis does not answer."""
        try:
            return self.progress()
        except ServiceUnavailable as error:
            log.warning("run %s of project %s is waited for: %s", self.id, self.project_id, error)
            return None

    def _diagnosis(self, progress: Progress | None) -> str:
        if progress is None:
            return "Redis does not answer; see what is wrong with: prelabel doctor"
        if progress.halted:
            return f"project {self.project_id} is paused; resume it with: prelabel resume {self.project_id}"
        if problems := self._ledger.workers.problems(self._settings):
            return problems[0]
        left = f"{progress.total - progress.done - progress.failed - progress.skipped} pages are still on their way"
        waits = "; ".join(f"they wait for {away.name}, {away.lasts_s:.0f} s by now" for away in progress.waits)
        return f"{left}; {waits}" if waits else left


def enqueue_project(project_id: int, *, again: bool = False, settings: Settings | None = None) -> Run:
    """Start a run: send all pages of a Label Studio project without predictions through the queues.

    `again`: also pages whose prediction another pipeline version has made, and with which nobody has begun; it is
    changed in place. A cancelled project is started again. In a paused project the run's pages are listed and wait.
    Raises ProjectNotFound, AuthError, ServiceUnavailable, or LabellingConfigError where no tagger's prediction can be
    drawn, before anything is sent.
    """
    with Workplace(settings) as workplace:
        project = get_project(workplace.client, project_id)
    LabellingConfig.parse(project.labelling_xml, None).require(())
    run = Run(workplace.ledger.runs.create(project_id, again=again), project_id, workplace.ledger, workplace.settings)
    send_select(workplace.settings, project_id, run.id)
    warn_of_spelling(workplace.settings)
    return run


def failed_pages(
    project_id: int,
    *,
    reasons: Sequence[str] = (),
    stage: Stage | None = None,
    failure_class: FailureClass | None = None,
    settings: Settings | None = None,
) -> Iterator[FailedPage]:
    """Yield a project's failed pages, oldest first: all, or those with these reasons, this stage and this class."""
    ledger = Ledger.from_settings(settings or get_settings())
    return ledger.failed_list.pages(project_id, Which(tuple(reasons), stage, failure_class))


def retry_failed(
    project_id: int,
    task_ids: Sequence[int] = (),
    *,
    reasons: Sequence[str] = (),
    stage: Stage | None = None,
    failure_class: FailureClass | None = None,
    settings: Settings | None = None,
) -> int:
    """Select failed pages again: `task_ids`, or else the matching ones (see `failed_pages`); return their number."""
    settings = settings or get_settings()
    ledger = Ledger.from_settings(settings)
    failed = ledger.failed_list
    count = failed.retry(project_id, task_ids or failed.ids(project_id, Which(tuple(reasons), stage, failure_class)))
    if count:
        ask_selection(ledger, settings, project_id)
    return count


def pause_project(project_id: int, *, settings: Settings | None = None) -> Halt:
    """Pause a project: no page begins a stage; stages that have begun end. Returns the halt that now holds.

    A pause lasts until `resume_project`, also over restarts. A cancelled project stays cancelled.
    """
    return Ledger.from_settings(settings or get_settings()).halts.pause(project_id)


def resume_project(project_id: int, *, settings: Settings | None = None) -> Halt | None:
    """Resume a project: pages start at the stage that they had reached. Returns the halt that has ended.

    After a cancellation, selections of the project are allowed again; cancelled runs stay cancelled.
    """
    settings = settings or get_settings()
    ledger = Ledger.from_settings(settings)
    ended = ledger.halts.resume(project_id)
    if ended:
        ask_selection(ledger, settings, project_id)
    return ended


def cancel_project(project_id: int, *, settings: Settings | None = None) -> int:
    """End all runs of the project and release its pages in flight; return their number.

    Uploads in hand are finished. No pages of the project are selected, not even by beat, until `resume_project` or the
    next `enqueue_project`.
    """
    return Ledger.from_settings(settings or get_settings()).halts.cancel(project_id)
