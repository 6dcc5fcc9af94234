"""Stage extract (queue gpu): label the words (SER), group and link them (RE), store the Page.

The forward pass belongs to the gpu worker, which lends it with `use`: pages of many tasks share it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol

from prelabel.errors import ConfigurationError, WordsGone
from prelabel.kie.extract import add_key_values, group_words, link_entities, tag_input
from prelabel.kie.link.linker import Linker
from prelabel.kie.link.roles import role_probabilities
from prelabel.kie.tag.tagger import Probabilities, TagInput
from prelabel.ledger.ledger import Begun, Claim
from prelabel.ledger.workers import Announcement
from prelabel.page import Page
from prelabel.project.version import is_tagged_by
from tasks.app import app
from tasks.resources import Resources
from tasks.stage import StageTask, hand_back, run_stage


class Forward(Protocol):
    """What the gpu worker lends: its tagger behind a batcher, and its linker."""

    announcement: Announcement
    linker: Linker
    tags: tuple[str, ...]

    def taking(self, claim: Claim, *, alone: bool) -> AbstractContextManager[None]:
        """Around all work on a page; `alone`: no other page that must be alone is worked on meanwhile."""
        ...

    def submit(self, page: TagInput, *, alone: bool) -> Future[Probabilities]:
        """Tag probabilities by word, once a forward pass has taken the page along."""
        ...

    def watching(self) -> AbstractContextManager[None]:
        """Around work that might hang: it has EXTRACT_TIME_LIMIT, then the process ends."""
        ...


_forward: Forward | None = None


def use(forward: Forward) -> None:
    """Called once by the worker process, before its first task."""
    global _forward
    _forward = forward


@app.task(name="prelabel.extract", bind=True, base=StageTask, stage="extract")
def extract(self: StageTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Label, group and link the words of one page."""
    run_stage(self, Claim(project_id, task_id, token, version), _work)


def _work(here: Resources, claim: Claim, begun: Begun) -> None:
    if _forward is None:
        raise ConfigurationError("queue gpu is served by `celery -A workers.gpu worker` only")
    _check_version(here, claim, _forward)
    page = here.ledger.load(claim)
    if page is None:
        raise WordsGone("the page's words are no longer in Redis (PAGE_TTL)")
    link_threshold = here.settings.for_project(claim.project_id).link_threshold
    with _forward.taking(claim, alone=begun.alone):
        page, seconds = _extracted(_forward, page, begun.alone, link_threshold)
    here.ledger.advance(
        claim, "upload", page, lease_s=here.settings.claim_wait, ttl_s=here.settings.page_ttl, seconds=seconds
    )


def _extracted(forward: Forward, page: Page, alone: bool, link_threshold: float) -> tuple[Page, dict[str, float]]:
    """The page with labels, entities, links and key-values, and the seconds that SER and RE took."""
    started = time.monotonic()
    probabilities = forward.submit(tag_input(page), alone=alone).result()
    with forward.watching():
        page = group_words(page, probabilities, forward.tags, forward.linker)
        tagged = time.monotonic()
        roles = role_probabilities(page.entities or (), probabilities, forward.tags)
        page = add_key_values(link_entities(page, roles, forward.linker, link_threshold=link_threshold))
    return page, {"ser": tagged - started, "re": time.monotonic() - tagged}


def _check_version(here: Resources, claim: Claim, forward: Forward) -> None:
    """A worker with another tagger or other settings than the message wants hands the page back."""
    if not is_tagged_by(claim.version, here.settings.for_project(claim.project_id), forward.announcement):
        hand_back(here, claim, "extract", _names(forward.announcement))


def _names(worker: Announcement) -> str:
    return f"tagger {worker.name} {worker.digest}, linker {worker.linker}"
