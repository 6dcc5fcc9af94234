"""Projects that are watched after beat and workers have started, unwatched, and deleted: real parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel import create_project, unwatch_project, watch_project
from prelabel.errors import ProjectNotFound, ServiceUnavailable
from tests.support.cli_runs import NOWHERE, Cli, Outcome

BLANK = Path(__file__).parents[2] / "examples" / "pages" / "blank.jpg"
#: Beat's turns come every second.
SETTINGS = {
    "SELECT_INTERVAL": "1",
    "SYNC_INTERVAL": "1",
    "HEARTBEAT": "2",
    "UPLOAD_WAIT": "0.1",
    "STORAGE_TITLE": "none",
}


@dataclass
class World:
    stack: Stack
    cli: Cli

    def run(self, *args: object, code: int = 0, **settings: str) -> Outcome:
        done = self.cli(*args, **self.stack.environment(**settings))
        assert done.code == code, done.out + done.err
        return done

    def add_page(self, project_id: int) -> None:
        self.stack.label_studio.upload_images(project_id, [BLANK])

    def predicted(self, project_id: int) -> int:
        pages = self.stack.label_studio.pages(project_id)
        return sum(bool(page["predictions"]) for page in pages)

    def until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 90
        while not met():
            self.stack.workers.check()
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.fixture(scope="module")
def stack(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("watching"), label_studio=label_studio, env=SETTINGS) as stack:
        stack.start_workers()
        stack.start_beat()
        stack.wait_ready()
        yield stack


@pytest.fixture
def world(stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> World:
    monkeypatch.chdir(tmp_path)
    return World(stack, Cli(monkeypatch, capsys))


def test_a_project_is_selected_from_the_moment_it_is_watched_until_it_is_not(world: World) -> None:
    """Given running beat and workers, then a new project's pages are predicted while it is watched, and only then."""
    first, second = (
        create_project(title, settings=world.stack.settings(), watch=title != "later").project_id
        for title in ("later", "at once")
    )
    for project in (first, second):
        world.add_page(project)
    world.until(lambda: world.predicted(second) == 1)
    assert world.predicted(first) == 0, "it comes before the other one in each selection"

    assert "is now watched" in world.run("watch", first).out
    assert "was watched before" in world.run("watch", first).out
    world.until(lambda: world.predicted(first) == 1)
    assert {row["project_id"] for row in world.run("watch", "--json").json()} == {first, second}

    assert "no longer watched" in world.run("unwatch", first).out
    assert "was not watched" in world.run("unwatch", first).out
    for project in (first, second):
        world.add_page(project)
    world.until(lambda: world.predicted(second) == 2)
    assert world.predicted(first) == 1
    assert str(first) not in world.run("watch").out
    world.run("unwatch", second)


def test_a_deleted_project_is_reported_once_and_left_out(world: World) -> None:
    """Given a watched project that is deleted, then one line says so, no turn asks for it again, and others go on."""
    gone, kept = (
        create_project(title, settings=world.stack.settings()).project_id for title in ("to be deleted", "to be kept")
    )
    world.stack.label_studio.api.delete(f"/api/projects/{gone}/").raise_for_status()
    ledger = world.stack.ledger()
    world.until(lambda: gone in ledger.watched.missing())
    for count in (1, 2, 3):
        world.add_page(kept)
        world.until(lambda count=count: world.predicted(kept) == count)  # type: ignore[misc]
    log = (world.stack.folder / "logs" / "io.log").read_text("utf-8")
    said = [line for line in log.splitlines() if f"project={gone}" in line and "stage=sync" not in line]
    assert len(said) == 1
    assert f"prelabel unwatch {gone}" in said[0]
    assert log.count(f"stage=sync project={gone} ") <= 2, "of syncs before the selection that missed it"
    assert "no longer in Label Studio" in world.run("watch").out
    assert f"no longer in Label Studio: {gone}" in world.run("doctor", "--json", code=2).out
    assert "is no longer watched" in world.run("unwatch", gone).out
    assert gone not in ledger.watched.missing()
    world.run("unwatch", kept)


def test_watching_needs_a_project_that_exists(world: World) -> None:
    settings = world.stack.settings()
    assert "no project 987654" in world.run("watch", 987654, code=2).error_line()
    with pytest.raises(ProjectNotFound):
        watch_project(987654, settings=settings)
    away = {"LABEL_STUDIO_URL": f"http://{NOWHERE}"}
    assert "does not answer" in world.run("watch", 6, code=2, **away).error_line()
    assert unwatch_project(6, settings=world.stack.settings(**away)) is False, "this needs no Label Studio"
    with pytest.raises(ServiceUnavailable):
        unwatch_project(6, settings=world.stack.settings(REDIS_URL=f"redis://{NOWHERE}/0"))
    assert "no project is watched" in world.run("watch").out


def test_projects_of_the_setting_stay(world: World) -> None:
    """Given a project that PRELABEL_PROJECTS names, then `unwatch` says so, and the list shows both sources."""
    project = create_project("both", settings=world.stack.settings()).project_id
    (row,) = world.run("watch", "--json", PROJECTS=str(project)).json()
    assert row == {"project_id": project, "from": ["watch", "PROJECTS"], "missing": False}
    assert "beat selects new pages" in world.run("status", project, "--once").out
    told = world.run("unwatch", project, PROJECTS=str(project))
    assert "PRELABEL_PROJECTS names" in told.error_line()
    (row,) = world.run("watch", "--json", PROJECTS=str(project)).json()
    assert row["from"] == ["PROJECTS"]
    assert f"prelabel watch {project}" in world.run("status", project, "--once").out
