"""Training of the reader, with a tiny network: the same weights after a stop, prolonging, export, and the optimizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from prelabel.cli.train.reader import reader
from prelabel.errors import SettingError
from prelabel.ocr.reader.alphabet import BLANK, SIZE
from prelabel.ocr.reader.network import CONFIG, MODEL, LineNetwork
from prelabel.ocr.reader.strips import padded
from prelabel.training.reader import checkpoint, judging, loop, rendering
from prelabel.training.reader.examples import Example, batch, batches, example, examples, packed, unpacked
from prelabel.training.reader.export import export
from prelabel.training.reader.network import Network, Shape
from prelabel.training.reader.optimizer import Optimizer, orthogonal
from prelabel.training.reader.options import ReaderTraining
from synthetic.printing.lines import PrintedLine

POOL = 128
TINY = ReaderTraining(
    lines=4 * POOL,
    shape=Shape(4, 4, 8, 8, 16, 1, 5),
    batch_px=4000,
    pool=POOL,
    warm_up=100,
    short=POOL,
    fall=0.5,
    precision="fp32",
    steps=4,
)


class Killed(Exception):
    """Stands for a kill: nothing is written after it."""


def kill_at(rows: int) -> Callable[[loop.Row], None]:
    """Return a report that ends the training at this row."""
    seen: list[loop.Row] = []

    def report(row: loop.Row) -> None:
        seen.append(row)
        if len(seen) == rows:
            raise Killed

    return report


@pytest.fixture(autouse=True)
def _few_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = judging.judged_lines("seen", 4)
    monkeypatch.setattr(judging, "judged_lines", lambda _: lines)
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training without a stop."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    lines = judging.judged_lines("seen", 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "judged_lines", lambda _: lines)
        loop.begin(TINY, folder).run(lambda _: None)
    return folder


def rows(folder: Path) -> list[loop.Row]:
    found = [json.loads(line) for line in (folder / loop.CURVE).read_text("utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "cpu_s"} for row in found]


def same(one: Path, other: Path) -> bool:
    mine, theirs = checkpoint.read(one), checkpoint.read(other)
    return all(
        torch.equal(value, others[name])
        for values, others in ((mine.weights, theirs.weights), (mine.optimizer, theirs.optimizer))
        for name, value in values.items()
    )


@pytest.mark.parametrize("kills", [(1,), (2, 3)])
def test_resuming_gives_the_same_weights(whole: Path, tmp_path: Path, kills: tuple[int, ...]) -> None:
    folder = tmp_path / "run"
    trainer = loop.begin(TINY, folder)
    for at in kills:
        with pytest.raises(Killed):
            trainer.run(kill_at(at))
        (folder / f".{loop.CHECKPOINT}").write_bytes(b"half of a checkpoint")
        trainer = loop.resume(folder)
    trainer.run(lambda _: None)
    assert same(whole / loop.CHECKPOINT, folder / loop.CHECKPOINT)
    assert rows(whole) == rows(folder)
    assert [row["steps"] for row in rows(folder)] == sorted({row["steps"] for row in rows(folder)})


def test_a_finished_training_is_prolonged_from_before_the_fall(whole: Path, tmp_path: Path) -> None:
    # Given the first half of a training of twice the length, which has not yet begun to fall
    longer = replace(TINY, lines=8 * POOL)
    never = tmp_path / "never"
    loop.begin(longer, never).run(lambda _: None)
    # When the finished training goes on to that length
    folder = tmp_path / "run"
    folder.mkdir()
    for name in (loop.CONFIG, loop.CHECKPOINT, loop.STEADY, loop.CURVE):
        (folder / name).write_bytes((whole / name).read_bytes())
    trainer = loop.resume(folder, longer.lines)
    assert trainer.lines == 2 * POOL
    trainer.run(lambda _: None)
    # Then its rate stays until then, and its last line is that of the longer training
    assert rows(folder)[-1]["steps"] == rows(never)[-1]["steps"]
    assert rows(folder)[-1]["lines"] == rows(never)[-1]["lines"]
    assert longer.rate_after(3 * POOL) == longer.rate > TINY.rate_after(3 * POOL) > TINY.rate_after(4 * POOL) == 0


def test_a_training_may_be_cut_short_and_prolonged_later(tmp_path: Path) -> None:
    # Given a training whose length is cut to a length at which the rate has long fallen
    folder = tmp_path / "run"
    with pytest.raises(Killed):
        loop.begin(replace(TINY, lines=100 * POOL), folder).run(kill_at(5))
    state = (folder / loop.CHECKPOINT).read_bytes()
    pools = checkpoint.read(folder / loop.CHECKPOINT).numbers["pool"]
    assert pools >= 2
    loop.resume(folder, (pools + 2) * POOL).run(lambda _: None)
    assert (folder / loop.CHECKPOINT).read_bytes() != state
    # Then it is prolonged from the state at the cut
    loop.resume(folder, 100 * POOL)
    assert (folder / loop.CHECKPOINT).read_bytes() == state


def test_folders_that_do_not_fit_are_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="taken"):
        loop.begin(TINY, whole)
    with pytest.raises(SettingError, match="no training to resume"):
        loop.resume(tmp_path)
    for name in (loop.CONFIG, loop.CHECKPOINT):
        (tmp_path / name).write_bytes((whole / name).read_bytes())
    (tmp_path / loop.CHECKPOINT).write_bytes(b"\x80\x04 no tensors")
    with pytest.raises(SettingError, match="no checkpoint of a reader"):
        loop.resume(tmp_path)
    config = json.loads((whole / loop.CONFIG).read_text("utf-8"))
    (tmp_path / loop.CONFIG).write_text(json.dumps(config | {"symbols": "abc"}), "utf-8")
    with pytest.raises(SettingError, match="another alphabet"):
        loop.resume(tmp_path)


def test_the_exported_network_is_that_of_torch(whole: Path, tmp_path: Path) -> None:
    found = checkpoint.read(whole / loop.CHECKPOINT)
    network = Network(TINY.shape).eval()
    network.load_state_dict(found.weights)
    strips = [line.strip for line in examples(range(900, 908))]
    with torch.inference_mode():
        wanted = network(torch.from_numpy(padded(strips))).numpy()
    export(whole / loop.CHECKPOINT, tmp_path / "exact", exact=True)
    export(whole / loop.CHECKPOINT, tmp_path / "small")
    for name, most in (("exact", 1e-4), ("small", 0.1)):
        read = list(LineNetwork(tmp_path / name).logits(strips))
        off = [np.abs(mine - true[: len(mine)]).mean() for mine, true in zip(read, wanted, strict=True)]
        assert max(off) < most * np.abs(wanted).mean(), name
    config = json.loads((tmp_path / "small" / CONFIG).read_text("utf-8"))
    assert config["lines"] == found.numbers["seen"]
    assert (tmp_path / "small" / MODEL).stat().st_size < (tmp_path / "exact" / MODEL).stat().st_size


def test_checkpoints_of_the_default_network_stay_below_10_mb(tmp_path: Path) -> None:
    network = Network(Shape())
    optimizer = Optimizer(network, 0.02)
    file = tmp_path / loop.CHECKPOINT
    checkpoint.write(file, checkpoint.Checkpoint(network.state_dict(), optimizer.state(), {}))
    assert file.stat().st_size < 10_000_000


def test_the_state_of_the_optimizer_survives_rounding() -> None:
    torch.manual_seed(0)
    network = Network(TINY.shape)
    optimizer = Optimizer(network, 0.02)
    for _ in range(3):
        network(torch.randn(2, 1, 32, 64)).square().sum().backward()
        optimizer.step(1e-3)
    exact = {name: value.clone() for name, value in optimizer._mean.items()}
    squares = {name: value.clone() for name, value in optimizer._square.items()}
    state = optimizer.state()
    for name, value in exact.items():
        assert (optimizer._mean[name] - value).abs().max() <= value.abs().max() / 127
    for name, value in squares.items():
        ratio = (optimizer._square[name] + 1e-25) / (value + 1e-25)
        assert ratio.min() > 0.99  # a divisor is never rounded towards 0
    other = Optimizer(network, 0.02)
    other.load(state)
    assert all(torch.equal(value, other._mean[name]) for name, value in optimizer._mean.items())
    assert all(torch.equal(value, other._square[name]) for name, value in optimizer._square.items())


def test_orthogonal_matrices_have_singular_values_near_one() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(2, 24, 60)))
    assert 0.6 < values.min() <= values.max() < 1.3


def test_processes_print_the_same_lines() -> None:
    mine, theirs = (next(rendering.pools(5, POOL, 1, processes)) for processes in (0, 2))
    assert len(mine) == len(theirs) > 0.8 * POOL
    for one, other in zip(mine, theirs, strict=True):
        assert np.array_equal(one.strip, other.strip)
        assert np.array_equal(one.labels, other.labels)


def test_a_line_without_text_teaches_blanks() -> None:
    strip = np.full((32, 40), 200, np.uint8)
    line = example(PrintedLine("", strip, "nothing"))
    assert line is not None
    part = batch([line, Example(strip, np.array([3], np.int32))])
    logits = torch.zeros(2, 16, SIZE)
    wrong = loop.ctc_loss(logits, part)
    logits[0, :, BLANK] = 9.0
    assert torch.isfinite(wrong)
    assert loop.ctc_loss(logits, part) < wrong
    assert example(PrintedLine("ж", strip, "print")) is None


def test_batches_hold_each_line_once() -> None:
    lines = [Example(np.zeros((32, width), np.uint8), np.arange(1, 4, dtype=np.int32)) for width in range(20, 320, 3)]
    found = batches(lines, 1000, Random(0))
    assert sorted(line.strip.shape[1] for part in found for line in part) == list(range(20, 320, 3))
    assert all(sum(line.strip.shape[1] for line in part) < 1500 for part in found)
    again = unpacked(packed(lines))
    assert [line.strip.shape for line in again] == [line.strip.shape for line in lines]
    assert unpacked(packed([])) == []
    assert batch(lines[:3]).labels.tolist() == [1, 2, 3] * 3


def test_the_command_resumes_and_exports(whole: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    folder = tmp_path / "run"
    trainer = loop.begin(TINY, folder)
    with pytest.raises(Killed):
        trainer.run(kill_at(1))
    done = runner.invoke(reader, ["--out", str(folder), "--resume"], catch_exceptions=False)
    assert done.exit_code == 0
    assert same(whole / loop.CHECKPOINT, folder / loop.CHECKPOINT)
    runner.invoke(reader, ["--out", str(folder), "--export", str(tmp_path / "model")], catch_exceptions=False)
    assert {file.name for file in (tmp_path / "model").iterdir()} == {MODEL, CONFIG}
    for options in (["--out", str(folder)], ["--out", str(folder), "--export", str(tmp_path / "model")]):
        assert "is taken" in str(runner.invoke(reader, options).exception)
