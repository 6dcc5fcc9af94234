"""Folder of a training run: its options, metrics, curves and checkpoints. Each file is written whole or not at all.

    config.json                          all numbers, versions and sources of the training
    metrics.jsonl, curves.png            a line, and a point, for each epoch
    checkpoints/20260131T120000Z-epoch003/   the model, as `prelabel` loads it; the newest also has what resuming needs
    best, last                           links to two of the checkpoints

After a kill at any moment, the previous checkpoint is intact. The module is independent of the model.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from prelabel.errors import SettingError

CONFIG, METRICS, CURVES = "config.json", "metrics.jsonl", "curves.png"
CHECKPOINTS, BEST, LAST = "checkpoints", "best", "last"
#: Files that only the newest checkpoint has: tensors; all other state, including the `rows` of the metrics.
STATE_TENSORS, STATE = "training.safetensors", "training.json"
_UNFINISHED = ".unfinished-"
#: Metrics that are not between 0 and 1.
_NO_SHARES = {"loss", "rate", "seconds"}
_PACKAGES = ("prelabel", "torch", "transformers", "numpy", "safetensors")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A training run. `config`: the content of config.json; `keep`: number of checkpoints kept beside the best one."""

    folder: Path
    config: dict[str, Any]
    keep: int

    @classmethod
    def begin(cls, folder: Path, config: Mapping[str, Any], *, keep: int) -> TrainingRun:
        """Begin a new training run. Raises SettingError if the folder is not empty or cannot be written."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingError(f"{folder} is taken; name a new folder, or go on with --resume")
        made = {**config, "keep": keep, "versions": _versions(), "begun": _now()}
        with _written(folder):
            (folder / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
            _replace(folder / CONFIG, _json(made))
        return cls(folder, made, keep)

    @classmethod
    def open(cls, folder: Path) -> TrainingRun:
        """Open an interrupted training run. Raises SettingError if the folder has none."""
        try:
            config = json.loads((folder / CONFIG).read_text("utf-8"))
            run = cls(folder, config, int(config["keep"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingError(f"{folder} holds no training run to resume ({type(error).__name__}: {error})") from None
        for left in (folder / CHECKPOINTS).glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        if last := run.last():
            run._settle(last[1]["rows"])
        return run

    @property
    def best(self) -> Path:
        """The checkpoint with the highest score; a model folder."""
        return self.folder / BEST

    def last(self) -> tuple[Path, dict[str, Any]] | None:
        """Return the newest checkpoint and its state: that of `commit`, and "rows"; None without a checkpoint."""
        for path in reversed(self._checkpoints()):
            return path, json.loads((path / STATE).read_text("utf-8"))
        return None

    def commit(self, rows: Sequence[Row], write: Callable[[Path], None], state: Mapping[str, Any]) -> Row:
        """Add a checkpoint for the last of the rows: the metrics of an epoch, with "epoch" and a "score" to maximise.

        `write` writes the model and `STATE_TENSORS` into a folder. Returns the row as it is stored, with the name of
        the checkpoint. Raises SettingError if the disk is full.
        """
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-epoch{rows[-1]['epoch']:03d}"
        rows = [*rows[:-1], {**rows[-1], "checkpoint": stamp}]
        unfinished = self.folder / CHECKPOINTS / f"{_UNFINISHED}{stamp}"
        with _written(self.folder):
            try:
                unfinished.mkdir()
                write(unfinished)
                (unfinished / STATE).write_text(_json({**state, "rows": rows}), "utf-8")
                _sync(unfinished)
                unfinished.rename(unfinished.with_name(stamp))
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
            self._settle(rows)
        return rows[-1]

    def _settle(self, rows: Sequence[Row]) -> None:
        """Bring metrics, curves, links and older checkpoints in line with the newest checkpoint."""
        _replace(self.folder / METRICS, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        _draw(rows, self.folder / CURVES)
        best = max(rows, key=lambda row: (row["score"], row["epoch"]))
        for name, row in ((LAST, rows[-1]), (BEST, best)):
            link = self.folder / f".{name}"
            link.unlink(missing_ok=True)
            link.symlink_to(Path(CHECKPOINTS) / row["checkpoint"])
            link.replace(self.folder / name)
        older = self._checkpoints()[:-1]
        for path in older:
            for name in (STATE, STATE_TENSORS):
                (path / name).unlink(missing_ok=True)
        for path in older[: max(len(older) + 1 - self.keep, 0)]:
            if path.name != best["checkpoint"]:
                shutil.rmtree(path)

    def _checkpoints(self) -> list[Path]:
        """Return the complete checkpoints, oldest first."""
        found = (self.folder / CHECKPOINTS).glob("*-epoch*")
        whole = (path for path in found if not path.name.startswith(_UNFINISHED))
        return sorted(whole, key=lambda path: int(path.name.rpartition("epoch")[2]))


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Convert an error of writing into a SettingError of one line; earlier files are intact."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} or "No space" in str(error)
        cure = "the disk is full: make room" if full else "correct that"
        raise SettingError(f"cannot write {folder} ({error}); {cure}, then go on with --resume") from error


def _replace(file: Path, text: str) -> None:
    """Write a file whole, or leave the existing one."""
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(file)


def _sync(folder: Path) -> None:
    """Flush the files of a folder to the disk, so that they survive a power failure."""
    for path in (*folder.iterdir(), folder):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _draw(rows: Sequence[Row], file: Path) -> None:
    """Draw loss and learning rate, and all shares, by epoch."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, shares = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in rows]
    losses.plot(epochs, [row["loss"] for row in rows], marker=".", color="black", label="loss")
    losses.twinx().plot(epochs, [row["rate"] for row in rows], ":", color="gray")
    losses.set(title="training loss (learning rate dotted)", xlabel="epoch")
    for name in (name for name, value in rows[0].items() if isinstance(value, float) and name not in _NO_SHARES):
        shares.plot(epochs, [row[name] for row in rows], marker=".", label=name)
    shares.set(title="validation", xlabel="epoch", ylim=(0, 1))
    shares.legend()
    unfinished = file.with_name(f".{file.name}")
    figure.savefig(unfinished, format="png", dpi=100)
    unfinished.replace(file)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter."""
    found = {"python": platform.python_version(), "platform": sys.platform}
    for name in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
