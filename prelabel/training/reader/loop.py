"""The training of the reader: steps, checkpoints and the curve.

config.json              options of the training, and the versions of packages
checkpoint.safetensors   the newest state; resuming from it gives the same weights as a training without a stop
steady.safetensors       the state before the rate falls, from which the training can be prolonged
curve.jsonl              a line for each checkpoint
"""

from __future__ import annotations

import json
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from prelabel.errors import SettingError
from prelabel.ocr.reader.alphabet import SYMBOLS
from prelabel.training.reader import checkpoint, judging
from prelabel.training.reader.checkpoint import Checkpoint
from prelabel.training.reader.examples import Batch, Example, batch, batches, short
from prelabel.training.reader.network import Network, Shape
from prelabel.training.reader.optimizer import Optimizer
from prelabel.training.reader.options import Precision, ReaderTraining
from prelabel.training.reader.rendering import pools

CONFIG, CHECKPOINT, STEADY, CURVE = "config.json", "checkpoint.safetensors", "steady.safetensors", "curve.jsonl"
_PACKAGES = ("prelabel", "torch", "numpy", "pillow")

Row = dict[str, Any]


class Trainer:
    """State of one training, which makes its steps. `device`: a device of torch, such as "cpu"."""

    def __init__(self, training: ReaderTraining, folder: Path, device: str, processes: int) -> None:
        self.training, self.folder = training, folder
        self._device, self._processes = torch.device(device), processes
        torch.manual_seed(training.seed)
        self.network = Network(training.shape).to(self._device).to(memory_format=torch.channels_last)
        self._optimizer = Optimizer(self.network, training.decay)
        #: The next batch: its pool, its number in the pool; steps, lines and seconds until now.
        self._pool = self._batch = self._steps = self.seen = 0
        self._seconds = 0.0
        self._losses: list[Tensor] = []
        self._half = self._device.type != "cpu" or training.precision == "bf16"

    @property
    def lines(self) -> int:
        """Seeds of all pools that have begun before the next batch."""
        return self._pool * self.training.pool

    def run(self, report: Callable[[Row], None]) -> None:
        """Train to the end. `report` gets each row of the curve."""
        began = time.process_time()
        self.network.train()
        source = pools(self.training.first, self.training.pool, self._pool, self._processes)
        for lines, part in self._batches(source):
            if not self._batch and self._is_steady_end(lines):
                if self._losses:
                    report(self._save(began))
                    began = time.process_time()
                _copy(self.folder / CHECKPOINT, self.folder / STEADY)
            self._step(batch(part), lines)
            self.seen += len(part)
            self._steps += 1
            self._batch += 1
            if self._steps % self.training.steps == 0:
                report(self._save(began))
                began = time.process_time()
        if self._losses:
            report(self._save(began))

    def _batches(self, source: Iterator[list[Example]]) -> Iterator[tuple[int, list[Example]]]:
        """Yield the batches from the present place on, each with the lines before it."""
        training = self.training
        while self.lines < training.lines:
            examples = next(source)
            if self.lines < training.short:
                examples = short(examples)
            rng = Random(f"{training.seed} {self._pool}")
            parts = batches(examples, training.batch_px, rng)
            while self._batch < len(parts):
                yield self.lines + training.pool * self._batch // len(parts), parts[self._batch]
            self._pool, self._batch = self._pool + 1, 0

    def _is_steady_end(self, lines: int) -> bool:
        """Return whether the rate begins to fall with the pool that begins now."""
        return lines - self.training.pool < self.training.steady <= lines

    def _step(self, part: Batch, lines: int) -> None:
        device = self._device
        with torch.autocast(device.type, torch.bfloat16, enabled=self._half):
            logits = self.network(part.strips.to(device, non_blocking=True))
        loss = ctc_loss(logits.float(), part)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.training.clip)
        self._optimizer.step(self.training.rate_after(lines) if torch.isfinite(norm) else 0.0)
        self._losses.append(loss.detach())

    def _save(self, began: float) -> Row:
        """Write a checkpoint and a row of the curve. From here on, the state is the one that the checkpoint stores."""
        self._seconds += time.process_time() - began
        numbers = {
            "training": asdict(self.training),
            "pool": self._pool,
            "batch": self._batch,
            "steps": self._steps,
            "seen": self.seen,
            "seconds": self._seconds,
        }
        weights, optimizer = self.network.state_dict(), self._optimizer.state()
        checkpoint.write(self.folder / CHECKPOINT, Checkpoint(weights, optimizer, numbers))
        loss = torch.stack(self._losses).mean().item() if self._losses else None
        self._losses.clear()
        row: Row = {"steps": self._steps, "seeds": self.lines, "lines": self.seen, "cpu_s": round(self._seconds)}
        row |= {"loss": loss and round(loss, 4), **judging.judge(self.network)}
        with (self.folder / CURVE).open("a", encoding="utf-8") as curve:
            curve.write(json.dumps(row) + "\n")
        return row

    def load(self, file: Path) -> None:
        """Go on from a checkpoint; rows of the curve behind it are dropped. Raises SettingError if it does not fit."""
        found = checkpoint.read(file)
        try:
            self.network.load_state_dict(found.weights)
            self._optimizer.load(found.optimizer)
        except (RuntimeError, KeyError) as error:
            raise SettingError(f"{file} fits another network: {str(error).splitlines()[0]}") from None
        numbers = found.numbers
        self._pool, self._batch, self._steps = numbers["pool"], numbers["batch"], numbers["steps"]
        self.seen, self._seconds = numbers["seen"], numbers["seconds"]
        curve = self.folder / CURVE
        if curve.exists():
            rows = [line for line in curve.read_text("utf-8").splitlines() if json.loads(line)["steps"] <= self._steps]
            curve.write_text("".join(f"{row}\n" for row in rows), "utf-8")


