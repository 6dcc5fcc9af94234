"""Checkpoint of a training of the reader: one safetensors file below 10 MB, written whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from prelabel.errors import SettingError

_NUMBERS = "training"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a training. `weights`: those of the network; `optimizer`: its state; `numbers`: ready for JSON."""

    weights: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    numbers: dict[str, Any]


def write(file: Path, checkpoint: Checkpoint) -> None:
    """Replace a checkpoint. Raises SettingError if the disk is full."""
    tensors = {f"network.{name}": value for name, value in checkpoint.weights.items()}
    tensors |= {f"optimizer.{name}": value for name, value in checkpoint.optimizer.items()}
    unfinished = file.with_name(f".{file.name}")
    try:
        save_file(
            {name: value.detach().cpu().contiguous() for name, value in tensors.items()},
            unfinished,
            {_NUMBERS: json.dumps(checkpoint.numbers)},
        )
        with unfinished.open("rb") as opened:
            os.fsync(opened.fileno())
        unfinished.replace(file)
    except (OSError, SafetensorError) as error:
        raise SettingError(f"cannot write {file} ({error}); make room, then go on with --resume") from error


def read(file: Path) -> Checkpoint:
    """Read a checkpoint. Raises SettingError if the file is none."""
    parts: dict[str, dict[str, Tensor]] = {"network": {}, "optimizer": {}}
    try:
        with safe_open(file, framework="pt") as opened:
            numbers = json.loads(opened.metadata()[_NUMBERS])
            for name in opened.keys():  # noqa: SIM118 - the file is no mapping
                kind, _, rest = name.partition(".")
                parts[kind][rest] = opened.get_tensor(name)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise SettingError(f"{file} is no checkpoint of a reader ({type(error).__name__}: {error})") from None
    return Checkpoint(parts["network"], parts["optimizer"], numbers)
