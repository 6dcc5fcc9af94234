"""Files that folders of taggers and of linkers share: the shipped models, config.json, digests, and their pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from prelabel.errors import ModelUnavailable

#: Folder of all models that ship with the package.
MODELS = Path(__file__).parent.parent / "models"

CONFIG = "config.json"
#: Hex digits of a digest that only distinguishes models, and the fewest digits of a pin.
DIGITS = 12


def read_config(folder: Path) -> dict[str, Any]:
    """Read the config.json of a model folder. Raises ModelUnavailable with a message of one line."""
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelUnavailable(f"{folder} has no {CONFIG}; name the folder that save_pretrained wrote") from None
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{path} cannot be read: {error}; copy it again") from None
    if not isinstance(config, dict):
        raise ModelUnavailable(f"{path} is no JSON object; copy it again")
    return config


def check_pin(name: str, sha256: str, pins: Sequence[str]) -> None:
    """Check that `pins` name the model; without pins every model is allowed. Raises ModelUnavailable."""
    if pins and not any(len(pin) >= DIGITS and sha256.startswith(pin.lower()) for pin in pins):
        raise ModelUnavailable(
            f"the model {name} has the digest {sha256}, which PRELABEL_MODEL_DIGESTS does not name: put the "
            "right files back, "
            "or add the digest"
        )


def digest_of(files: tuple[Path, ...], tags: tuple[str, ...]) -> str:
    """Return the SHA-256 over file contents and tag names; names and paths of the files do not count."""
    total = hashlib.sha256(" ".join(tags).encode())
    for file in files:
        total.update(file_digest(file, file.stat().st_mtime_ns, file.stat().st_size))
    return total.hexdigest()


@lru_cache(maxsize=128)
def file_digest(file: Path, _modified_ns: int, _size: int) -> bytes:
    """Return the digest of one file; cached until the file changes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