def begin(training: ReaderTraining, folder: Path, *, device: str = "cpu", processes: int = 0) -> Trainer:
    """Begin a training in a new folder. Raises SettingError if the folder is taken."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingError(f"{folder} is taken; name a new folder, or go on with --resume")
    folder.mkdir(parents=True, exist_ok=True)
    if training.precision == "auto":
        training = replace(training, precision=fastest_precision(training.shape))
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in _PACKAGES}
    config = {"training": asdict(training), "versions": versions, "symbols": SYMBOLS}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return Trainer(training, folder, device, processes)


def resume(folder: Path, lines: int | None = None, *, device: str = "cpu", processes: int = 0) -> Trainer:
    """Go on with a training. `lines`: new length; where the rate has already fallen, the training goes on from before.

    Raises SettingError if the folder holds no training, or one of another alphabet.
    """
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        options = dict(config["training"])
        training = ReaderTraining(**options | {"shape": Shape(**options["shape"])})
        symbols = config["symbols"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(f"{folder} holds no training to resume ({type(error).__name__}: {error})") from None
    if symbols != SYMBOLS:
        raise SettingError(f"{folder} was trained with another alphabet; begin a new training")
    last, steady = folder / CHECKPOINT, folder / STEADY
    if lines is not None and lines != training.lines:
        if _has_fallen(last, training):
            if lines > training.lines and steady.exists():
                _copy(steady, last)
        elif last.exists():
            _copy(last, steady)
        training = replace(training, lines=lines)
        config["training"] = asdict(training)
        (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    trainer = Trainer(training, folder, device, processes)
    if last.exists():
        trainer.load(last)
    return trainer


def _has_fallen(file: Path, training: ReaderTraining) -> bool:
    """Return whether the rate has begun to fall before a checkpoint."""
    return file.exists() and checkpoint.read(file).numbers["pool"] * training.pool > training.steady


def _copy(file: Path, other: Path) -> None:
    """Copy a checkpoint, whole or not at all."""
    unfinished = other.with_name(f".{other.name}")
    shutil.copyfile(file, unfinished)
    unfinished.replace(other)


def ctc_loss(logits: Tensor, part: Batch) -> Tensor:
    """Return the mean over the lines of the loss of a class; of a frame where a line shows no text."""
    logs = logits.log_softmax(-1).transpose(0, 1)
    device = logits.device
    losses = functional.ctc_loss(
        logs, part.labels.to(device), part.frames, part.lengths, reduction="none", zero_infinity=True
    )
    return (losses / torch.where(part.lengths > 0, part.lengths, part.frames).to(device)).mean()


def fastest_precision(shape: Shape) -> Precision:
    """Return the faster precision of this processor: half precision is slower on some that have it."""
    taken: dict[Precision, float] = {}
    network = Network(shape).to(memory_format=torch.channels_last)
    strips = torch.zeros(16, 1, 32, 256).contiguous(memory_format=torch.channels_last)
    for precision in ("fp32", "bf16", "fp32", "bf16"):
        began = time.process_time()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            network(strips).float().sum().backward()
        taken[precision] = time.process_time() - began
    return min(taken, key=lambda precision: taken[precision])
