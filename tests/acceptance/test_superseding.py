"""A new pipeline version after the old, on a real Label Studio: names that older releases have left, pages selected
again, old predictions removed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from prelabel.cli.doctor.ledger import check_predictions
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.projects import get_project, set_model_version
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import Stage
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.ocr.versions import engine_names
from prelabel.page import PageRef
from prelabel.project.names import Renamed, count_without_name, hidden_by, rename_predictions
from prelabel.project.redo import exact_versions
from prelabel.project.repair import find_mismatches
from prelabel.project.select import Selected, select_pages
from prelabel.project.supersede import plan, supersede
from prelabel.project.version import NAME, pipeline_version
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.cli_runs import Cli

_servers = itertools.count()
OLD, OLDER, OTHERS = "prelabel-compact-11111111-22222222", "prelabel-compact-00000000-22222222", "easyocr-1"
TAGGER = Announcement("compact", "1", ("QUESTION", "ANSWER", "HEADER"))


@dataclass
class World:
    """Pages of one project, named by the predictions that they hold."""

    server: LabelStudioServer
    client: LabelStudio
    ledger: Ledger
    settings: Settings
    project_id: int
    new: str
    pages: dict[str, int]

    def held(self) -> dict[str, list[str]]:
        """Return the versions of the predictions of each page."""
        rows = {row["id"]: row for row in self.server.pages(self.project_id)}
        return {
            name: sorted(prediction["model_version"] for prediction in rows[page]["predictions"])
            for name, page in self.pages.items()
        }

    def ids(self) -> dict[int, list[int]]:
        """Return the ids of the predictions of each page."""
        return {row["id"]: [each["id"] for each in row["predictions"]] for row in self.server.pages(self.project_id)}

    def annotations(self) -> list[dict[str, Any]]:
        kept = ("id", "result", "parent_prediction", "updated_at", "was_cancelled")
        rows = (row for page in self.server.pages(self.project_id) for row in page["annotations"])
        return [{name: row[name] for name in kept} for row in rows]

    @property
    def place(self) -> Workplace:
        return Workplace(self.settings, client=self.client, ledger=self.ledger)

    def select(self, run_id: str | None = None, **settings: Any) -> tuple[Selected, set[str]]:
        """Return the result of a selection, and the pages whose chains it starts."""
        names = {page: name for name, page in self.pages.items()}
        started = set[str]()

        def start(claim: Claim, stage: Stage, turn: int) -> None:
            assert claim.version == self.new
            started.add(names[claim.task_id])

        own = self.settings.model_copy(update=settings)
        place = Workplace(own, client=self.client, ledger=self.ledger)
        return select_pages(place, self.project_id, "cpu", start, run_id), started


@pytest.fixture
def world(label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio, redis_url: str) -> World:
    settings = Settings(_env_file=None, redis_url=redis_url, label_studio_url=label_studio.url)
    own = settings.for_project(1)
    engines = dict.fromkeys(engine_names(own), "5")
    ledger = Ledger(redis.Redis.from_url(redis_url), f"superseding-{next(_servers)}")
    ledger.workers.sign_in(WorkerInfo("g", "gpu", 1.0, TAGGER), every_s=60)
    ledger.workers.sign_in(WorkerInfo("c", "cpu", 1.0, None, engines), every_s=60)
    new, project_id = pipeline_version(own, TAGGER, engines), project()
    holding = {
        "bare": [],
        "old only": [OLD],
        "old annotated": [OLD],
        "old and others": [OLD, OTHERS],
        "both": [OLD, new],
        "all": [OLDER, OLD, OTHERS, new],
        "both, annotated from old": [OLD, new],
        "both, annotated": [OLD, new],
        "new only": [new],
    }
    rows = [{"data": {"image": f"/data/upload/1/{n}.png"}} for n in range(len(holding))]
    pages = dict(zip(holding, label_studio.import_pages(project_id, rows), strict=True))
    predictions = [(pages[name], prediction(version)) for name, versions in holding.items() for version in versions]
    import_predictions(client, project_id, predictions)
    set_model_version(client, project_id, new)
    for name, parent in (("old annotated", None), ("both, annotated from old", OLD), ("both, annotated", None)):
        body: dict[str, Any] = {"result": prediction("x")["result"]}
        if parent:
            found = client.get("/api/predictions/", params={"task": pages[name]}).json()
            body["parent_prediction"] = next(row["id"] for row in found if row["model_version"] == parent)
        client.post(f"/api/tasks/{pages[name]}/annotations/", json=body)
    return World(label_studio, client, ledger, settings, project_id, new, pages)


def prediction(version: str) -> dict[str, Any]:
    value = {"x": 1, "y": 1, "width": 1, "height": 1, "rotation": 0}
    item = {"id": "r1", "from_name": "bbox", "to_name": "image", "type": "rectangle", "value": value}
    return {"result": [item], "score": 0.5, "model_version": version}


def test_pages_that_older_releases_left_under_another_name_are_renamed(world: World) -> None:
    """Given pages that open empty in the label stream, when the project is selected, then none does any more."""
    before, ids = world.held(), world.ids()
    done, _ = world.select()
    assert done.names == "kept"
    renamed = {"old only": [world.new], "old annotated": [world.new], "old and others": [OTHERS, world.new]}
    assert world.held() == before | {name: sorted(names) for name, names in renamed.items()}
    assert world.ids() == ids
    assert get_project(world.client, world.project_id).model_version == world.new, "it never moves"
    pages = [world.pages[name] for name in renamed]
    made = exact_versions(world.place, world.project_id, world.new, pages)
    world.ledger.versions.forget(world.project_id, pages)
    assert made == exact_versions(world.place, world.project_id, world.new, pages) == dict.fromkeys(pages, OLD)
    assert rename_predictions(world.place, world.project_id, world.new) == Renamed(0)
    assert count_without_name(world.client, world.project_id, world.new) == 0


def test_a_project_keeps_another_tool_s_name_as_long_as_a_page_would_open_empty(world: World) -> None:
    set_model_version(world.client, world.project_id, OTHERS)
    import_predictions(world.client, world.project_id, [(world.pages["bare"], prediction(OTHERS))])
    world.select()
    project = get_project(world.client, world.project_id)
    assert (project.model_version, hidden_by(world.client, project, NAME)) == (OTHERS, OTHERS)
    assert world.ledger.versions.hidden_by(world.project_id) == OTHERS
    import_predictions(world.client, world.project_id, [(world.pages["bare"], prediction(NAME))])
    world.select()
    assert get_project(world.client, world.project_id).model_version == NAME
    assert world.ledger.versions.hidden_by(world.project_id) == ""


def test_a_name_that_an_older_worker_has_moved_is_put_back(world: World) -> None:
    world.select()
    import_predictions(world.client, world.project_id, [(world.pages["bare"], prediction(OLDER))])
    set_model_version(world.client, world.project_id, OLDER)
    world.select()
    assert get_project(world.client, world.project_id).model_version == world.new
    assert world.held()["bare"] == [OLDER], "it is in flight: its upload names it"


def test_again_selects_unannotated_pages_of_other_prelabel_versions(world: World) -> None:
    assert world.select() == (Selected(0, 1, 0), {"bare"})
    run = world.ledger.runs.create(world.project_id, again=True)
    done, started = world.select(run, pages_in_flight=1)
    assert (done.claimed, started) == (0, set()), "the bound holds"
    assert world.ledger.runs.progress(world.project_id, run).total == 3
    assert world.select()[1] == {"old only", "old and others"}, "later selections know it from the run"
    world.ledger.halts.cancel(world.project_id)
    world.ledger.halts.resume(world.project_id)
    assert world.select()[1] == {"bare"}


def test_doctor_says_which_pages_open_empty_and_repairs_them(world: World) -> None:
    def problems(*, repair: bool = False) -> list[str]:
        found = find_mismatches(world.place, world.project_id, repair=repair)
        return [each.problem for each in found if "label stream" in each.problem]

    set_model_version(world.client, world.project_id, "")
    unseen = f'3 pages open empty in the label stream: their predictions have another name than "{world.new}"'
    hidden = f'the label stream does not show the predictions named "{world.new}"'
    world.ledger.versions.set_name(world.project_id, world.new)
    assert problems() == problems(repair=True) == [unseen, hidden]
    assert problems() == []
    assert get_project(world.client, world.project_id).model_version == world.new
    (told,) = check_predictions(world.place, world.project_id)
    assert (told.state, f"{OLD} (3 pages)" in told.detail) == ("warning", True)
    assert f"2 are untouched and not of the present {world.new}" in told.detail
    set_model_version(world.client, world.project_id, OTHERS)
    world.ledger.versions.set_name(world.project_id, NAME)
    assert "the label stream" not in " ".join(each.detail for each in check_predictions(world.place, world.project_id))
    import_predictions(world.client, world.project_id, [(world.pages["bare"], prediction(OTHERS))])
    first, _ = check_predictions(world.place, world.project_id)
    assert f'the label stream shows the predictions of "{OTHERS}"' in first.detail


def test_only_our_own_old_predictions_go_and_only_where_the_new_is_there(world: World) -> None:
    before, annotations = world.held(), world.annotations()
    planned = plan(world.client, world.project_id)
    assert (planned.version, planned.older, planned.pages) == (world.new, {OLD: 7, OLDER: 1}, 4)
    dry = list(supersede(world.place, planned, dry_run=True))
    assert world.held() == before
    first = next(supersede(world.place, planned))
    rest = list(supersede(world.place, plan(world.client, world.project_id)))
    assert sum(page.removed for page in [first, *rest]) == sum(page.removed for page in dry) == 4
    assert sum(page.kept for page in rest) == 1
    assert world.held() == before | {
        "both": [world.new],
        "all": sorted([OTHERS, world.new]),
        "both, annotated": [world.new],
    }
    assert world.annotations() == annotations
    rows = world.client.get("/api/tasks/", params={"project": world.project_id, "page_size": 100}).json()["tasks"]
    counted = {row["id"]: row["total_predictions"] for row in rows}
    assert {name: counted[page] for name, page in world.pages.items()} == {
        name: len(versions) for name, versions in world.held().items()
    }


def test_a_page_in_flight_is_left_alone(world: World) -> None:
    page = world.pages["both"]
    ref = PageRef(world.project_id, page, "/a.png")
    world.ledger.pages.claim(ref, "prelabel-newest", lease_s=60, listed_at=world.ledger.now())
    outcomes = list(supersede(world.place, plan(world.client, world.project_id)))
    assert world.held()["both"] == sorted([OLD, world.new])
    assert {outcome.task_id for outcome in outcomes if not outcome.removed} >= {page}


def test_from_the_shell(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    cli, settings = Cli(monkeypatch, capsys), {
        "LABEL_STUDIO_URL": world.server.url,
        "LABEL_STUDIO_API_KEY": world.server.token,
        "REDIS_URL": world.settings.redis_url,
    }  # fmt: skip
    wrong = cli("supersede", world.project_id, "--version", OTHERS, "--yes", **settings)
    assert "has no predictions of version 'easyocr-1'" in wrong.error_line()
    assert "say --yes" in cli("supersede", world.project_id, **settings).error_line()
    counts = {"removed": 4, "pages": 3, "kept_for_annotations": 1, "pages_left_alone": 0}
    said = {"project_id": world.project_id, "version": world.new, **counts}
    assert cli("supersede", world.project_id, "--dry-run", "--json", **settings).json() == [said | {"dry_run": True}]
    assert cli("supersede", world.project_id, "--yes", "--json", **settings).json() == [said | {"dry_run": False}]
    assert cli("supersede", world.project_id, "--yes", **settings).out.startswith(
        "0 predictions of other names removed"
    )
