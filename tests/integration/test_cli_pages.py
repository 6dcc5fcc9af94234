"""`prelabel status` and `prelabel failed` on a real Redis."""

from __future__ import annotations

import csv
import io
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from prelabel.errors import ImageMissing, OcrFailed, PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.stages import STAGES, Stage
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.ocr.versions import engine_names
from prelabel.page import Page, PageRef
from prelabel.project.version import pipeline_version
from prelabel.settings import Settings
from tests.support.cli_runs import Cli, Outcome, program

_servers = itertools.count()
BLANK = Page(100, 50, 100, 50)


class Project:
    """Project 6 of its own server, and the command line with its settings."""

    def __init__(self, redis_url: str, cli: Cli) -> None:
        self.settings: dict[str, Any] = {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": f"http://server-{next(_servers)}.example",
            "LABEL_STUDIO_API_KEY": "0" * 40,
        }
        settings = Settings(redis_url=redis_url, label_studio_url=self.settings["LABEL_STUDIO_URL"])
        self.own = settings.for_project(6)
        self.ledger = Ledger.from_settings(settings)
        self._cli = cli

    def run(self, *args: object, code: int = 0) -> Outcome:
        outcome = self._cli(*args, **self.settings)
        assert outcome.code == code, outcome.err
        return outcome

    def page(
        self, task_id: int, *, stage: Stage = "ocr", error: PrelabelError | None = None, done: bool = False
    ) -> None:
        """Put a page into the ledger that has reached `stage`, failed there, or is done."""
        found = self.ledger.pages.claim(
            PageRef(6, task_id, f"/data/{task_id}.png"), "v1", lease_s=60, listed_at=self.ledger.now()
        )
        assert found is not None
        claim = found[0]
        for before, now in zip((None, *STAGES), STAGES, strict=False):
            if before is not None:
                self.ledger.pages.advance(claim, now, BLANK, lease_s=60, ttl_s=60, seconds={})
            self.ledger.leases.begin(claim, now, "worker")
            if now == stage and not done:
                break
        if error:
            self.ledger.leases.fail(claim, stage, error, attempts=3)
        elif done:
            self.ledger.pages.finish(claim, seconds={})


