"""`prelabel doctor --repair`: repair of a ledger that disagrees with the real Label Studio and the real queues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from devstack.redis import RedisServer
from prelabel.errors import ImageMissing
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import existing_pages
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.projects import get_project, set_model_version
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages
from prelabel.labelstudio.stored_predictions import prediction_versions
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Page, PageRef, Word
from prelabel.project.repair import find_mismatches
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.cli_runs import Cli
from tests.support.queues import sender, waiting

PAGE = Page(100, 50, 100, 50, words=(Word("Total", Box(1, 2, 3, 4), 0.9, "test"),))


@dataclass
class World:
    """A project of eight pages, and a ledger that knows some of them."""

    client: LabelStudio
    settings: Settings
    ledger: Ledger
    redis: Any
    project_id: int
    pages: list[int]

    def claim(self, page: int, *, settled: bool = True) -> Claim:
        found = self.ledger.pages.claim(
            PageRef(self.project_id, page, "/a.png"), "v1", lease_s=600, listed_at=self.ledger.now()
        )
        assert found is not None
        if settled:  # long ago: a claim is young while its message may be on its way
            self.redis.hset(self.key("page", page), "since", self.ledger.now() - 60)
        return found[0]

    def send(self, claim: Claim) -> None:
        with sender(self.settings) as app:
            message = [claim.project_id, claim.task_id, claim.token, claim.version]
            app.send_task("prelabel.ocr", args=message, queue="cpu", priority=9)

    def key(self, part: str, *parts: object) -> str:
        return self.ledger._state.name(part, self.project_id, *parts)

    def findings(self, *, repair: bool) -> list[str]:
        place = Workplace(self.settings, client=self.client, ledger=self.ledger)
        found = find_mismatches(place, self.project_id, repair=repair)
        return [mismatch.problem for mismatch in found]


@pytest.fixture
def world(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio, tmp_path: Path
) -> Iterator[World]:
    """Make a project with its own Redis, because the queues are read."""
    with RedisServer(tmp_path / "redis") as server:
        settings = Settings(_env_file=None, redis_url=server.url, label_studio_url=label_studio.url)
        project_id = project()
        pages = label_studio.import_pages(project_id, [{"data": {"image": f"/{n}.png"}} for n in range(8)])
        connection = redis.Redis.from_url(server.url)
        yield World(client, settings, Ledger.from_settings(settings), connection, project_id, pages)


def kinds(findings: list[str]) -> list[str]:
    """Replace numbers by N: a repair changes the numbers of later mismatches."""
    return [re.sub(r"\d+", "N", finding) for finding in findings]


def selectable(world: World) -> set[int]:
    project = get_project(world.client, world.project_id)
    return {ref.task_id for ref in eligible_pages(world.client, project, WITHOUT_PREDICTIONS, image_key="image")}


def test_a_ledger_that_agrees_is_left_alone(world: World) -> None:
    world.ledger.runs.open(world.ledger.runs.create(world.project_id), world.project_id, world.pages, listed_at=0)
    world.send(world.claim(world.pages[0]))
    world.claim(world.pages[1], settled=False)
    world.ledger.runs.set_unclaimed(world.project_id, 6)
    assert world.findings(repair=True) == []
    assert world.ledger.pages.free(world.project_id).lost == []


def test_a_project_that_was_never_selected_agrees(world: World, label_studio: LabelStudioServer) -> None:
    """Given a fresh project, also with predictions of other people, then nothing is old: nothing was counted."""
    body = {"result": [], "score": 0.5}
    rows = [{"data": {"image": "/8.png"}, "predictions": [body]}, {"data": {"image": "/9.png"}, "annotations": [body]}]
    label_studio.import_pages(world.project_id, rows)
    import_predictions(world.client, world.project_id, [(world.pages[0], body | {"model_version": ""})])
    assert world.findings(repair=False) == []


def test_mismatches_are_found_and_repaired(world: World) -> None:
    ledger, project_id = world.ledger, world.project_id
    sent, lost, uncounted, failed, elsewhere, emptied, stored, _ = world.pages
    run = ledger.runs.create(project_id)
    ledger.runs.open(run, project_id, world.pages, listed_at=0)
    # Label Studio still counts a prediction that was deleted
    body = {"result": [], "score": 0.5, "model_version": "v0"}
    import_predictions(world.client, project_id, [(emptied, body), (emptied, body), (elsewhere, body)])
    # a page whose chain did not see that its prediction was stored
    import_predictions(world.client, project_id, [(stored, body | {"model_version": "prelabel-compact-0"})])
    set_model_version(world.client, project_id, "prelabel-compact-0")
    action = {"project": project_id, "id": "delete_tasks_predictions"}
    chosen = {"selectedItems": {"all": False, "included": [emptied]}, "filters": {"conjunction": "and", "items": []}}
    world.client.post("/api/dm/actions/", params=action, json=chosen)
    assert emptied not in selectable(world)
    # one message waits, the other is lost
    world.send(world.claim(sent))
    world.claim(lost)
    # records, states and words that do not belong together
    ledger.pages.advance(world.claim(uncounted), "extract", PAGE, lease_s=600, ttl_s=600, seconds={})
    world.redis.srem(world.key("state", "extract"), uncounted)
    world.redis.sadd(world.key("state", "ocr"), 10**9)
    world.redis.set(world.key("words", 10**9 + 1), "x")
    # a failed page that was deleted, and an old count
    ledger.leases.fail(world.claim(failed), "ocr", ImageMissing("x"), attempts=1)
    world.client.delete(f"/api/tasks/{failed}/")
    ledger.runs.set_unclaimed(project_id, 50)

    seen = world.findings(repair=False)
    assert world.findings(repair=False) == seen, "looking changes nothing"
    assert kinds(world.findings(repair=True)) == kinds(seen)
    assert len(seen) == 8
    assert {ref.task_id for ref in ledger.pages.free(project_id).lost} == {lost}, "a selection starts it, and no other"
    assert emptied in selectable(world)
    assert ledger.pages.in_flight(project_id) == 3
    now = ledger.runs.progress(project_id, run)
    assert (now.total, now.failed, now.skipped, now.done, now.queued, now.extract) == (8, 0, 2, 1, 4, 1)
    assert ledger.runs.unclaimed(project_id) == 2
    assert kinds(world.findings(repair=True)) == kinds(seen[4:5]), "it has not been selected yet"


def test_second_predictions_are_removed_but_those_that_were_used(world: World) -> None:
    """Given predictions twice, when a person annotated from one and skipped from another, then these stay."""
    version, other = "prelabel-compact-1", "prelabel-compact-2"
    twice, annotated, skipped, versions, foreign, once, _, _ = world.pages

    def add(version: str, *pages: int) -> None:
        body = {"result": [], "score": 0.5, "model_version": version}
        import_predictions(world.client, world.project_id, [(page, body) for page in pages])

    for _ in range(3):
        add(version, twice, annotated)
    for _ in range(2):
        add(version, skipped)
        add("foreign", foreign)
    add(version, versions, once, foreign)
    add(other, versions, annotated)
    before = {page: sorted(prediction_versions(world.client, page)) for page in world.pages}
    for page, number, cancelled in ((annotated, 1, False), (skipped, 1, True)):
        body = {"result": [], "was_cancelled": cancelled, "parent_prediction": before[page][number]}
        world.client.post(f"/api/tasks/{page}/annotations/", json=body)
    set_model_version(world.client, world.project_id, version)
    world.ledger.runs.set_unclaimed(world.project_id, 2)

    wrong = ["5 predictions repeat another one of the same name on their page"]
    assert world.findings(repair=False) == wrong
    assert world.findings(repair=True) == wrong
    assert world.findings(repair=True) == []
    assert {page: sorted(prediction_versions(world.client, page)) for page in world.pages} == before | {
        twice: before[twice][:1],
        annotated: [before[annotated][1], before[annotated][3]],
        skipped: before[skipped][1:],
    }


def test_second_pages_of_documents_are_removed_but_those_with_work(
    world: World, label_studio: LabelStudioServer
) -> None:
    image = "/data/local-files/?d=processed%2F00112233445566aa-{}.png"
    rows = [{"data": {"image": image.format(number)}} for number in (1, 2, 3, 11)]
    first = label_studio.import_pages(world.project_id, rows)
    second = label_studio.import_pages(world.project_id, rows[:3])
    for page in (second[1], first[2], second[2]):
        world.client.post(f"/api/tasks/{page}/annotations/", json={"result": []})
    world.ledger.runs.set_unclaimed(world.project_id, 15)

    wrong = [
        "N pages of documents are in the project twice",
        "N pages of documents are in the project twice; people worked on both, or storages hold both",
    ]
    seen = world.findings(repair=False)
    assert kinds(seen[:2]) == wrong
    assert [finding[0] for finding in seen[:2]] == ["2", "1"]
    world.findings(repair=True)
    assert kinds(world.findings(repair=True)) == wrong[1:], "the counts agree, too"
    left = [first[0], second[1], first[2], second[2], first[3]]
    assert existing_pages(world.client, world.project_id, [*first, *second]) == {*left}


def test_from_the_shell(
    world: World,
    label_studio: LabelStudioServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    cli = Cli(monkeypatch, capsys)
    settings = {
        "LABEL_STUDIO_URL": label_studio.url,
        "LABEL_STUDIO_API_KEY": label_studio.token,
        "REDIS_URL": world.settings.redis_url,
    }
    world.ledger.runs.set_unclaimed(world.project_id, 50)

    def said(*args: object) -> tuple[str, str]:
        checks = cli("doctor", *args, world.project_id, "--json", **settings).json()
        return next((c["state"], c["detail"]) for c in checks if c["name"] == f"project {world.project_id} ledger")

    wrong = "50 pages count as waiting in Label Studio; 8 do"
    assert said() == ("warning", f"{wrong}; repair: prelabel doctor --repair {world.project_id}")
    assert said("--repair") == ("ok", f"{wrong}; repaired: counted again")
    assert said("--repair") == ("ok", "agrees with Label Studio and the queues")
    assert len(waiting(world.settings, "control")) == 1, "a selection goes on with what was mended"
