"""`prelabel dataset list|show|diff`: as tables and as JSON, and one line for what is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prelabel.corrections.manifest import LeftOut
from prelabel.corrections.store import DataSet
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.cli_runs import NOWHERE, Cli, Outcome
from tests.support.data_sets import entry, manifest

Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    cli = Cli(monkeypatch, capsys)
    return lambda *args: cli("dataset", *args, LABEL_STUDIO_URL=f"http://{NOWHERE}", PRELABEL_BUCKET=tmp_path)


@pytest.fixture
def two_versions(tmp_path: Path) -> None:
    settings = Settings(label_studio_url=f"http://{NOWHERE}", bucket=str(tmp_path), _env_file=None)
    data_set = DataSet.of(Workplace(settings), 6)
    first = manifest(entry(1), entry(2, split="evaluation"), entry(3))
    not_used = entry(4, labels={"[b]": 2}, split="waiting", not_used={"link": 2, "kind of a newer release": 1})
    second = manifest(
        *(entry(1, content="1" * 64), first.pages[1], not_used), number=2, left_out=(LeftOut(9, "it is empty"),)
    )
    assert data_set.add(first)
    assert data_set.add(second)


@pytest.mark.usefixtures("two_versions")
def test_versions_are_listed(run: Run) -> None:
    assert [row.split()[-4:] for row in run("list", 6).out.splitlines()[1:]] == [
        ["3", "2", "0", "1"],
        ["3", "1", "0", "1"],
    ]
    assert run("list", 6, "--json").json()[0]["splits"] == {"train": 2, "evaluation": 1}


@pytest.mark.usefixtures("two_versions")
def test_a_version_is_shown_with_what_a_person_should_know(run: Run) -> None:
    seen = run("show", 6)
    assert (seen.code, "version 2 of project 6" in seen.out, "[b]" in seen.out) == (0, True, True)
    for told in (
        "1 page of the evaluation set was labelled from a prediction by one person only",
        "not used: links to unused regions (2)",
        "page 9 is left out: it is empty",
    ):
        assert told in seen.err
    assert "1 page of documents of the evaluation set came later and is not used" in seen.out
    assert "version 1 of project 6" in run("show", 6, 1).out
    [made] = run("show", 6, "--json").json()
    assert [page["split"] for page in made["page_list"]] == ["train", "evaluation", "waiting"]
    assert (made["evaluation_labelled"], made["left_out"]) == (
        {"from_prediction": 1},
        [{"task_id": 9, "reason": "it is empty"}],
    )


@pytest.mark.usefixtures("two_versions")
def test_two_versions_are_compared(run: Run) -> None:
    seen = run("diff", 6).out
    assert "pages added 1, changed 1, removed 1" in seen
    assert "changed: 1 (content)" in seen
    [made] = run("diff", 6, 2, 1, "--json").json()
    assert (made["added"], made["removed"], made["labels"]["[b]"]) == ([3], [4], {"old": 2, "new": 0})


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("show", 6, 3), "no version 3"),
        (("diff", 6, 1, 7), "no version 7"),
        (("show", 7), "project 7 has no data set: `prelabel export 7`"),
        (("diff", 7), "project 7 has no data set"),
    ],
)
def test_versions_that_are_not_there_are_one_line(run: Run, args: tuple[object, ...], says: str) -> None:
    seen = run(*args)
    assert seen.code == 2
    assert says in seen.error_line()


def test_a_project_without_versions_is_no_error_in_the_list(run: Run) -> None:
    assert run("list", 6).out == "no version yet; prelabel export 6\n"
    assert run("list", 6, "--json").out == ""
