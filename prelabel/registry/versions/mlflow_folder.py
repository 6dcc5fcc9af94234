"""A version as a folder that MLflow reads: its files and MLmodel, the description of a model.

MLmodel is YAML; JSON is YAML, too. The flavour is prelabel's own, so MLflow stores, registers and fetches the folder,
and prelabel loads it. There is no flavour python_function: it would need a pickled class or code in the folder.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prelabel.bucket.atomic_files import atomic_file
from prelabel.registry.versions.record import LINKER, TAGGER, Version

MLMODEL = "MLmodel"


def write_mlmodel(folder: Path, version: Version) -> Path:
    """Write MLmodel beside the files of a version, and return it. Raises OSError."""
    file = folder / MLMODEL
    with atomic_file(file, folder) as out:
        out.write(f"{json.dumps(mlmodel(version), ensure_ascii=True, indent=1)}\n".encode())
    return file


def mlmodel(version: Version) -> dict[str, Any]:
    """Return the content of MLmodel."""
    origin = version.origin
    parts = {part: part for part in (TAGGER, LINKER) if any(f.path.startswith(f"{part}/") for f in version.files)}
    return {
        "flavors": {"prelabel": {"prelabel_version": origin.prelabel, **parts}},
        "metadata": {f"prelabel_{name}": value for name, value in version.to_json().items()},
        "model_size_bytes": sum(file.bytes for file in version.files),
        "model_uuid": version.digest[:32],
        "utc_time_created": datetime.fromtimestamp(origin.at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
