"""Files of a version, found in the folders that trainings write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prelabel.errors import ModelUnavailable
from prelabel.registry.linker_files import read_linker
from prelabel.registry.model_files import read_config
from prelabel.registry.tagger_files import read_compact, read_layoutlm
from prelabel.registry.versions.record import LINKER, TAGGER, check_path

#: Files of a training beside the model that no loader reads.
_LEFT_OUT = frozenset({"importances.json"})


def version_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the files of a version by their paths in it. `folders`: one of a tagger, one of a linker, or both.

    Raises ModelUnavailable for a folder of another kind, two of one kind, or a model that no loader would take.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        part = part_of(folder)
        if any(path.startswith(f"{part}/") for path in found):
            raise ModelUnavailable(f"{folder} is a second {part}: name one")
        for file in sorted(folder.iterdir()):
            path = f"{part}/{file.name}"
            if file.is_file() and file.name not in _LEFT_OUT and _is_wanted(path):
                found[path] = file
    return found


def part_of(folder: Path) -> str:
    """Return "tagger" or "linker" for a folder whose model can be loaded. Raises ModelUnavailable."""
    kind = read_config(folder).get("model_type") if folder.is_dir() else None
    if kind == "prelabel-linker":
        read_linker(folder)
        return LINKER
    if kind == "prelabel-compact":
        read_compact(folder)
        return TAGGER
    if kind == "layoutlm":
        read_layoutlm(str(folder))
        return TAGGER
    raise ModelUnavailable(
        f"{folder} is no folder of a tagger or a linker; name what `prelabel train ser` wrote (FOLDER/best), or "
        "`prelabel train relations`"
    )


def _is_wanted(path: str) -> bool:
    try:
        check_path(path)
    except ValueError:
        return False
    return True