@pytest.fixture
def project(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(redis_url, Cli(monkeypatch, capsys))


@pytest.fixture
def failures(project: Project) -> Project:
    project.page(1, error=ImageMissing("/data/1.png is not there: upload it again"))
    project.page(2, error=OcrFailed("the engine crashed"))
    project.page(3, stage="extract", error=OcrFailed("words are gone"))
    return project


def test_an_unknown_project_says_how_to_begin(project: Project) -> None:
    assert "prelabel enqueue 6" in project.run("status", 6).out


def test_status_before_the_first_page(project: Project) -> None:
    """Given a project that is enqueued, then its selection is coming, failed with a reason, or found no page."""
    runs = project.ledger.runs
    run = runs.create(6)
    coming = project.run("status", 6, "--once")
    assert "the first selection of pages of project 6 is coming" in coming.out
    assert "no io worker is alive; start one" in coming.err
    [shown] = project.run("status", 6, "--json").json()
    assert (shown["listed"], shown["finished"]) == (False, False)

    def ends() -> None:
        runs.set_problem(6, "the labelling configuration has no boxes: add one")
        runs.abort(run, "the labelling configuration has no boxes: add one")

    later = threading.Timer(0.7, ends)
    later.start()
    told = "no new pages are selected: the labelling configuration has no boxes: add one"
    assert told in project.run("status", 6).out
    later.join()
    told = "no page of project 6 can be selected: the labelling configuration has no boxes: add one; once that is"
    assert told in project.run("status", 6).out
    assert "has no boxes: add one" in project.run("status", 6, "--run", run, code=2).error_line()

    run = runs.create(6)
    assert "no boxes" not in project.run("status", 6, "--once").out
    runs.open(run, 6, [], listed_at=project.ledger.now())
    runs.set_unclaimed(6, 0)
    assert project.run("status", 6).out == "project 6 has no page that waits for a prediction\n"


def test_a_new_run_of_a_project_that_is_done_is_waited_for(project: Project) -> None:
    project.page(1, done=True)
    run = project.ledger.runs.create(6)
    [shown] = project.run("status", 6, "--json").json()
    assert (shown["done"], shown["listed"], shown["finished"]) == (1, False, False)
    project.ledger.runs.open(run, 6, [], listed_at=project.ledger.now())
    assert project.run("status", 6).out.rstrip().endswith("finished")


def test_status_of_a_watched_project_before_its_first_selection(project: Project) -> None:
    project.ledger.watched.add(6)
    assert "the first selection of pages of project 6 is coming" in project.run("status", 6).out


def test_status_counts_pages_by_stage(project: Project) -> None:
    project.page(1)
    project.page(2, stage="extract")
    project.page(3, done=True)
    [shown] = project.run("status", 6, "--json").json()
    assert shown["total"] == 3
    assert {k: shown[k] for k in ("queued", "ocr", "extract", "upload", "done", "failed", "skipped")} == {
        "queued": 0, "ocr": 1, "extract": 1, "upload": 0, "done": 1, "failed": 0, "skipped": 0,
    }  # fmt: skip
    assert shown["finished"] is False
    once = project.run("status", 6, "--once").out
    assert "1/3 pages, 33 %" in once
    assert "ocr 1  extract 1  upload 0  done 1" in once


def test_status_follows_a_project_to_its_end(project: Project) -> None:
    """Given a page at work, when it is done while we watch, then watching ends."""
    project.page(1, done=True)
    held = project.ledger.pages.claim(PageRef(6, 2, "/data/2.png"), "v1", lease_s=60, listed_at=project.ledger.now())
    assert held is not None
    later = threading.Timer(0.7, project.ledger.pages.skip, args=(held[0], "gone"))
    later.start()
    shown = project.run("status", 6).out
    later.join()
    assert shown.splitlines()[-1].startswith("queued 0  ocr 0  extract 0  upload 0  done 1  failed 0  skipped 1")


def test_pause_resume_and_cancel(project: Project) -> None:
    project.page(1)
    project.page(2, done=True)
    assert "to continue: prelabel resume 6" in project.run("pause", 6).out
    assert "ocr 1  extract 0  upload 0  done 1  failed 0  skipped 0" in project.run("status", 6, "--once").out
    assert project.run("status", 6, "--once").out.rstrip().endswith("paused")
    assert project.run("resume", 6, "--json").json() == [{"project_id": 6, "was": "paused"}]
    assert project.run("resume", 6).out == "project 6 was not paused\n"
    assert project.run("cancel", 6, "--json").json() == [{"project_id": 6, "released": 1}]
    assert "was cancelled before" in project.run("pause", 6).out
    assert project.run("status", 6).out.rstrip().endswith("cancelled"), "there is nothing to wait for"
    [shown] = project.run("status", 6, "--json").json()
    assert (shown["total"], shown["cancelled"], shown["halted"], shown["finished"]) == (2, 1, "cancelled", True)


def test_ctrl_c_while_watching(project: Project, tmp_path: Path) -> None:
    project.page(1)
    child = subprocess.Popen(
        [sys.executable, "-c", "from prelabel.cli import main; main(['status', '6'])"],
        cwd=tmp_path,
        env=os.environ | project.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert "ocr 1" in child.stdout.readline()
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "Traceback" not in err


def test_failed_list_filters_and_show(failures: Project) -> None:
    assert [row["task_id"] for row in failures.run("failed", "list", 6, "--json").json()] == [1, 2, 3]
    [row] = failures.run("failed", "list", 6, "--reason", "image_missing", "--json").json()
    assert row["message"] == "/data/1.png is not there: upload it again"
    assert row["attempts"] == 3
    [row] = failures.run("failed", "list", 6, "--stage", "extract", "--json").json()
    assert row["task_id"] == 3
    listed = failures.run("failed", "list", 6).out
    assert "image_missing" in listed
    assert "ocr_failed" in listed
    assert ImageMissing.cure.split(",", maxsplit=1)[0] in listed, "a row says what to do"
    shown = failures.run("failed", "show", 6, 2).out
    assert "the engine crashed" in shown
    assert "/data/2.png" in shown
    of_class = failures.run("failed", "list", 6, "--class", "transient", "--json").json()
    assert [(row["task_id"], row["class"], row["cure"]) for row in of_class] == [
        (task_id, "transient", OcrFailed.cure) for task_id in (2, 3)
    ]
    either = ["--reason", "image_missing", "--reason", "ocr_failed"]
    assert [row["task_id"] for row in failures.run("failed", "list", 6, *either, "--json").json()] == [1, 2, 3]


def test_the_failed_list_is_shown_in_parts(failures: Project) -> None:
    shown = failures.run("failed", "list", 6, "--limit", 2).out
    assert shown.splitlines()[-1] == "1 more: --skip 2, or `prelabel failed summary 6`"
    assert [row["task_id"] for row in failures.run("failed", "list", 6, "--skip", 2, "--json").json()] == [3]
    assert failures.run("failed", "list", 6, "--skip", 3).out == "project 6 has no more failed pages\n"


def test_the_summary_counts_by_reason_and_stage(failures: Project) -> None:
    sums = failures.run("failed", "summary", 6, "--json").json()
    assert {(s["reason"], s["stage"], s["pages"], s["class"]) for s in sums} == {
        ("image_missing", "ocr", 1, "permanent"), ("ocr_failed", "ocr", 1, "transient"),
        ("ocr_failed", "extract", 1, "transient"),
    }  # fmt: skip
    assert OcrFailed.cure[:40] in failures.run("failed", "summary", 6).out


def test_a_spreadsheet_opens_the_list_as_it_is(project: Project) -> None:
    project.page(1, error=ImageMissing('=HYPERLINK("http://evil.example","그림이 없다")'))
    project.page(2, error=OcrFailed("two\nlines, and a comma"))
    child = program("failed", "list", 6, "--csv", cwd=Path.cwd(), LC_ALL="C", **project.settings)
    assert child.code == 0, child.err
    assert child.out.startswith("\ufeff"), "the mark by which Excel knows UTF-8"
    first, second = csv.DictReader(io.StringIO(child.out.removeprefix("\ufeff"), newline=""))
    assert first["message"] == '\'=HYPERLINK("http://evil.example","그림이 없다")'
    assert (second["message"], second["task_id"], second["class"]) == ("two\nlines, and a comma", "2", "transient")


def test_failed_of_a_project_without_failures(project: Project) -> None:
    assert project.run("failed", "list", 6).out == "project 6 has no failed page\n"
    assert project.run("failed", "list", 6, "--json").out == ""
    assert project.run("failed", "retry", 6, "--all").out == "no page retried\n"
    outcome = project.run("failed", "show", 6, 1, code=2)
    assert "page 1 is not on the failed list of project 6" in outcome.error_line()


def test_retry_and_drop(failures: Project) -> None:
    told = "1 page retried; show progress: prelabel status 6\n"
    assert failures.run("failed", "retry", 6, 1).out == told
    assert failures.run("failed", "drop", 6, "--reason", "ocr_failed", "--json").json() == [{"dropped": 2}]
    assert failures.run("failed", "list", 6, "--json").json() == []
    assert failures.run("status", 6, "--json").json()[0]["skipped"] == 2
    assert failures.run("failed", "retry", 6, 2, 3, "--json").json() == [{"retried": 2}]


@pytest.mark.parametrize("args", [[], [1, "--all"], ["--all", "--stage", "ocr"]])
def test_which_pages_must_be_said_in_one_way(failures: Project, args: list[object]) -> None:
    assert "say which pages" in failures.run("failed", "drop", 6, *args, code=2).error_line()
    assert len(list(failures.ledger.failed_list.pages(6))) == 3


def test_failures_and_progress_are_korean_where_the_locale_asks_for_it(failures: Project) -> None:
    """Given failed pages, Korean commands say reason and cure in the uploader's words, aligned; JSON stays as it is."""
    english = failures.run("failed", "list", 6, "--json").out
    failures.settings["LC_ALL"] = "ko_KR.UTF-8"
    listed = failures.run("failed", "list", 6).out
    assert "페이지 이미지를 찾을 수 없습니다." in listed
    assert "문서를 다시 업로드해 주세요." in listed
    assert ImageMissing.cure not in listed
    head, *rows = listed.splitlines()
    assert head.split() == ["페이지", "단계", "사유", "시도", "시각", "문제와", "해결", "방법"]
    at = cell_len(head[: head.index("문제와")])
    first = next(row for row in rows if "페이지 이미지를" in row)
    assert cell_len(first[: first.index("페이지 이미지를")]) == at
    assert "실패 3" in failures.run("status", 6, "--once").out
    assert failures.run("failed", "list", 6, "--json").out == english
    assert "3페이지를 다시 처리합니다" in failures.run("failed", "retry", 6, "--all").out


def test_status_says_from_which_configurations_predictions_come(project: Project) -> None:
    own = project.own
    tagger = Announcement("compact", "1", ("QUESTION", "ANSWER"))
    engines = dict.fromkeys(engine_names(own), "5")
    current = pipeline_version(own, tagger, engines)
    project.page(1, done=True)
    assert "come from" not in project.run("status", 6, "--once").out, "one configuration, and nothing newer is known"
    project.ledger.workers.sign_in(WorkerInfo("g", "gpu", 1.0, tagger), every_s=60)
    project.ledger.workers.sign_in(WorkerInfo("c", "cpu", 1.0, None, engines), every_s=60)
    project.ledger.versions.note(6, {2: current, 3: current})
    project.ledger.versions.set_hidden_by(6, "easyocr-1")
    said = project.run("status", 6, "--once").out
    assert f"predictions come from {current} (2 pages, the present one), v1 (1 pages)" in said
    assert "prelabel enqueue 6 --again" in said
    assert 'the label stream shows the predictions of "easyocr-1"' in said
    found = project.run("status", 6, "--json").json()[0]["configurations"]
    assert found == {"pages": {current: 2, "v1": 1}, "current": current, "older": 1, "hidden_by": "easyocr-1"}
    project.ledger.versions.note(6, {1: current})
    project.ledger.versions.set_hidden_by(6, "")
    said = project.run("status", 6, "--once").out
    assert "come from" not in said
    assert "--again" not in said


def test_results_say_from_which_configurations_predictions_come(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = ["prelabel-a-1-1", "prelabel-a-1-1", "prelabel-b-2-2", "easyocr-1", None]
    pages = [{"page": 1, "source": "prediction", "model_version": each} for each in made]
    pages += [{"page": 1, "source": "annotation", "model_version": "prelabel-c-3-3"}]
    documents = [
        {"id": str(n), "name": "", "fields": [], "tables": [], "pages": [each]} for n, each in enumerate(pages)
    ]
    monkeypatch.setattr("prelabel.results.read.read_results", lambda *_, **__: iter(documents))
    monkeypatch.setattr("prelabel.project.configurations.present_version", lambda *_: "prelabel-a-1-1")
    told = project.run("results", 6, "--format", "jsonl", "-o", tmp_path / "out").err
    assert (
        "predictions come from prelabel-a-1-1 (2 pages, the present one), prelabel-b-2-2 (1 pages); 1 page would"
        in told
    )
    monkeypatch.setattr("prelabel.project.configurations.present_version", lambda *_: "")
    assert "would be predicted" not in project.run("results", 6, "-o", tmp_path / "out.jsonl").err
    assert project.run("results", 6, "-q", "-o", tmp_path / "out.jsonl").err == ""
    documents[2:] = []
    assert project.run("results", 6, "-o", tmp_path / "out.jsonl").err == ""
