"""A linker's folder as files: config, models as text, digest. No lightgbm here, so that light commands can ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prelabel.errors import ModelUnavailable
from prelabel.registry.tagger_files import CONFIG, MODELS, digest_of, read_config

SHIPPED_LINKER = MODELS / "linker"
#: Of the models of each kind of link.
STAGES = ("first", "second")
#: The grouper's models, see `prelabel.kie.group.grouper`.
ACROSS, DOWN = "words.across.txt", "words.down.txt"


def read_linker(folder: Path) -> tuple[dict[str, Any], str]:
    """(config, SHA-256 over all files). Raises ModelUnavailable with one line."""
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
    """Where the model of one kind and stage lies."""
    return folder / f"{kind}.{stage}.txt"
