"""Upgrades: today's workers bring what an earlier release left in Redis and bucket to its right end.

`python -m scripts.record_release NAME` records a release, once, before a stored form changes.
"""

from __future__ import annotations

import base64
import json
import random
import re
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import redis

from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.api.runs import resume_project
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.page_store import unpack
from prelabel.page import FORMAT
from prelabel.queues.keys import key_prefix
from prelabel.queues.priority import queue_lists
from prelabel.queues.routes import QUEUES
from prelabel.settings import Settings
from scripts import release_contents as contents
from scripts.record_release import BASE64
from tests.chaos.label_studio import LabelStudioStandIn

RECORDED = sorted(Path(__file__).parent.glob("*.json"))
KINDS = ("cpu", "gpu", "io")
WAIT_S = 120.0
#: Time between the end of the old release and the start of this one.
_BREAK_S = 5.0
#: A number of seconds since 1970, of the week of a recording.
_TIME = re.compile(r"(?<![\d.])1[5-9]\d{8}(?:\.\d+)?(?![\d.])")
_WEEK_S = 7 * 86400


class Studio(LabelStudioStandIn):
    """A stand-in for Label Studio that also takes pages of documents."""

    def __init__(self) -> None:
        pages = range(1, contents.OF_WATCHED + 1)
        super().__init__({page: f"page {page}".encode() for page in pages}, random.Random(1))
        self.state.projects |= {
            contents.OF_PAUSED: contents.PAUSED,
            contents.OF_UNLISTED: contents.UNLISTED,
            contents.OF_WATCHED: contents.WATCHED,
        }
        self.added: dict[int, dict[str, Any]] = {}

    def handle(self, method: str, target: str, bearer: str, body: Any) -> Any:
        url = urlsplit(target)
        if method == "POST" and re.fullmatch(r"/api/projects/\d+/import", url.path):
            return 201, {"task_ids": [self._add(row["data"]) for row in body]}
        query = parse_qs(url.query)
        if url.path == "/api/tasks/" and (wanted := re.search(r"data\.image.*?\"value\":\"(\w+)-", query["query"][0])):
            rows = [{"id": task, "data": data} for task, data in self.added.items() if wanted[1] in data["image"]]
            return 200, {"tasks": rows, "total": len(rows)}
        status, said = super().handle(method, target, bearer, body)
        for row in said.get("tasks", []) if isinstance(said, dict) else []:
            if row["id"] in self.added:
                row["data"] = self.added[row["id"]]
        return status, said

    def _add(self, data: dict[str, Any]) -> int:
        task = 1000 + len(self.added)
        self.added[task] = data
        self.state.pages.add(task)
        return task


