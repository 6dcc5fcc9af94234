"""Runs of a project: starting one, following it, pausing and cancelling, and retrying failed pages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prelabel.errors import FailureClass, RunCancelled, RunFailed
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.failed_list import FailedPage, Which
from prelabel.ledger.halts import Halt
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Stage
from prelabel.ledger.runs import Progress
from prelabel.queues.sending import send_select
from prelabel.settings import Settings, get_settings
from prelabel.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Run:
    """All pages of a project that were not done or failed when it was enqueued, whoever works on them."""

    id: str
    project_id: int
    _ledger: Ledger = field(repr=False)
    _settings: Settings = field(repr=False)

    def progress(self) -> Progress:
        """Counts by state now. Raises RunFailed when the run could not begin."""
        _, error = self._ledger.runs.opened(self.id)
        if error:
            raise RunFailed(error)
        return self._ledger.runs.progress(self.project_id, self.id)

    def wait(self, timeout_s: float | None = None, *, poll_s: float = 0.5) -> Progress:
        """Block until every page of the run is done, failed or skipped; returns the last progress.

        Raises RunCancelled, and RunFailed when the run could not begin, or when `timeout_s` is over (the run itself
        goes on). A pause is waited through.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not (progress := self.progress()).finished:
            if end is not None and time.monotonic() > end:
                raise RunFailed(f"run {self.id} did not end in {timeout_s:g} s: {self._diagnosis(progress)}")
            time.sleep(poll_s)
        if progress.halted == "cancelled":
            ended = progress.done + progress.failed + progress.skipped
            raise RunCancelled(f"run {self.id} was cancelled when {ended} of {progress.total} pages had ended")
        return progress

    def pause(self) -> None:
        """See `pause_project`."""
        pause_project(self.project_id, settings=self._settings)

    def resume(self) -> None:
        """See `resume_project`."""
        resume_project(self.project_id, settings=self._settings)

    def cancel(self) -> None:
        """See `cancel_project`."""
        cancel_project(self.project_id, settings=self._settings)

    def _diagnosis(self, progress: Progress) -> str:
        if progress.halted:
            return f"project {self.project_id} is paused; go on with: prelabel resume {self.project_id}"
        if missing := self._ledger.workers.missing(self._settings):
            return missing[0]
        return f"{progress.total - progress.done - progress.failed - progress.skipped} pages are still on their way"


def enqueue_project(project_id: int, *, again: bool = False, settings: Settings | None = None) -> Run:
    """Send all pages of a Label Studio project without predictions through the queues.

    `again`: also pages that hold predictions of other pipeline versions of prelabel only, and no annotation: the new
    prediction comes beside the old (see `superseding`). A project that was cancelled begins anew; one that is paused
    lists its pages and waits. Raises ProjectNotFound, AuthError or ServiceUnavailable before anything is sent.
    """
    with Workplace(settings) as place:
        get_project(place.client, project_id)
    run = Run(place.ledger.runs.create(project_id, again=again), project_id, place.ledger, place.settings)
    send_select(place.settings, project_id, run.id)
    return run


def failed_pages(
    project_id: int,
    *,
    reasons: Sequence[str] = (),
    stage: Stage | None = None,
    failure_class: FailureClass | None = None,
    settings: Settings | None = None,
) -> Iterator[FailedPage]:
    """A project's failed pages, oldest first: all, or those with one of the reasons, of this stage, of this class."""
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
    """Select failed pages again: those named, else those that match (see `failed_pages`); returns how many."""
    settings = settings or get_settings()
    failed = Ledger.from_settings(settings).failed_list
    count = failed.retry(project_id, task_ids or failed.ids(project_id, Which(tuple(reasons), stage, failure_class)))
    if count:
        send_select(settings, project_id)
    return count


def pause_project(project_id: int, *, settings: Settings | None = None) -> Halt:
    """Let no page of the project begin a stage; what is in hand ends its own. Returns the halt that now holds.

    It lasts, over restarts too, until `resume_project`. A project that was cancelled stays so.
    """
    return Ledger.from_settings(settings or get_settings()).halts.pause(project_id)


def resume_project(project_id: int, *, settings: Settings | None = None) -> Halt | None:
    """Let the project go on: pages start at the stage that they had reached. Returns the halt that has ended.

    After a cancellation it only lets the project be selected from again: cancelled runs stay so.
    """
    settings = settings or get_settings()
    ended = Ledger.from_settings(settings).halts.resume(project_id)
    if ended:
        send_select(settings, project_id)
    return ended


def cancel_project(project_id: int, *, settings: Settings | None = None) -> int:
    """End all runs of the project and release its pages in flight; returns how many those were.

    A prediction that is being uploaded is stored whole or not at all. Nothing of the project is selected, by beat
    neither, until `resume_project` or the next `enqueue_project`.
    """
    return Ledger.from_settings(settings or get_settings()).halts.cancel(project_id)
