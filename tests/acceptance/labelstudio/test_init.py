"""`prelabel init` on a real Label Studio: made once, completed after a kill, checked, and never anybody's work lost."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from devstack.s3 import S3Server
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.support.cli_runs import NOWHERE, Cli, Outcome
from tests.support.labelling_configs import POLYGONS_XML, RECTANGLE_LABELS_XML
from tests.unit.labelstudio.test_labelling_template import STRANGE

_titles = itertools.count(1)
_SECRET = "5e1f0c2d"
UPLOADER = "http://127.0.0.1:8000"


@dataclass
class Office:
    """A Label Studio, a Redis, and the command line with their settings."""

    server: LabelStudioServer
    environment: dict[str, str]
    cli: Cli
    title: str

    def init(self, which: object = None, *args: object, code: int = 0, **settings: object) -> Outcome:
        done = self.cli("init", which or self.title, *args, **{**self.environment, **settings})
        assert done.code == code, done.out + done.err
        return done

    def steps(self, *args: object, which: object = None, code: int = 0, **settings: object) -> dict[str, str]:
        """Run `prelabel init --json` and return the first outcome of each part."""
        (row,) = self.init(which, *args, "--json", code=code, **settings).json()
        return {step["part"]: step["outcome"] for step in reversed(row["steps"])}

    def projects(self) -> list[dict[str, Any]]:
        rows = self.server.api.get("/api/projects/", params={"page_size": 1000, "ordering": "id"}).json()["results"]
        return [row for row in rows if unicodedata.normalize("NFC", row["title"]) == self.title]

    def project(self) -> dict[str, Any]:
        (row,) = self.projects()
        return row

    def config(self) -> str:
        return str(self.project()["label_config"])

    def hooks(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.server.api.get(
            "/api/webhooks/", params={"project": self.project()["id"]}
        ).json()
        return rows

    def storages(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.server.api.get(
            "/api/storages/", params={"project": self.project()["id"]}
        ).json()
        return rows

    def watched(self) -> set[int]:
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment.items()}
        return Ledger.from_settings(Settings(_env_file=None, **values)).watched.projects()


@pytest.fixture
def office(
    label_studio: LabelStudioServer,
    redis_url: str,
    s3: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Office:
    monkeypatch.chdir(tmp_path)
    number = next(_titles)
    environment = {
        "LABEL_STUDIO_URL": label_studio.url,
        "LABEL_STUDIO_API_KEY": label_studio.token,
        "REDIS_URL": redis_url,
        "UPLOADER_URL": UPLOADER,
        "WEBHOOK_SECRET": _SECRET,
        **s3.make_bucket(f"init-{number}"),
    }
    return Office(label_studio, environment, Cli(monkeypatch, capsys), f"송장 & <검사> {number}")


def test_a_project_is_made_once(office: Office) -> None:
    """Given nothing, when `init` runs twice, then one project has all parts, and the second run changes nothing."""
    bucket = office.environment["BUCKET"]
    first = office.init(None, "--bucket", bucket)
    made = (office.project(), office.hooks(), office.storages())
    assert office.config() == labelling_xml().strip()
    assert [hook["url"] for hook in made[1]] == [f"{UPLOADER}/webhooks/label-studio?project={made[0]['id']}"]
    assert [row["bucket"] for row in made[2]] == [bucket.removeprefix("s3://")]
    assert made[0]["id"] in office.watched()
    assert f"{office.server.url}/projects/{made[0]['id']}/data" in first.out
    assert f"prelabel sync {made[0]['id']}" in first.out
    assert _SECRET not in first.out + first.err

    second = office.init(unicodedata.normalize("NFD", office.title), "--bucket", bucket)
    assert "nothing was changed" in second.out
    assert "nothing was changed" in office.init(made[0]["id"], "--bucket", bucket).out
    assert (office.project(), office.hooks(), office.storages()) == made


def test_objects_of_the_bucket_become_its_pages(office: Office, s3: S3Server) -> None:
    office.init(None, "--bucket", office.environment["BUCKET"], "--prefix", "scans")
    name = office.environment["BUCKET"].removeprefix("s3://")
    s3.client().put_object(Bucket=name, Key="scans/1.png", Body=b"\x89PNG")
    assert office.cli("sync", office.project()["id"], **office.environment).code == 0
    assert [page["data"]["image"] for page in office.server.pages(office.project()["id"])] == [
        f"s3://{name}/scans/1.png"
    ]
    assert f"prelabel enqueue {office.project()['id']}" in office.init().out


def test_a_folder_that_label_studio_sees(office: Office) -> None:
    """Given a local folder, then its storage is made once, and an image in it becomes a page."""
    folder = office.server.local_files / office.title.replace(" ", "-")
    there: dict[str, Any] = {"BUCKET": folder}
    assert [office.steps("--bucket", folder, **there)["storage"] for _ in range(2)] == ["created", "unchanged"]
    (folder / "processed" / "1.png").write_bytes(b"\x89PNG")
    assert office.cli("sync", office.project()["id"], **{**office.environment, **there}).code == 0
    assert len(office.server.pages(office.project()["id"])) == 1


def test_label_studio_accepts_labels_of_ones_own(office: Office) -> None:
    """Given names with all kinds of characters, then Label Studio's own check and its parser take them as they are."""
    xml = labelling_xml(STRANGE)
    assert office.server.api.post("/api/projects/validate/", json={"label_config": xml}).status_code == 204
    outcome = office.init(None, *itertools.chain.from_iterable(("--labels", label) for label in STRANGE))
    assert office.project()["parsed_label_config"]["label"]["labels"] == STRANGE
    assert "has no value ANSWER" in outcome.out
    assert "nothing was changed" in office.init(None, "--labels", "QUESTION,🧾").out
    assert office.steps("--labels", "QUESTION,TOTAL", code=2)["labelling configuration"] == "refused"


