"""Folder of a training run: resumable after a kill at any moment, old checkpoints removed, safe on a full disk."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from prelabel.errors import SettingError
from prelabel.training.training_run import STATE, STATE_TENSORS, Row, TrainingRun


def row(epoch: int, score: float) -> Row:
    return {"epoch": epoch, "loss": 1 / epoch, "rate": 0.1, "score": score, "seconds": 1.0}


def commit(run: TrainingRun, rows: list[Row], epoch: int, score: float) -> None:
    def write(folder: Path) -> None:
        (folder / "model").write_text(f"weights {epoch}", "utf-8")
        (folder / STATE_TENSORS).write_text("tensors", "utf-8")

    rows.append(run.commit([*rows, row(epoch, score)], write, {"steps": epoch}))


@pytest.fixture
def run(tmp_path: Path) -> TrainingRun:
    return TrainingRun.begin(tmp_path / "run", {"training": {"seed": 0}}, keep=2)


def test_best_and_last_are_kept_apart_and_old_ones_go(run: TrainingRun) -> None:
    # Given five epochs, the second as good as the first and better than the others, and two checkpoints to keep
    rows: list[Row] = []
    for epoch, score in enumerate((0.9, 0.9, 0.3, 0.8, 0.5), 1):
        commit(run, rows, epoch, score)
    # Then the best, the last and the one before the last exist; only the last one has the state for resuming
    checkpoints = run.folder / "checkpoints"
    assert sorted(path.name[-3:] for path in checkpoints.iterdir()) == ["002", "004", "005"]
    assert (run.best / "model").read_text("utf-8") == "weights 2"
    assert (run.folder / "last" / "model").read_text("utf-8") == "weights 5"
    assert [path.parent.name[-3:] for path in checkpoints.glob(f"*/{STATE}")] == ["005"]
    lines = (run.folder / "metrics.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert (run.folder / "curves.png").read_bytes()[:4] == b"\x89PNG"


def test_an_opened_run_goes_on_from_its_last_checkpoint(run: TrainingRun) -> None:
    rows: list[Row] = []
    commit(run, rows, 1, 0.5)
    commit(run, rows, 2, 0.6)
    # Given a kill in the middle of the third checkpoint, and one before links and metrics of the second were written
    (run.folder / "checkpoints" / ".unfinished-x-epoch003").mkdir()
    (run.folder / "metrics.jsonl").write_text("", "utf-8")
    (run.folder / "best").unlink()

    opened = TrainingRun.open(run.folder)

    found = opened.last()
    assert found is not None
    assert (found[1]["rows"], found[1]["steps"]) == (rows, 2)
    assert (opened.best / "model").read_text("utf-8") == "weights 2"
    assert len((run.folder / "metrics.jsonl").read_text("utf-8").splitlines()) == 2
    assert not list((run.folder / "checkpoints").glob(".*"))


def test_a_full_disk_is_one_line_and_the_checkpoint_before_stays(run: TrainingRun) -> None:
    rows: list[Row] = []
    commit(run, rows, 1, 0.5)

    def write(folder: Path) -> None:
        (folder / "model").write_text("half", "utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(SettingError, match="the disk is full: make room, then go on with --resume"):
        run.commit([*rows, row(2, 0.9)], write, {"steps": 2})

    assert [path.name[-3:] for path in (run.folder / "checkpoints").iterdir()] == ["001"]
    assert (TrainingRun.open(run.folder).best / "model").read_text("utf-8") == "weights 1"


def test_what_was_asked_for_and_with_which_versions_is_written_down(run: TrainingRun) -> None:
    config = json.loads((run.folder / "config.json").read_text("utf-8"))
    assert config["training"] == {"seed": 0}
    assert {"python", "torch", "safetensors"} <= config["versions"].keys()


def test_a_folder_that_is_taken_and_one_without_a_run_are_one_line(run: TrainingRun, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="is taken; name a new folder, or go on with --resume"):
        TrainingRun.begin(run.folder, {}, keep=1)
    with pytest.raises(SettingError, match="holds no training run to resume"):
        TrainingRun.open(tmp_path)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(SettingError, match="cannot write"):
        TrainingRun.begin(tmp_path / "file" / "run", {}, keep=1)