class Upgrade:
    """A recorded release in a fresh Redis and bucket, and today's processes."""

    def __init__(self, folder: Path, redis_url: str, studio: Studio, recorded: dict[str, Any]) -> None:
        self.recorded, self.studio, self.folder = recorded, studio, folder
        self._ended = time.time() - _BREAK_S
        self.env = {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": studio.url,
            "LABEL_STUDIO_API_KEY": studio.token,
            "PRELABEL_BUCKET": str(folder / "bucket"),
            "PRELABEL_DISK_RESERVE_MB": "0",
            "PRELABEL_HEARTBEAT": "0.5",
            "PRELABEL_SELECT_INTERVAL": "1",
            "PRELABEL_UPLOAD_WAIT": "0.2",
            "PRELABEL_HTTP_TIMEOUT": "5",
            "PRELABEL_CPU_PROCESSES": "1",
            "PRELABEL_LINKER": "alignment",
            "OCR": "tesseract",  # the default of those releases
        }
        given: Any = {name.lower(): value for name, value in self.env.items()}
        self.settings = Settings(_env_file=None, **given)
        self.ledger = Ledger.from_settings(self.settings)
        self.client: Any = redis.Redis.from_url(redis_url)
        self.workers = Workers(folder)

    def start_workers(self) -> None:
        for kind in KINDS:
            env = self.env | {"PLANTED_IN": kind}
            self.workers.start(kind, env, module="tests.integration.releases.planted_worker")
        until(lambda: {worker.kind for worker in self.ledger.workers.alive()} >= {*KINDS}, "the workers live")

    def version(self) -> str:
        """Return the pipeline version of today's workers."""
        from prelabel.project.select import current_version

        tagger = self.ledger.workers.newest_tagger()
        assert tagger is not None
        return current_version(self.ledger.workers, self.settings.for_project(contents.PROJECT), "cpu", tagger)

    def load(self, *, version: str = "", moved: bool = False) -> None:
        """Write what was recorded. `version`: replaces the recorded one. `moved`: messages are where today's are."""
        old_id, new_id = self.recorded["server_id"], self.settings.server_id
        shift_s = self._ended - self.recorded["at"]
        lists = {name for queue in QUEUES for name in queue_lists(queue)} | {"unacked", "unacked_index"}

        def now(text: str) -> str:
            return _TIME.sub(lambda found: self._shifted(found[0], shift_s), text)

        def data(text: str) -> bytes:
            if text.startswith(BASE64):
                return base64.b64decode(text.removeprefix(BASE64))
            return self._with_version(now(text), version).encode()

        # Messages last, because workers may wait for them already.
        for row in sorted(self.recorded["keys"], key=lambda row: row["type"] == "list"):
            key = data(row["key"]).decode().replace(old_id, new_id)
            key = key_prefix(new_id) + key if moved and key in lists else key
            self._write(key, row, data, shift_s)
        for path, text in self.recorded["files"].items():
            file = self.folder / "bucket" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data(text))

    def _shifted(self, text: str, shift_s: float) -> str:
        near = abs(float(text) - self.recorded["at"]) < _WEEK_S
        return repr(float(text) + shift_s) if near else text

    def _with_version(self, text: str, version: str) -> str:
        """Replace the pipeline version, also within the bodies of messages."""
        old = next(row["value"]["version"] for row in self.recorded["keys"] if "version" in row["value"])
        if not version:
            return text

        def body(found: re.Match[str]) -> str:
            inside = base64.b64decode(found[1]).decode().replace(old, version)
            return f'"body": "{base64.b64encode(inside.encode()).decode()}"'

        return re.sub(r'"body": "([A-Za-z0-9+/=]+)"', body, text).replace(old, version)

    def _write(self, key: str, row: dict[str, Any], data: Callable[[str], bytes], shift_s: float) -> None:
        kind, value = row["type"], row["value"]
        if kind == "string":
            self.client.set(key, data(value))
        elif kind == "list":
            self.client.rpush(key, *map(data, value))
        elif kind == "set":
            self.client.sadd(key, *map(data, value))
        elif kind == "zset":
            self.client.zadd(key, {data(member): float(self._shifted(repr(at), shift_s)) for member, at in value})
        else:
            self.client.hset(key, mapping={data(field): data(text) for field, text in value.items()})
        if row["ttl_ms"]:
            self.client.pexpire(key, row["ttl_ms"])

    # -- ends ---------------------------------------------------------------------------------------------------------

    def predicted(self) -> set[int]:
        counts = self.studio.counts()
        assert set(counts.values()) <= {1}, "a page has two predictions"
        return {page for page, _ in counts}

    def assert_all_ends_are_right(self) -> None:
        """Wait for every page and document to end, and compare with what was recorded."""
        made, ledger = self.recorded["made"], self.ledger
        may_fail = {contents.FAILED, contents.FAILED_BY_OUTAGE, contents.WITHOUT_WORDS}
        wanted = {*contents.OF_RUN, contents.OF_UNLISTED, contents.OF_WATCHED} - may_fail
        until(lambda: wanted <= self.predicted(), lambda: f"pages {sorted(wanted - self.predicted())} are predicted")
        assert contents.OF_PAUSED not in self.predicted()
        resume_project(contents.PAUSED, settings=self.settings)
        until(lambda: contents.OF_PAUSED in self.predicted(), "the paused page is predicted after the pause")
        documents = {name: made[name] for name in ("failed", "rendered", "waiting")}

        def states() -> dict[str, str]:
            found = {name: ledger.documents.find(contents.PROJECT, each) for name, each in documents.items()}
            return {name: row.state if row else "forgotten" for name, row in found.items()}

        expected = {"failed": "failed", "rendered": "done", "waiting": "done"}
        until(lambda: states() == expected, lambda: f"the documents end; they are {states()}")
        # A failed page of a document and its reason stay; its other page is in Label Studio.
        first, second = ledger.documents.pages(contents.PROJECT, documents["failed"].split())[documents["failed"]]
        assert first.failure is not None
        assert (first.failure.code, first.failure.message) == ("ocr_failed", "planted")
        until(lambda: len(self.studio.added) == 5, "five pages of documents are in Label Studio")
        until(lambda: {*self.studio.added} <= self.predicted(), "they are predicted")
        assert second.failure is None
        self._assert_lists_are_right()
        for run, project in ((made["run"], contents.PROJECT), (made["unlisted"], contents.UNLISTED)):
            until(lambda run=run, project=project: ledger.runs.progress(project, run).finished, f"run {run} ends")  # type: ignore[misc]
        assert ledger.runs.progress(contents.PROJECT, made["run"]).total == len(contents.OF_RUN) + 1

    def _assert_lists_are_right(self) -> None:
        listed = {page.task_id: page for page in self.ledger.failed_list.pages(contents.PROJECT)}
        assert contents.FAILED in listed
        # An outage may have been retried, and words that had run out fail where the page's own message comes first.
        assert {*listed} <= {contents.FAILED, contents.FAILED_BY_OUTAGE, contents.WITHOUT_WORDS}
        assert {*listed} | self.predicted() >= {*contents.OF_RUN}
        failed = listed[contents.FAILED]
        assert (failed.reason, failed.stage, failed.attempts) == ("ocr_failed", "ocr", 3)
        assert not {contents.FAILED, contents.DROPPED} & self.predicted()
        for project in (contents.PROJECT, contents.PAUSED, contents.UNLISTED, contents.WATCHED):
            until(lambda project=project: self.ledger.pages.in_flight(project) == 0, f"project {project} is at rest")  # type: ignore[misc]

    def logs(self) -> str:
        return "".join(path.read_text("utf-8") for path in (self.folder / "logs").iterdir())


