"""`prelabel models ...` without a server: versions of a project in a folder, the gate, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prelabel.datasets.funsd import write_annotations
from prelabel.registry.model_files import MODELS
from synthetic import generate
from tests.support.cli_runs import NOWHERE, Cli
from tests.support.planted_models import renamed_tagger

#: The fewest pages that the gate decides on.
PAGES = 20


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)  # no .env of the developer
    return Cli(monkeypatch, capsys)


def test_the_way_of_a_version_to_champion_and_back(cli: Cli, tmp_path: Path) -> None:
    servers = {"REDIS_URL": f"redis://{NOWHERE}/0", "LABEL_STUDIO_URL": f"http://{NOWHERE}"}
    settings = {**servers, "MODELS_CACHE": str(tmp_path / "cache"), "BUCKET": str(tmp_path / "bucket")}

    def models(*args: object, code: int = 0) -> Any:
        outcome = cli("models", *args, "--json", **settings)
        assert outcome.code == code, outcome.err
        return outcome.json() or outcome.err

    # Given frozen pages, a champion that swaps questions and answers, and a challenger that does not
    frozen = tmp_path / "frozen"
    for seed in range(PAGES):
        write_annotations(frozen, f"page-{seed:02}", generate(seed).page)
    swapped = renamed_tagger(tmp_path / "swapped", ANSWER="XXX", QUESTION="ANSWER", XXX="QUESTION")
    [first] = models("push", 6, swapped, "--data", "export:a.json", "--why", "first try")
    [second] = models("push", 6, MODELS / "compact", MODELS / "linker")
    assert [(v["number"], v["parent"], v["aliases"]) for v in (first, second)] == [
        (1, None, ["challenger"]),
        (2, None, ["challenger"]),
    ]
    assert (first["data"], first["why"]) == ("export:a.json", "first try")
    assert len(first["files"]) == len(second["files"]), "the linker of the settings is kept with it"
    # Then nobody is promoted without the gate or a reason
    assert "say either --data SOURCE" in models("promote", 6, code=2)
    assert "needs --why" in models("promote", 6, 1, "--without-gate", code=2)
    assert "there is no version 9" in models("promote", 6, 9, "--without-gate", "--why", "typo", code=2)
    models("promote", 6, 1, "--without-gate", "--why", "the only one")
    # When the challenger is clearly better, then it passes
    [change] = models("promote", 6, "--data", frozen, "--why", "weekly")
    assert (change["aliases"]["champion"], change["aliases"]["previous"]) == (2, 1)
    [gate] = models("show", 6, "champion")[0]["gates"]
    assert (gate["passed"], gate["verdict"], gate["pages"]) == (True, "better", PAGES)
    assert {look["what"] for look in gate["looks"]} >= {"label ANSWER", "label QUESTION"}
    assert gate["challenger"]["reliability"]["coverage"]
    [text] = (tmp_path / "bucket" / "models").rglob(f"gate/{change['gate']}.txt")
    assert "passed: key-values are better by more than noise" in text.read_text("utf-8")
    # And the worse one does not, in its table with the reason
    assert models("promote", 6, 1, "--data", frozen, code=1)[0]["verdict"] == "worse"
    assert [gate["passed"] for gate in models("show", 6, 1)[0]["gates"]] == [False]
    assert [v["aliases"] for v in models("list", 6)] == [["previous"], ["champion"]]
    # And the way back is one command, unless somebody has pinned the champion
    models("pin", 6, "--why", "audit")
    assert "version 2 is pinned" in models("rollback", 6, code=2)
    models("pin", 6, "--off")
    assert models("rollback", 6, "--why", "faxes")[0]["aliases"]["champion"] == 1
    assert [c["what"] for c in models("show", 6)] == [
        *("push", "push", "promote", "promote", "pin", "unpin", "rollback"),
    ]
    # And a version is copied to a folder that prelabel and MLflow read
    models("pull", 6, "previous", "--out", tmp_path / "out", "--mlflow")
    assert (tmp_path / "out" / "MLmodel").is_file()
    assert (tmp_path / "out" / "tagger" / "config.json").read_bytes() == (MODELS / "compact/config.json").read_bytes()
    assert "is taken" in models("pull", 6, "previous", "--out", tmp_path / "out", code=2)
    # And today's view is as it was
    assert models()[0]["name"] == "compact"


def test_a_damaged_version_is_named_and_the_others_are_listed(cli: Cli, tmp_path: Path) -> None:
    registry = ("--registry", tmp_path / "versions")
    for _ in range(2):
        assert cli("models", "push", 6, MODELS / "compact", *registry).code == 0
    found = (tmp_path / "versions").rglob("00000001.json")
    damaged = next(path for path in found if path.parent.name == "versions")
    damaged.write_text("{", "utf-8")
    outcome = cli("models", "list", 6, *registry)
    assert outcome.code == 1
    assert "challenger" in outcome.out
    assert outcome.err.count("\n") == 1
    assert "is damaged" in outcome.err
    assert "put it back from a backup" in outcome.err
    assert cli("models", "show", 6, 1, *registry).code == 2
