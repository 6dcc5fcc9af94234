"""Files of the compact tagger's network: its shape and weights, read and written without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from prelabel.errors import ModelUnavailable
from prelabel.kie.tag.features import Floats
from prelabel.kie.tag.shape import Shape
from prelabel.registry.model_files import CONFIG
from prelabel.registry.tagger_files import WEIGHTS, Checkpoint


def read_network(checkpoint: Checkpoint) -> tuple[Shape, dict[str, Floats]]:
    """Return the shape and the weights by name. Raises ModelUnavailable, in one line, if they do not fit."""
    folder = checkpoint.folder
    try:
        shape = Shape(**checkpoint.config["shape"])
        weights = load_file(folder / WEIGHTS)
    except (KeyError, TypeError, OSError, SafetensorError) as error:
        raise _misfit(folder, str(error).splitlines()[0]) from None
    if reason := _difference(shape.weights(), {name: value.shape for name, value in weights.items()}):
        raise _misfit(folder, reason)
    return shape, {name: value.astype(np.float32) for name, value in weights.items()}


def write_network(
    shape: Shape, weights: Mapping[str, npt.NDArray[Any]], tags: Sequence[str], folder: Path, notes: Mapping[str, Any]
) -> None:
    """Write config.json and model.safetensors (half precision). `notes`: the options of the training."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_type": "prelabel-compact", "tags": list(tags), "shape": asdict(shape), "training": dict(notes)}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    save_file({name: np.ascontiguousarray(value, np.float16) for name, value in weights.items()}, folder / WEIGHTS)
    # safetensors makes files that only their owner may read; the data of a package must be readable by all.
    (folder / WEIGHTS).chmod(0o644)


def _misfit(folder: Path, reason: str) -> ModelUnavailable:
    return ModelUnavailable(f"{folder} does not fit this version ({reason}); train it again")


def _difference(wanted: Mapping[str, tuple[int, ...]], found: Mapping[str, tuple[int, ...]]) -> str:
    """Return the first difference between two tables of shapes; empty if they are equal."""
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if name not in wanted:
            return f"{name} is unknown"
        if wanted[name] != found[name]:
            return f"{name} is {_times(found[name])}, not {_times(wanted[name])}"
    return ""


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"
