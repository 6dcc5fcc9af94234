"""Tests of uploads to a real Label Studio: exactly one prediction a page, also with lost answers and deleted pages."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import redis
from PIL import Image

from devstack.label_studio import LabelStudioServer
from prelabel.errors import AmbiguousUpload, ChainOver, PagesGone
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages
from prelabel.labelstudio.stored_predictions import count_predictions
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Entity, Page, Word, WordLabel
from prelabel.project.upload import Delivery, Outcomes, deliver
from prelabel.settings import Settings
from prelabel.workplace import Workplace

VERSION = "prelabel-test-1"
_names = itertools.count()


class AnswerLosingTransport(httpx.BaseTransport):
    """The real network, except that the answer to an import is lost after the server has stored the predictions."""

    def __init__(self) -> None:
        self._real = httpx.HTTPTransport()
        self.losing = True
        self.imports = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._real.handle_request(request)
        if request.url.path.endswith("/import/predictions"):
            self.imports += 1
            if self.losing:
                response.read()
                raise httpx.ReadTimeout("cut", request=request)
        return response

    def close(self) -> None:
        self._real.close()


SETTINGS = Settings(_env_file=None, verify_tries=2, http_timeout=1.0)


class World:
    """A project whose pages are claimed in the ledger, and a connection that can lose answers."""

    def __init__(self, server: LabelStudioServer, project_id: int, ledger: Ledger, pages: int, tmp: Path) -> None:
        self.network = AnswerLosingTransport()
        self.client = LabelStudio(server.url, server.token, timeout_s=30.0, transport=self.network)
        self.ledger, self.project_id = ledger, project_id
        images = [tmp / f"{n}.png" for n in range(pages)]
        for image in images:
            Image.new("L", (200, 100), 255).save(image)
        server.upload_images(project_id, images)
        project = get_project(self.client, project_id)
        self.config = LabellingConfig.parse(project.labelling_xml)
        refs = eligible_pages(self.client, project, WITHOUT_PREDICTIONS, image_key=self.config.image_key)
        found = [ledger.pages.claim(ref, VERSION, lease_s=600, listed_at=ledger.now()) for ref in refs]
        self.claims = [claim[0] for claim in found if claim]
        assert len(self.claims) == pages

    def deliver(self, claims: list[Claim]) -> Outcomes:
        deliveries = [Delivery(claim, self.prediction()) for claim in claims]
        return deliver(Workplace(SETTINGS, client=self.client, ledger=self.ledger), deliveries)

    def prediction(self) -> dict[str, object]:
        word = Word("Total", Box(10, 10, 50, 20), 0.9, "test")
        labels, entities = (WordLabel("QUESTION", 0.9),), (Entity("QUESTION", (0,), 0.9),)
        page = Page(200, 100, 200, 100, words=(word,)).with_labels(labels, entities)
        return build_prediction(page, self.config, version=VERSION, name=VERSION, draw_other=False)

    def stored(self) -> list[int]:
        ids = [claim.task_id for claim in self.claims]
        counts = count_predictions(self.client, self.project_id, VERSION, ids)
        return [counts.get(task_id, 0) for task_id in ids]


@pytest.fixture
def world(
    label_studio: LabelStudioServer, project: Callable[..., int], redis_url: str, tmp_path: Path
) -> Iterator[World]:
    ledger = Ledger(redis.Redis.from_url(redis_url), f"delivery-test-{next(_names)}")
    world = World(label_studio, project(), ledger, 3, tmp_path)
    world.network.losing = False
    yield world
    world.client.close()


def test_delivered_twice_is_stored_once(world: World) -> None:
    assert world.deliver(world.claims) == [None, None, None]
    assert world.deliver(world.claims) == [None, None, None]
    assert world.stored() == [1, 1, 1]
    assert world.network.imports == 1


def test_after_a_lost_answer_nothing_is_posted_until_a_look_can_be_trusted(world: World) -> None:
    world.network.losing = True
    first = world.deliver(world.claims)
    assert all(isinstance(outcome, AmbiguousUpload) and outcome.retry_after_s for outcome in first)
    assert world.stored() == [1, 1, 1], "the server had stored the predictions"
    assert world.deliver(world.claims) == [None, None, None]
    assert world.network.imports == 1
    assert world.stored() == [1, 1, 1]


def test_an_upload_that_never_arrived_waits_for_the_limit_and_is_posted_again(world: World) -> None:
    world.ledger.intents.record(world.claims, world.ledger.now())
    waiting = world.deliver(world.claims)
    assert all(isinstance(outcome, AmbiguousUpload) for outcome in waiting)
    assert world.network.imports == 0
    world.ledger.intents.record(world.claims, world.ledger.now() - world.client.timeout_s - 1)
    assert world.deliver(world.claims) == [None, None, None]
    assert world.stored() == [1, 1, 1]


def test_a_stale_claim_uploads_nothing(world: World) -> None:
    stale = Claim(world.project_id, world.claims[0].task_id, "another-token", VERSION)
    (outcome,) = world.deliver([stale])
    assert isinstance(outcome, ChainOver)
    assert world.stored() == [0, 0, 0]


def test_a_deleted_page_fails_no_other_page(world: World) -> None:
    world.client.delete(f"/api/tasks/{world.claims[1].task_id}/")
    first, second, third = world.deliver(world.claims)
    assert (first, third) == (None, None)
    assert isinstance(second, PagesGone)
    assert world.stored() == [1, 0, 1]


def test_second_predictions_of_the_same_version_are_removed(world: World) -> None:
    items = [(claim.task_id, world.prediction()) for claim in world.claims]
    import_predictions(world.client, world.project_id, items)
    import_predictions(world.client, world.project_id, items[:1])
    assert world.stored() == [2, 1, 1]
    assert world.deliver(world.claims) == [None, None, None]
    assert world.stored() == [1, 1, 1]
