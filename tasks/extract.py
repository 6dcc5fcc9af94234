"""Stage extract (queue gpu): label the words (SER), group and link them (RE), store the page.

The gpu worker provides the forward pass, which pages of many tasks share.
"""

from __future__ import annotations

import time

from prelabel.errors import ConfigurationError, ExtractFailed
from prelabel.kie.extract import add_key_values, group_words, link_entities, tag_input
from prelabel.kie.link.roles import role_probabilities
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.page import Page
from prelabel.project.version import is_tagged_by
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from tasks.app import app
from tasks.page_task import PageTask, hand_back, stored_page
from tasks.process import Forward, WorkerProcess
from tasks.runner import run


class ExtractTask(PageTask):
    """Base of `extract`."""

    abstract = True
    stage = "extract"

    def too_long(self, settings: Settings) -> ExtractFailed:
        """Return the error of an extraction that exceeds PRELABEL_EXTRACT_TIME_LIMIT."""
        return ExtractFailed(
            f"the page took longer than {settings.extract_time_limit:g} s (PRELABEL_EXTRACT_TIME_LIMIT)"
        )

    def out_of_memory(self, settings: Settings) -> ExtractFailed:
        """Return the error of an extraction that exceeds the memory."""
        return ExtractFailed("out of memory on this page; give the worker more, or lower PRELABEL_MAX_IMAGE_PIXELS")


@app.task(name=TaskName.EXTRACT, bind=True, base=ExtractTask)
def extract(self: ExtractTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Label, group and link the words of one page."""
    run(self, Claim(project_id, task_id, token, version), _work)


def _work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
    forward = here.forward
    if forward is None:
        raise ConfigurationError("queue gpu is served by `celery -A workers.gpu worker` only")
    _check_version(here, claim, forward)
    page = stored_page(here, claim, "extract")
    link_threshold = here.settings.for_project(claim.project_id).link_threshold
    with forward.page_in_hand(claim, alone=begun.alone):
        page, seconds = _extracted(forward, page, begun.alone, link_threshold)
    here.ledger.pages.advance(
        claim, "upload", page, lease_s=here.settings.claim_wait, ttl_s=here.settings.page_ttl, seconds=seconds
    )


def _extracted(forward: Forward, page: Page, alone: bool, link_threshold: float) -> tuple[Page, dict[str, float]]:
    """Return the page with labels, entities, links and key-values, and the seconds that SER and RE took."""
    started = time.monotonic()
    probabilities = forward.submit(tag_input(page), alone=alone).result()
    with forward.watching():
        page = group_words(page, probabilities, forward.tags, forward.linker)
        tagged = time.monotonic()
        roles = role_probabilities(page.entities or (), probabilities, forward.tags)
        page = add_key_values(link_entities(page, roles, forward.linker, link_threshold=link_threshold))
    return page, {"ser": tagged - started, "re": time.monotonic() - tagged}


def _check_version(here: WorkerProcess, claim: Claim, forward: Forward) -> None:
    """Hand the page back when its version wants another tagger or other settings than those of this worker."""
    if not is_tagged_by(claim.version, here.settings.for_project(claim.project_id), forward.announcement):
        hand_back(here, claim, "extract", _names(forward.announcement))


def _names(worker: Announcement) -> str:
    return f"tagger {worker.name} {worker.digest}, linker {worker.linker}"
