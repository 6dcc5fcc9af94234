"""`dataset:PROJECT[@VERSION]` for trainings and evaluations: the right split, and always the same version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prelabel.corrections.manifest import Split
from prelabel.corrections.store import DataSet
from prelabel.errors import SettingError
from prelabel.evaluation import kie_data
from prelabel.evaluation.kie_data import is_folder, read_pages
from prelabel.settings import Settings, get_settings
from prelabel.training.sources import fixed, parse, parse_valid, split
from prelabel.workplace import Workplace
from tests.support.annotated_project import annotated
from tests.support.cli_runs import NOWHERE
from tests.support.data_sets import entry, manifest
from tests.support.invoices import invoice

SPLITS: tuple[Split, ...] = ("train", "train", "valid", "evaluation", "waiting")


@pytest.fixture
def data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataSet]:
    """Yield a data set of version 1 with pages 1 to 5, one of each of `SPLITS`, and version 2 without page 1."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", f"http://{NOWHERE}")
    monkeypatch.setenv("PRELABEL_BUCKET", str(tmp_path))
    get_settings.cache_clear()
    made = DataSet.of(Workplace(Settings()), 6)
    pages = [entry(n, split=each, content=made.keep(invoice(n))) for n, each in enumerate(SPLITS, 1)]
    assert made.add(manifest(*pages))
    assert made.add(manifest(*pages[1:], number=2))
    yield made
    get_settings.cache_clear()


@pytest.mark.usefixtures("data_set")
def test_trainings_learn_from_train_and_validate_with_valid() -> None:
    source = parse("dataset:6@1=0.5")
    training, judge = split(source)
    assert (source.share, [each.name for each in training.annotated or ()]) == (0.5, ["page 1", "page 2"])
    assert [each.name for each in judge.annotated or ()] == ["page 3"]
    assert [each.name for each in parse_valid("dataset:6").annotated or ()] == ["page 3"]
    assert [each.name for each in parse("dataset:6").annotated or ()] == ["page 2"]


def test_the_pages_of_a_training_never_judge_it(data_set: DataSet) -> None:
    assert data_set.add(manifest(entry(1, content=data_set.keep(invoice(1))), number=3))
    with pytest.raises(SettingError, match="dataset:6 keeps no page for validation"):
        parse_valid("dataset:6")


def test_a_training_names_the_version_that_it_means(data_set: DataSet) -> None:
    assert fixed("dataset:6=0.5") == "dataset:6@2=0.5"
    assert data_set.add(replace(data_set.version(1), number=3))
    assert (fixed("dataset:6"), fixed("dataset:6@2"), fixed("synthetic:ko=0.3")) == (
        "dataset:6@3",
        "dataset:6@2",
        "synthetic:ko=0.3",
    )


@pytest.mark.usefixtures("data_set")
def test_evaluations_judge_by_the_evaluation_set() -> None:
    assert [each.name for each in read_pages("dataset:6")] == ["page 4"]
    assert not is_folder("dataset:6")


def test_an_evaluation_set_labelled_from_predictions_is_told(
    data_set: DataSet, caplog: pytest.LogCaptureFixture
) -> None:
    page = entry(4, split="evaluation", content=data_set.keep(invoice(4)))
    assert data_set.add(manifest(replace(page, labelled="checked_twice"), number=3))
    assert data_set.add(manifest(replace(page, labelled="from_prediction"), number=4))
    read_pages("dataset:6@3")
    assert not caplog.records
    read_pages("dataset:6")
    assert "1 of 1 pages of the evaluation set were labelled from a prediction" in caplog.text
    assert kie_data.fixed("dataset:6") == "dataset:6@4"


def test_an_evaluation_set_that_is_empty_is_one_line(data_set: DataSet) -> None:
    assert data_set.add(manifest(entry(1), number=3))
    with pytest.raises(SettingError, match="dataset:6 has no evaluation set"):
        read_pages("dataset:6")


@pytest.mark.usefixtures("data_set")
@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("dataset:", "no source of pages"),
        ("dataset:six", "name a project, such as dataset:6"),
        ("dataset:6@0", "name a project"),
        ("dataset:6@9", "no version 9"),
        ("dataset:7", "project 7 has no data set"),
    ],
)
def test_what_is_no_data_set_is_one_line(source: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        parse(source)


def test_an_export_is_judged_as_well(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([annotated(1), annotated(2)]), "utf-8")
    assert [len(each.page.entities or ()) for each in read_pages(f"export:{file}")] == [4, 4]


def test_an_export_without_regions_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([annotated(1) | {"annotations": [{"id": 1, "result": []}]}]), "utf-8")
    with pytest.raises(SettingError, match="no annotation of its pages has a region"):
        read_pages(f"export:{file}")