def until(true: Callable[[], object], what: str | Callable[[], str]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what if isinstance(what, str) else what()}"
        time.sleep(0.1)


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def upgrade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upgrade]:
    recorded = json.loads(request.param.read_text("utf-8"))
    with RedisServer(tmp_path / "redis") as server, Studio() as studio:
        made = Upgrade(tmp_path, server.url, studio, recorded)  # type: ignore[arg-type]
        studio.state.predictions[10**6] = (contents.DONE, "prelabel-recorded")
        try:
            yield made
        finally:
            made.workers.stop()


def test_an_upgrade(upgrade: Upgrade) -> None:
    # Given what a release left, in the places where it left it
    upgrade.load()
    # When today's workers and beat start
    upgrade.start_workers()
    upgrade.workers.start("beat", upgrade.env)
    # Then everything ends as it must, without a bug
    upgrade.assert_all_ends_are_right()
    assert "a bug of prelabel" not in upgrade.logs()
    assert "Traceback" not in upgrade.logs()


def test_messages_and_pages_of_the_same_version_are_understood(upgrade: Upgrade) -> None:
    """Given workers of the same pipeline version, then recorded messages are taken and stored pages are used."""
    upgrade.start_workers()
    upgrade.load(version=upgrade.version(), moved=True)
    upgrade.workers.start("beat", upgrade.env)
    upgrade.assert_all_ends_are_right()
    assert "a bug of prelabel" not in upgrade.logs()
    assert "Traceback" not in upgrade.logs()
    if upgrade.recorded["page_format"] == FORMAT:
        assert "goes back to stage ocr" not in upgrade.logs()


def test_every_earlier_format_is_recorded() -> None:
    """Given a new number of the page format, then the release before it was recorded with `scripts.record_release`."""
    formats = {json.loads(path.read_text("utf-8"))["page_format"] for path in RECORDED}
    assert {*range(min(formats), FORMAT)} <= formats


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_stored_pages_are_read_or_refused_as_unreadable(path: Path) -> None:
    recorded = json.loads(path.read_text("utf-8"))
    packed = [row["value"] for row in recorded["keys"] if ":words:" in row["key"]]
    assert len(packed) >= 4
    for text in packed:
        data = base64.b64decode(text.removeprefix(BASE64))
        if recorded["page_format"] == FORMAT:
            assert unpack(data).words
        else:
            with pytest.raises(ValueError, match="page format"):
                unpack(data)
        assert json.loads(zlib.decompress(data))["format"] == recorded["page_format"]
