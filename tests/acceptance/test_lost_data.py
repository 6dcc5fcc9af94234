"""Selections from a real Label Studio after Redis has lost everything, and after pages have got another image."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from devstack.redis import RedisServer
from prelabel.api.runs import Run
from prelabel.errors import ImageMissing, RunFailed
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.project.select import select_pages
from prelabel.settings import Settings
from prelabel.workplace import Workplace

PAGES = 5


class World:
    """A project with pages, whose selections are started here instead of by beat; no worker reads its pages."""

    def __init__(self, place: Workplace, project_id: int) -> None:
        self.place, self.project_id = place, project_id
        self.claims: list[Claim] = []

    def select(self) -> list[int]:
        """Select as beat does; return the pages whose chains start."""
        workers = self.place.ledger.workers
        tagger = Announcement("compact", "d1", ("QUESTION", "ANSWER", "HEADER", "OTHER"))
        workers.sign_in(WorkerInfo("gpu", "gpu", time.time(), tagger), every_s=60)
        workers.sign_in(WorkerInfo("cpu", "cpu", time.time(), None, {"tesseract": "5"}), every_s=60)
        self.claims = []
        select_pages(self.place, self.project_id, "cpu", lambda claim, stage, priority: self.claims.append(claim))
        return [claim.task_id for claim in self.claims]

    def run(self) -> Run:
        ledger = self.place.ledger
        return Run(ledger.runs.create(self.project_id), self.project_id, ledger, self.place.settings)

    def fail(self, claim: Claim) -> None:
        self.place.ledger.leases.fail(claim, "ocr", ImageMissing("there is none"), attempts=1)


@pytest.fixture
def world(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio, tmp_path: Path
) -> Iterator[World]:
    with RedisServer(tmp_path / "redis") as server:
        settings = Settings(_env_file=None, redis_url=server.url, label_studio_url=label_studio.url, ocr="tesseract")
        project_id = project()
        label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(PAGES)])
        with Workplace(settings, client=client) as place:
            yield World(place, project_id)


def test_a_redis_that_lost_everything_gets_all_pages_again(world: World) -> None:
    """Given a run in flight, when Redis loses everything, then beat's selection and a new run have all of its pages."""
    run = world.run()
    assert len(world.select()) == PAGES
    before = world.claims
    redis.Redis.from_url(world.place.settings.redis_url).flushall()
    with pytest.raises(RunFailed, match="prelabel enqueue"):
        run.wait(timeout_s=10)
    assert len(world.select()) == PAGES, "beat selects them without a run"
    assert world.place.ledger.leases.are_valid(before) == [False] * PAGES
    again = world.run()
    world.select()
    assert again.progress().total == PAGES


def test_a_corrected_reference_selects_the_page_again(
    world: World, label_studio: LabelStudioServer, client: LabelStudio
) -> None:
    """Given failed and dropped pages, when the data of one of each is corrected, then these are selected, in a run."""
    pages = world.select()
    for claim in world.claims:
        world.fail(claim)
    world.place.ledger.failed_list.drop(world.project_id, pages[:2])
    assert world.select() == []
    for page in (pages[0], pages[2]):
        label_studio.api.patch(f"/api/tasks/{page}/", json={"data": {"image": "/corrected.png"}}).raise_for_status()
    run = world.run()
    assert world.select() == [pages[0], pages[2]]
    assert run.progress().total == 2
    assert sorted(world.place.ledger.failed_list.ids(world.project_id)) == pages[3:]
