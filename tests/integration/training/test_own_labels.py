"""A tagger for labels of a project's own, from ten annotated pages, by the command with its defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prelabel.evaluation.scores import Scores, set_scores
from prelabel.kie.extract import extract, tag
from prelabel.page import Page
from prelabel.project.models import load, with_models
from prelabel.training import sources
from prelabel.training.project_pages import read_project
from tests.support.annotated_project import PROJECT, AnnotatedProject
from tests.support.cli_runs import Cli
from tests.support.invoices import FIELDS, invoice


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AnnotatedProject:
    """Return a project of ten annotated invoices, which the command reads."""
    made = AnnotatedProject(tmp_path / "bucket", 10)

    def read(_: Path) -> Any:
        with made.workplace() as workplace:
            return read_project(PROJECT, workplace)

    monkeypatch.setitem(sources._READERS, "project", read)
    return made


def fields(page: Page) -> set[tuple[str, str]]:
    return {(pair.key, pair.value) for pair in page.key_values or ()}


@pytest.mark.slow
def test_ten_pages_are_enough_to_begin_with(project: AnnotatedProject, tmp_path: Path, cli: Cli) -> None:
    done = cli("train", "ser", "--project", str(PROJECT), "--out", tmp_path / "run")
    assert done.code == 0, done.err
    assert f'[project.{PROJECT}] ser = "{tmp_path}/run/best"' in done.out

    own = project.settings.for_project(PROJECT).model_copy(update={"ser": str(tmp_path / "run" / "best")})
    models = load(with_models(project.settings, own))
    assert {*models.announcement.labels} == {*FIELDS, "OTHER"}
    total = Scores(0, 0, 0)
    for seed in range(1000, 1060):
        page = invoice(seed)
        read = extract(page, tag(page, models.tagger), models.tagger.tags, linker=models.linker, link_threshold=0.0)
        wanted = {(e.label, " ".join(page.words[i].text for i in e.words)) for e in page.entities or ()}
        total += set_scores(fields(read), wanted)
    print(f"field F1 of 60 other pages: {100 * total.f1:.1f}")  # the figure in docs/how-to/own-labels.md
    assert total.f1 > 0.8


def test_a_part_of_the_labels_is_learned_alone(project: AnnotatedProject, tmp_path: Path, cli: Cli) -> None:
    few = ("--epochs", "1", "--pages-per-epoch", "4", "--labels", "TOTAL,INVOICE_DATE")
    done = cli("train", "ser", "--project", str(PROJECT), "--out", tmp_path / "run", *few)

    assert done.code == 0, done.err
    assert "project:6: 9 pages: CUSTOMER_NAME 9, INVOICE_DATE 9, INVOICE_NUMBER 9, TOTAL 9" in done.out
    own = project.settings.for_project(PROJECT).model_copy(update={"ser": str(tmp_path / "run" / "best")})
    assert {*load(with_models(project.settings, own)).announcement.labels} == {"TOTAL", "INVOICE_DATE", "OTHER"}
    wrong = cli("train", "ser", "--project", str(PROJECT), "--out", tmp_path / "other", "--labels", "SUM")
    assert "the data have none of --labels SUM; they have CUSTOMER_NAME" in wrong.error_line()
