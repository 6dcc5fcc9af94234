"""Short trainings of taggers: a resumed training run gives the weights of an uninterrupted one; the model is served."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from prelabel.kie.extract import tag_input
from prelabel.kie.tag.loading import tagger_for
from prelabel.settings import Settings
from prelabel.training.sources import parse
from prelabel.training.tagger import TrainingProgress, resume, train
from prelabel.training.tagger_options import TaggerTraining
from synthetic import generate
from tests.support.cli_runs import Cli
from tests.support.small_layoutlm import untrained

NUMBERS: dict[str, Any] = {"epochs": 3, "pages_per_epoch": 8, "valid_pages": 2, "rate": 2e-3, "seed": 5}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)  # no .env of the developer
    return Cli(monkeypatch, capsys)


@pytest.fixture(params=["compact", "layoutlm"])
def training(request: pytest.FixtureRequest, tmp_path: Path) -> TaggerTraining:
    model = "compact" if request.param == "compact" else str(untrained(tmp_path / "base"))
    return TaggerTraining(data=("synthetic:en",), model=model, schedule="plateau", **NUMBERS)


def begun(training: TaggerTraining, out: Path) -> subprocess.Popen[bytes]:
    options = [text for name, value in NUMBERS.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    command = [
        sys.executable,
        "-c",
        "from prelabel.cli import main; main()",
        "train",
        "ser",
        "--data",
        training.data[0],
        "--model",
        training.model,
    ]
    command += ["--schedule", training.schedule, "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def rows(out: Path) -> list[dict[str, Any]]:
    lines = (out / "metrics.jsonl").read_text("utf-8").splitlines()
    return [{k: v for k, v in json.loads(line).items() if k not in {"seconds", "checkpoint"}} for line in lines]


def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(training: TaggerTraining, tmp_path: Path) -> None:
    # Given an uninterrupted training run, and one that is killed after its first checkpoint
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train(training, whole)
    process = begun(training, killed)
    deadline = time.monotonic() + 60
    while not list(killed.glob("checkpoints/2*-epoch001")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    # When it is resumed
    moments: list[TrainingProgress] = []
    best = resume(killed, moments.append)
    # Then only the remaining epochs are trained, and all results are equal
    assert moments[0].epoch > 1
    assert (best / "model.safetensors").read_bytes() == (whole / "best" / "model.safetensors").read_bytes()
    ours, theirs = (load_file(out / "last" / "training.safetensors") for out in (killed, whole))
    assert all((value == theirs[name]).all() for name, value in ours.items())
    assert rows(killed) == rows(whole)
    # And the best model is served
    setting = "compact_model" if training.model == "compact" else "layoutlm_model"
    tagger = tagger_for(Settings.model_validate({"layoutlm_model": "", "device": "cpu", setting: str(best)}))
    page = generate(1).page
    [found] = tagger.forward([tagger.encode(tag_input(page))])
    assert found.shape == (len(page.words), 7)


def test_a_short_training_beats_the_most_frequent_label(tmp_path: Path) -> None:
    numbers: dict[str, Any] = {
        "epochs": 1,
        "pages_per_epoch": 192,
        "valid_pages": 15,
        "batch_tokens": 512,
        "seed": 3,
        "pool": 32,
    }
    best = train(TaggerTraining(data=("synthetic",), rate=3e-3, average=0.9, **numbers), tmp_path / "run")
    [row] = rows(tmp_path / "run")
    counts = Counter(word.label for page in parse("synthetic").valid(15) for word in page.labels or ())
    assert row["words"] > max(counts.values()) / counts.total() + 0.1
    # And the model contains the options of its training
    assert json.loads((best / "config.json").read_text("utf-8"))["training"].items() >= numbers.items()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "no data to train on; name a source, such as --data synthetic"),
        (["--data", "folder"], "folder is no source of pages; write one of synthetic"),
        (
            ["--data", "synthetic", "--labels", "TOTAL"],
            "the data have none of --labels TOTAL; they have ANSWER, HEADER",
        ),
        (["--data", "project:six"], "name a project by its id"),
        (["--data", "synthetic", "--model", "/no/model"], "no model folder /no/model"),
        (["--data", "synthetic", "--precision", "fp16", "--device", "cpu"], "--precision fp16 needs a GPU"),
        (["--resume", "--epochs", "3"], "leave out --epochs"),
        (["--resume"], "holds no training run to resume"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    options: list[str], said: str, tmp_path: Path, cli: Cli
) -> None:
    out = tmp_path / "run"
    done = cli("train", "ser", "--out", out, *options)
    assert done.code == 2
    assert said in done.error_line()
    assert not out.exists()
