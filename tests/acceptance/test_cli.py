"""`prelabel doctor` and `prelabel enqueue` on a real Label Studio and a real Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devstack.label_studio import LabelStudioServer
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.settings import Settings
from tests.support.cli_runs import NOWHERE, Cli, Outcome
from tests.support.labelling_configs import RECTANGLE_LABELS_XML, RECTANGLES_XML

CASES = Path(__file__).parents[1] / "unit" / "labelstudio" / "controls" / "cases"
NO_IMAGE_XML = '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="a"/></Choices></View>'


def read_case(name: str) -> str:
    """Return a configuration that was read wrongly once."""
    return (CASES / f"{name}.xml").read_text("utf-8")


class Shell:
    """Command line with the settings of the two servers."""

    def __init__(self, cli: Cli, server: LabelStudioServer, redis_url: str) -> None:
        self.settings = {
            "LABEL_STUDIO_URL": server.url,
            "LABEL_STUDIO_API_KEY": server.token,
            "REDIS_URL": redis_url,
        }
        settings = Settings(redis_url=redis_url, label_studio_url=server.url)
        self.ledger = Ledger.from_settings(settings)
        self._cli = cli

    def __call__(self, *args: object, **other: object) -> Outcome:
        return self._cli(*args, **self.settings | other)

    def doctor(self, *args: object, **other: object) -> tuple[int, dict[str, list[dict[str, Any]]]]:
        """Run `prelabel doctor`; return its exit code and its checks by name."""
        outcome = self("doctor", "--json", *args, **other)
        assert not outcome.err
        assert self.settings["LABEL_STUDIO_API_KEY"] not in outcome.out
        checks: dict[str, list[dict[str, Any]]] = {}
        for check in outcome.json():
            checks.setdefault(check["name"], []).append(check)
        return outcome.code, checks


@pytest.fixture
def shell(
    label_studio: LabelStudioServer,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(Cli(monkeypatch, capsys), label_studio, redis_url)


@pytest.fixture
def workers(shell: Shell) -> Iterator[None]:
    """Sign in one worker of each kind."""
    kinds = ("io", "cpu", "gpu")
    for kind in kinds:
        tagger = Announcement("compact", "0" * 12, ("QUESTION",)) if kind == "gpu" else None
        shell.ledger.workers.sign_in(WorkerInfo(f"{kind}-1", kind, time.time(), tagger), every_s=60)
    yield
    for kind in kinds:
        shell.ledger.workers.sign_off(f"{kind}-1")


@pytest.mark.usefixtures("workers")
def test_doctor_finds_all_good(shell: Shell, project: Callable[..., int]) -> None:
    first = project(RECTANGLES_XML)
    code, checks = shell.doctor(first)
    wrong = [check for found in checks.values() for check in found if check["state"] == "wrong"]
    assert (code, wrong) == (0, [])
    assert "personal access token, refreshed and accepted" in checks["token"][0]["detail"]
    assert checks[f"project {first}"][0]["state"] == "ok"
    assert checks["redis disk"][0]["state"] == "warning"  # the tests' Redis keeps nothing
    assert checks["workers"][0]["detail"] == "alive: io 1, cpu 1, gpu 1"
    assert "✓ label studio: " in shell("doctor").out


def test_doctor_says_what_a_configuration_lacks(shell: Shell, project: Callable[..., int]) -> None:
    plain, useless, by_label = project(RECTANGLE_LABELS_XML), project(NO_IMAGE_XML), project(read_case("when_label"))
    code, checks = shell.doctor(plain, useless, by_label, 987654)
    assert code == 2
    assert checks[f"project {plain}"][0]["state"] == "warning"
    assert "TextArea" in checks[f"project {plain}"][0]["detail"]
    assert checks[f"project {useless}"][0]["state"] == "wrong"
    assert "no Image control" in checks[f"project {useless}"][0]["detail"]
    assert "Submit would lose them" in checks[f"project {by_label}"][0]["detail"]
    assert 'texts of QUESTION in "qtext"' in checks[f"project {by_label}"][-1]["detail"]
    assert "no project 987654" in checks["project 987654"][0]["detail"]


@pytest.mark.parametrize(("case", "says"), [("repeater", "Repeater on="), ("dyn_labels", 'value="$labels"')])
def test_what_is_not_read_is_refused_at_once(shell: Shell, project: Callable[..., int], case: str, says: str) -> None:
    project_id = project(read_case(case))
    outcome = shell("enqueue", project_id)
    assert outcome.code == 2
    assert says in outcome.error_line()
    _, checks = shell.doctor(project_id)
    assert checks[f"project {project_id}"][0]["state"] == "wrong"
    assert says in checks[f"project {project_id}"][0]["detail"]


@pytest.mark.parametrize(
    ("settings", "name", "says"),
    [
        ({"LABEL_STUDIO_URL": ""}, "label studio", "LABEL_STUDIO_URL is not set"),
        ({"LABEL_STUDIO_URL": f"http://{NOWHERE}"}, "label studio", "does not answer"),
        ({"LABEL_STUDIO_API_KEY": "0" * 40}, "token", "LABEL_STUDIO_API_KEY"),
        ({"REDIS_URL": f"redis://:hunter2@{NOWHERE}/0"}, "redis", "Redis does not answer"),
        ({"REDIS_URL": "localhost"}, "redis", "REDIS_URL is not a Redis address"),
        ({"BUCKET": "s3://pages", "S3_ACCESS_KEY": "AKIA"}, "bucket", "belong together"),
        ({"LANGUAGES": "eng+xyz"}, "ocr", "xyz"),
        ({"LAYOUTLM_MODEL": "/no/model"}, "tagger", "no model folder /no/model"),
    ],
)
def test_doctor_says_what_is_wrong_and_goes_on(shell: Shell, settings: dict[str, str], name: str, says: str) -> None:
    code, checks = shell.doctor(**settings)
    assert code == 2
    assert checks[name][0]["state"] == "wrong"
    assert says in checks[name][0]["detail"]
    assert {"redis", "ocr", "tagger"} <= set(checks)
    assert "hunter2" not in str(checks)


def test_doctor_at_a_server_that_is_no_label_studio(shell: Shell, label_studio: LabelStudioServer) -> None:
    code, checks = shell.doctor(LABEL_STUDIO_URL=f"{label_studio.url}/nowhere")
    assert code == 2
    assert "correct LABEL_STUDIO_URL" in str(checks)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"LABEL_STUDIO_API_KEY": "0" * 40}, "LABEL_STUDIO_API_KEY"),
        ({"LABEL_STUDIO_URL": f"http://{NOWHERE}"}, "does not answer"),
        ({"REDIS_URL": f"redis://:hunter2@{NOWHERE}/0"}, "Redis does not answer"),
        ({}, "no project 987654"),
    ],
)
def test_enqueue_says_what_is_wrong_in_one_line(
    shell: Shell, project: Callable[..., int], settings: dict[str, str], says: str
) -> None:
    outcome = shell("enqueue", project() if "REDIS_URL" in settings else 987654, **settings)
    assert outcome.code == 2
    assert says in outcome.error_line()
    assert "hunter2" not in outcome.err


def test_enqueue_names_the_run_and_the_missing_workers(shell: Shell, project: Callable[..., int]) -> None:
    outcome = shell("enqueue", project(), "--json")
    assert outcome.code == 0
    [run] = outcome.json()
    assert "celery -A workers.cpu worker" in outcome.err
    [status] = shell("status", run["project_id"], "--run", run["run_id"], "--json").json()
    assert status["finished"] is False  # nobody has listed its pages
