"""Syncs between a bucket on a real S3 server and a real Label Studio: they fail, hang, die, and are repaired."""

from __future__ import annotations

import itertools
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn

from devstack.label_studio import LabelStudioServer
from devstack.ports import LOOPBACK, free_port
from devstack.s3 import S3Server
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger.ledger import Ledger
from prelabel.project.sync import Synced, sync_project
from prelabel.queues.routes import CONTROL
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from services.uploader.app import create_app
from tests.support.cli_runs import Cli, Outcome
from tests.support.queues import empty, settings_of

_buckets = itertools.count(1)
DOCUMENT = "0123456789abcdef"
SECRET = "5e1f0c2d"


@dataclass
class World:
    """A project and a bucket that are not connected yet."""

    server: LabelStudioServer
    s3: S3Server
    bucket: str
    project_id: int
    environment: dict[str, str]
    cli: Cli

    def run(self, *args: object, **settings: object) -> Outcome:
        """Run `prelabel ...` with the settings of this world."""
        return self.cli(*args, **{**self.environment, **settings})

    def put(self, *keys: str) -> None:
        for key in keys:
            self.s3.client().put_object(Bucket=self.bucket, Key=key, Body=b"\x89PNG")

    def settings(self) -> Settings:
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment.items()}
        return Settings(_env_file=None, **values)

    def storage(self) -> dict[str, Any]:
        """Return the only storage of the project."""
        (row,) = self.server.api.get("/api/storages/", params={"project": self.project_id}).json()
        return dict(row)

    def spoil(self, **fields: object) -> None:
        """Change the storage in Label Studio, as a person or a crash would."""
        old = self.storage()
        place = {"path": old["path"]} if old["type"] == "localfiles" else {}
        path = f"/api/storages/{old['type']}/{old['id']}"
        assert self.server.api.patch(path, json=place | fields).is_success

    def references(self) -> list[str]:
        return [page["data"]["image"] for page in self.server.pages(self.project_id)]

    def selections(self) -> list[str]:
        """Return the arguments of the selections that were requested since the last call."""
        settings = settings_of(self.environment["REDIS_URL"], self.environment["LABEL_STUDIO_URL"])
        return [json.loads(row)["headers"]["argsrepr"] for row in empty(settings, CONTROL)]