#: Where a run is killed: a function of `prelabel.project.set_up`, and whether before or after its work.
_KILLED = [
    ("create_project", "after"),
    ("wanted_storage", "before"),
    ("connect_webhook", "before"),
    ("_watch", "before"),
]


@pytest.mark.parametrize(("function", "moment"), _KILLED)
def test_a_run_that_was_killed_is_completed(office: Office, redis_url: str, function: str, moment: str) -> None:
    """Given a run that was killed between two steps, when `init` runs again, then all parts are there, each once."""
    code = (
        "import os, sys\n"
        "import prelabel.project.set_up as steps\n"
        f"real = steps.{function}\n"
        "def killed(*args, **kw):\n"
        f"    if {moment == 'after'!r}: real(*args, **kw)\n"
        "    os.kill(os.getpid(), 9)\n"
        f"steps.{function} = killed\n"
        "from prelabel.cli import main\n"
        "main()\n"
    )
    args = [sys.executable, "-c", code, "init", office.title, "--bucket", office.environment["BUCKET"]]
    done = subprocess.run(args, env=os.environ | office.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(office.projects()) == 1
    with redis.Redis.from_url(redis_url) as client:  # the lock of a dead process is free after 20 s
        client.delete(*client.keys("*:lock:init"))
    office.init(None, "--bucket", office.environment["BUCKET"])
    assert (len(office.projects()), len(office.hooks()), len(office.storages())) == (1, 1, 1)
    assert office.config() == labelling_xml().strip()
    assert office.project()["id"] in office.watched()


def test_two_at_once_make_one_project(office: Office) -> None:
    args = [sys.executable, "-c", "from prelabel.cli import main; main()", "init", office.title]
    runs = [
        subprocess.Popen(args, env=os.environ | office.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, out + err
    assert len(office.projects()) == len(office.hooks()) == 1


def test_an_empty_project_gets_its_configuration(office: Office) -> None:
    """Given a project that somebody made by a click, then it gets the labelling configuration, and keeps its pages."""
    number = office.server.create_project(office.title, "<View></View>")
    office.server.import_pages(number, [{"image": "/data/upload/1.png"}])
    assert office.steps()["labelling configuration"] == "updated"
    assert office.config() == labelling_xml().strip()
    assert len(office.server.pages(number)) == 1


@pytest.mark.parametrize(
    ("xml", "outcome", "code"),
    [
        (POLYGONS_XML, "unchanged", 0),
        (RECTANGLE_LABELS_XML, "incomplete", 0),
        (
            '<View><Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="x"/></Choices></View>',
            "refused",
            2,
        ),
    ],
)
def test_an_existing_configuration_is_checked_and_kept(office: Office, xml: str, outcome: str, code: int) -> None:
    number = office.server.create_project(office.title, xml)
    assert office.steps(which=number, code=code)["labelling configuration"] == outcome
    assert office.config() == xml.strip()
    if code:
        assert "--replace" in office.init(code=2).out
    assert office.steps("--replace")["labelling configuration"] == "updated"
    assert office.config() == labelling_xml().strip()


def _annotate(server: LabelStudioServer, page: int) -> None:
    server.api.post(f"/api/tasks/{page}/annotations/", json={"result": []}).raise_for_status()


def _skip(server: LabelStudioServer, page: int) -> None:
    server.api.post(f"/api/tasks/{page}/annotations/", json={"result": [], "was_cancelled": True}).raise_for_status()


def _draft(server: LabelStudioServer, page: int) -> None:
    server.api.post(f"/api/tasks/{page}/drafts", json={"result": []}).raise_for_status()


@pytest.mark.parametrize("work", [_annotate, _skip, _draft])
def test_a_configuration_under_the_work_of_people_is_not_replaced(
    office: Office, work: Callable[[LabelStudioServer, int], None]
) -> None:
    number = office.server.create_project(office.title, RECTANGLE_LABELS_XML)
    (page,) = office.server.import_pages(number, [{"image": "/data/upload/1.png"}])
    work(office.server, page)
    refused = office.init(None, "--replace", code=2)
    assert "make a new project" in refused.out
    assert office.config() == RECTANGLE_LABELS_XML.strip()
    assert len(office.hooks()) == 1, "the other steps go on"


def test_a_title_that_two_projects_have(office: Office) -> None:
    """Given two projects of one title, then one line asks for the id, and nothing is made."""
    ids = [office.server.create_project(title, labelling_xml()) for title in (office.title, office.title)]
    assert f"{ids[0]}, {ids[1]}" in office.init(code=2).error_line()
    assert len(office.projects()) == 2
    assert office.init(ids[1]).code == 0


@pytest.mark.parametrize("title", ["ab", "x" * 51, "  ", "a\x07bc"])
def test_a_title_that_label_studio_refuses(office: Office, title: str) -> None:
    assert "3 to 50" in office.init(title, code=2).error_line()


def test_a_number_is_an_id(office: Office) -> None:
    assert "no project 987654" in office.init("987654", code=2).error_line()


def test_without_redis_nothing_is_made(office: Office) -> None:
    assert "Redis does not answer" in office.init(code=2, REDIS_URL=f"redis://{NOWHERE}/0").error_line()
    assert office.projects() == []


def test_webhooks_need_the_secret(office: Office) -> None:
    """Given no secret, then webhooks are left out, unless they are asked for: then nothing is made at all."""
    assert office.steps(WEBHOOK_SECRET="")["webhooks"] == "left out"
    assert "webhooks" not in office.steps("--no-webhook")
    assert office.hooks() == []
    asked = office.init(None, "--webhook", UPLOADER, code=2, WEBHOOK_SECRET="")
    assert "WEBHOOK_SECRET" in asked.error_line()


def test_without_watching(office: Office) -> None:
    assert "watch" not in office.steps("--no-watch")
    assert office.project()["id"] not in office.watched()


def test_a_missing_storage_is_named(office: Office) -> None:
    assert office.steps(STORAGE_TITLE="documents")["storage"] == "incomplete"
    assert office.steps("--bucket", office.environment["BUCKET"], STORAGE_TITLE="documents")["storage"] == "created"
    assert office.steps(STORAGE_TITLE="documents")["storage"] == "unchanged"
    missing = office.init(None, "--bucket", "s3://not-there", code=2)
    assert "cannot reach" in missing.out


def test_a_server_that_calls_no_private_address(
    office: Office, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given Label Studio's own default, then webhook and storage are refused with the cure, and the rest is done."""
    with LabelStudioServer(tmp_path / "strict", environment={"SSRF_PROTECTION_ENABLED": "true"}) as strict:
        environment = office.environment | {
            "LABEL_STUDIO_URL": strict.url,
            "LABEL_STUDIO_API_KEY": strict.token,
        }
        there = Office(strict, environment, office.cli, office.title)
        done = there.init(None, "--bucket", environment["BUCKET"], code=2)
        refused = [line for line in done.out.splitlines() if line.startswith("✗")]
        assert [line.split()[1] for line in refused] == ["storage:", "webhooks:"]
        assert all("SSRF_PROTECTION_ENABLED" in line for line in refused)
        assert "--no-webhook" in refused[1]
        nameless = there.init(None, "--webhook", "http://uploader.not-there.internal:8000", code=2)
        assert "host name" in nameless.out
        assert there.project()["id"] in there.watched()
        assert there.init(None, "--no-webhook").code == 0
