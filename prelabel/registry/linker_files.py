"""Files of a linker: config, models as text, digest; read without lightgbm, so that light commands can use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prelabel.errors import ModelUnavailable
from prelabel.registry.model_files import CONFIG, MODELS, digest_of, read_config

SHIPPED_LINKER = MODELS / "linker"
#: Stages of the models of each kind of link.
STAGES = ("first", "second")
#: Models of the grouper, see `prelabel.kie.group.grouper`.
ACROSS, DOWN = "words.across.txt", "words.down.txt"


def read_linker(folder: Path) -> tuple[dict[str, Any], str]:
    """Return (config, SHA-256 over all files). Raises ModelUnavailable with a message of one line."""
    if not folder.is_dir():
        raise ModelUnavailable(f"no linker folder {folder}; train one: prelabel train relations --out {folder}")
    config = read_config(folder)
    if config.get("model_type") != "prelabel-linker" or not isinstance(config.get("kinds"), dict):
        raise ModelUnavailable(f"{folder / CONFIG} is no config of the linker; train it again")
    kinds = tuple(sorted(config["kinds"]))
    files = [stage_file(folder, kind, stage) for kind in kinds for stage in STAGES]
    files += [folder / ACROSS, folder / DOWN]
    if missing := [file.name for file in files if not file.is_file()]:
        raise ModelUnavailable(f"{folder} has no {missing[0]}; copy the whole folder, or train it again")
    return config, digest_of((folder / CONFIG, *files), kinds)


def stage_file(folder: Path, kind: str, stage: str) -> Path:
    """Return the file of the model of one kind and stage."""
    return folder / f"{kind}.{stage}.txt"