@pytest.fixture
def world(
    label_studio: LabelStudioServer,
    s3: S3Server,
    redis_url: str,
    project: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> World:
    bucket = f"storage-sync-{next(_buckets)}"
    environment = {
        "LABEL_STUDIO_URL": label_studio.url,
        "LABEL_STUDIO_API_KEY": label_studio.token,
        "REDIS_URL": redis_url,
        "STORAGE_TITLE": "documents",
        "WEBHOOK_SECRET": SECRET,
        **s3.make_bucket(bucket),
    }
    world = World(label_studio, s3, bucket, project(), environment, Cli(monkeypatch, capsys))
    world.selections()
    return world


def test_images_of_a_bucket_become_pages_that_know_their_document(world: World) -> None:
    """Given a document of two pages, its raw file and words, and a scan, when synced twice, then three pages, once."""
    ledger = Ledger.from_settings(world.settings())
    ledger.documents.add(
        world.project_id, DOCUMENT, name="견적서.pdf", kind="PDF", suffix=".pdf", size=1, ttl_s=600, importing=False
    )
    assert world.run("connect", world.project_id).code == 0  # the bucket is empty
    world.put(f"raw/{DOCUMENT}.png", f"words/{DOCUMENT}-1.json", "preprocessed/scan 1.jpg")
    world.put(*(f"preprocessed/{DOCUMENT}-{number}.png" for number in (1, 2)))

    first, second = (world.run("sync", world.project_id, "--json").json()[0] for _ in range(2))
    assert [(row["outcome"], row["new_pages"]) for row in (first, second)] == [("done", 3), ("done", 0)]
    assert world.selections() == [f"[{world.project_id}]"]
    pages = {page["data"]["image"].rsplit("/", 1)[1]: page["data"] for page in world.server.pages(world.project_id)}
    assert set(pages) == {f"{DOCUMENT}-1.png", f"{DOCUMENT}-2.png", "scan 1.jpg"}
    assert pages[f"{DOCUMENT}-2.png"] == {
        "image": f"s3://{world.bucket}/preprocessed/{DOCUMENT}-2.png",
        **{"document": DOCUMENT, "document_name": "견적서.pdf", "page": 2, "pages": 0},
    }
    assert set(pages["scan 1.jpg"]) == {"image"}


def test_a_synced_bucket_gives_its_images_and_nothing_else(world: World) -> None:
    world.put(f"raw/{DOCUMENT}.png", f"words/{DOCUMENT}-1.json", "scans/2026/1.PNG", "2.jpeg", "notes.txt")
    assert world.run("connect", world.project_id, "--prefix", "", "--recursive").code == 0
    assert world.run("sync", world.project_id).code == 0
    assert set(world.references()) == {f"s3://{world.bucket}/{key}" for key in ("scans/2026/1.PNG", "2.jpeg")}


def test_connecting_twice_changes_nothing(world: World) -> None:
    """Given a project, when connected again and again, then it has one storage and one webhook, and shows no key."""
    told = []
    for port in (8000, 8000, 8001):
        told.append(world.run("connect", world.project_id, "--webhook", f"http://{LOOPBACK}:{port}", "--json"))
    made = [(run.json()[0]["made"], run.json()[0]["webhook"]) for run in told]
    assert made == [("created", "created"), ("unchanged", "unchanged"), ("unchanged", "updated")]
    hooks = world.server.api.get("/api/webhooks/", params={"project": world.project_id}).json()
    assert [hook["url"] for hook in hooks] == [
        f"http://{LOOPBACK}:8001/webhooks/label-studio?project={world.project_id}"
    ]
    assert world.storage()["title"] == "documents"
    for secret in (SECRET, world.s3.secret_key, world.s3.access_key):
        assert all(secret not in run.out + run.err for run in told)


def test_a_refused_connection_has_a_reason(world: World) -> None:
    """Given a missing bucket, wrong keys, or a host that Label Studio refuses, then one line says so."""
    missing = world.run("connect", world.project_id, "--bucket", "s3://not-there")
    locked = world.run("connect", world.project_id, "--prefix", "", S3_SECRET_KEY="wrong")
    nameless = world.run("connect", world.project_id, "--webhook", "http://uploader:8000")
    assert [run.code for run in (missing, locked, nameless)] == [2, 2, 2]
    for run in (missing, locked):
        assert "bucket" in run.error_line()
    assert "uploader.internal" in nameless.error_line()


def test_a_failed_sync_is_reported_and_repaired(world: World) -> None:
    """Given a storage with wrong fields, then a sync says so in one line, and `connect` corrects it."""
    world.run("connect", world.project_id)
    world.put(f"preprocessed/{DOCUMENT}-1.png")
    world.spoil(regex_filter="(")
    failed = world.run("sync", world.project_id)
    assert failed.code == 1
    assert "could not sync storage 'documents'" in failed.error_line()
    assert world.run("connect", world.project_id, "--json").json()[0]["made"] == "updated"
    assert world.run("sync", world.project_id).code == 0
    assert len(world.references()) == 1


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_dead_sync_is_repeated(world: World, status: str) -> None:
    """Given the state after a Label Studio was killed in the middle of a sync, then the next sync continues."""
    world.run("connect", world.project_id)
    world.put(f"preprocessed/{DOCUMENT}-1.png")
    died = str(datetime.now(UTC) - timedelta(seconds=400))
    world.spoil(status=status, meta={"attempts": 1, "time_queued": died, "time_last_ping": died})
    assert world.run("sync", world.project_id, "--json").json()[0]["new_pages"] == 1


def test_a_folder_that_label_studio_sees_is_synced_like_a_bucket(world: World) -> None:
    """Given local files, then images become pages, other files do not, and a dead sync is repeated, too."""
    folder = world.server.local_files / world.bucket
    (folder / "processed").mkdir(parents=True)
    assert world.run("connect", world.project_id, "--bucket", folder).code == 0
    for name in (f"{DOCUMENT}-1.png", "words.json"):
        (folder / "processed" / name).write_bytes(b"\x89PNG")
    assert world.run("sync", world.project_id, "--json").json()[0]["new_pages"] == 1
    (folder / "processed" / f"{DOCUMENT}-2.png").write_bytes(b"\x89PNG")
    died = str(datetime.now(UTC) - timedelta(seconds=400))
    world.spoil(status="queued", last_sync_count=None, meta={"time_queued": died})
    assert world.run("sync", world.project_id, "--json").json()[0]["new_pages"] == 1
    assert [page["data"]["page"] for page in world.server.pages(world.project_id)] == [1, 2]


@contextmanager
def frozen(server: S3Server) -> Iterator[None]:
    server.process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.signal(signal.SIGCONT)


def test_a_sync_that_hangs_is_waited_for_and_never_doubled(world: World) -> None:
    """Given an S3 server that hangs, when many processes request a sync, then each object becomes one page."""
    world.run("connect", world.project_id)
    world.put(*(f"preprocessed/{DOCUMENT}-{number}.png" for number in range(1, 6)))
    settings, outcomes = world.settings(), list[list[Synced] | None]()

    def turn() -> list[Synced] | None:
        ledger = Ledger.from_settings(settings)
        return sync_project(
            Workplace(settings, client=client, ledger=ledger), world.project_id, "documents", patience_s=0
        )

    with LabelStudio(world.server.url, world.server.token, timeout_s=2) as client, frozen(world.s3):
        threads = [threading.Thread(target=lambda: outcomes.append(turn())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outcomes.append(turn())
    assert {synced.outcome for done in outcomes for synced in done or []} == {"running"}
    _wait(lambda: str(world.storage()["status"]) == "completed")
    assert world.storage()["meta"]["attempts"] == 1, "Label Studio was asked once"
    assert world.run("sync", world.project_id, "--json").json()[0]["new_pages"] == 5
    assert len(world.references()) == len(set(world.references())) == 5


@contextmanager
def listening(settings: Settings) -> Iterator[str]:
    """Start the uploader at an address that Label Studio's webhooks reach."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host=LOOPBACK, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_webhooks_report_new_pages_and_annotations(world: World) -> None:
    """Given webhooks, when pages are imported and one is annotated, then a selection starts for each within seconds."""
    with listening(world.settings().model_copy(update={"select_interval": 2.0})) as url:
        world.run("connect", world.project_id, "--webhook", url)
        for _ in range(3):
            first, *_rest = world.server.import_pages(world.project_id, [{"image": "s3://x/a.png"}] * 5)
        assert _soon(world) == [f"[{world.project_id}]"]
        path = f"/api/tasks/{first}/annotations/"
        assert world.server.api.post(path, json={"result": []}).is_success
        assert _soon(world) == [f"[{world.project_id}]"]


def _soon(world: World) -> list[str]:
    found: list[str] = []

    def came() -> bool:
        found.extend(world.selections())
        return bool(found)

    _wait(came)
    return found


def _wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
