"""Stage extract (queue gpu): label the words (SER), group and link them (RE), store the page.

The gpu worker provides the forward pass, which pages of many tasks share.
"""

from __future__ import annotations

import time

from prelabel.errors import ConfigurationError, ExtractFailed, PrelabelError
from prelabel.kie.check_boxes.binding import bind_check_boxes
from prelabel.kie.extract import add_key_values, group_words, link_entities, tag_input
from prelabel.kie.link.roles import role_probabilities
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import READ_ONLY, Announcement
from prelabel.page import Page
from prelabel.project.models import Models
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
    own = here.settings.for_project(claim.project_id)
    read_only = is_tagged_by(claim.version, own, READ_ONLY)
    models = None if read_only else _models(here, claim, forward)
    page, seconds = stored_page(here, claim, "extract"), dict[str, float]()
    if models:
        with forward.page_in_hand(claim, alone=begun.alone):
            page, seconds = _extracted(forward, models, page, begun.alone, own.link_threshold)
    here.ledger.pages.advance(
        claim, "upload", page, lease_s=here.settings.claim_wait, ttl_s=here.settings.page_ttl, seconds=seconds
    )


def _extracted(
    forward: Forward, models: Models, page: Page, alone: bool, link_threshold: float
) -> tuple[Page, dict[str, float]]:
    """Return the page with labels, entities, links and key-values, and the seconds that SER and RE took."""
    started, tags, linker = time.monotonic(), models.tagger.tags, models.linker
    probabilities = forward.submit(models.tagger, tag_input(page), alone=alone).result()
    with forward.watching():
        page = group_words(page, probabilities, tags, linker)
        tagged = time.monotonic()
        roles = role_probabilities(page.entities or (), probabilities, tags)
        page = link_entities(page, roles, linker, link_threshold=link_threshold)
        page = add_key_values(bind_check_boxes(page, tags))
    return page, {"ser": tagged - started, "re": time.monotonic() - tagged}


def _models(here: WorkerProcess, claim: Claim, forward: Forward) -> Models:
    """Return the models that the page's version names.

    A page in flight keeps the models that its project had before, while they are loaded. Hand the page back when this
    worker has others, or other settings, or cannot load them now.
    """
    announced = forward.announced(claim.project_id)
    if announced is None:
        hand_back(here, claim, "extract", f"not the models of project {claim.project_id}")
    own = here.settings.for_project(claim.project_id)
    fitting = (each for each in (announced, *forward.loaded()) if is_tagged_by(claim.version, own, each))
    if (named := next(fitting, None)) is None:
        hand_back(here, claim, "extract", _names(announced))
    try:
        return forward.models(claim.project_id, named)
    except PrelabelError as error:
        hand_back(here, claim, "extract", f"models that cannot be loaded ({error})")


def _names(worker: Announcement) -> str:
    return f"tagger {worker.name} {worker.digest}, linker {worker.linker}"
