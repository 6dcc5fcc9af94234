"""Record of a version: its files with digests, and where they come from. Checked whenever it is read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from prelabel.errors import ModelUnavailable

#: What a version consists of: a folder each.
TAGGER, LINKER = "tagger", "linker"
PARTS = (TAGGER, LINKER)
_FORMAT = 1
#: The files that the loaders read. No pickle has one of these endings, and no name leads out of its folder.
_PATH = re.compile(rf"(?:{'|'.join(PARTS)})/[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.(?:safetensors|json|txt)", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a version. `path`: "tagger/NAME" or "linker/NAME"."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from. `at`: unix time. `parent`: the number of a version.

    `data`, `data_digest`: the pages that it was trained on. `metrics`: figures by name, as the training gave them.
    """

    who: str
    at: float
    prelabel: str
    why: str = ""
    data: str = ""
    data_digest: str = ""
    parent: int | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a project's models: a number from 1, files in the order of their paths, and their origin."""

    number: int
    files: tuple[VersionFile, ...]
    origin: Origin

    @property
    def digest(self) -> str:
        """SHA-256 over paths and digests of all files; two versions with equal files have the same."""
        return hashlib.sha256(_bytes([[each.path, each.sha256] for each in self.files])).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the record as one object."""
        files = [asdict(each) for each in self.files]
        return {"number": self.number, "digest": self.digest, "files": files, **asdict(self.origin)}

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Self:
        """Read a record. Raises ValueError where it is no record, or names a file that no version may have."""
        try:
            files = tuple(VersionFile(**each) for each in made["files"])
            fields = {name: made[name] for name in Origin.__dataclass_fields__ if name in made}
            version = cls(made["number"], files, Origin(**fields))
        except (KeyError, TypeError) as error:
            raise ValueError(f"it lacks {error}" if isinstance(error, KeyError) else "it has another form") from None
        if type(version.number) is not int or version.number < 1:
            raise ValueError("its number is none")
        check_paths(each.path for each in files)
        for each in files:
            if not _SHA256.fullmatch(str(each.sha256)) or type(each.bytes) is not int:
                raise ValueError(f"{each.path} has no digest")
        if made.get("digest") != version.digest:
            raise ValueError("its digest is another one")
        return version


def check_path(path: object) -> None:
    """Raise ValueError unless this is the path of a file that a version may have."""
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no file of a model: only .safetensors, .json and .txt in {' or '.join(PARTS)}")


def check_paths(paths: Iterable[object]) -> None:
    """Raise ValueError unless these are the paths of all files of a version, each once: a tagger's, a linker's."""
    listed = list(paths)
    for path in listed:
        check_path(path)
    if len(set(listed)) != len(listed):
        raise ValueError("it names a file twice")
    if not any(str(path).startswith(f"{TAGGER}/") for path in listed):
        raise ValueError("it has no tagger")


def sealed(made: Mapping[str, Any]) -> bytes:
    """Return an object as JSON that carries its own checksum."""
    whole = {**made, "format": _FORMAT}
    text = json.dumps(whole | {"checksum": _checksum(whole)}, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def unsealed(data: bytes, key: str) -> dict[str, Any]:
    """Return the object in the JSON that `sealed` made. Raises ModelUnavailable where it was changed since."""
    try:
        made = json.loads(data)
    except ValueError as error:
        raise broken(key, error) from None
    if not isinstance(made, dict) or made.pop("checksum", "") != _checksum(made):
        raise broken(key, "its checksum is another one")
    if made.pop("format") != _FORMAT:
        raise ModelUnavailable(f"{key} in the registry of models is of a newer prelabel: upgrade this one")
    return made


def broken(key: str, error: object) -> ModelUnavailable:
    """Return the error for a file of the registry that is not as it was written."""
    return ModelUnavailable(
        f"{key} in the registry of models is damaged ({error}): put it back from a backup of the bucket, or push the "
        "models again and promote them"
    )


def _checksum(made: Mapping[str, Any]) -> str:
    return hashlib.sha256(_bytes(made)).hexdigest()


def _bytes(made: object) -> bytes:
    return json.dumps(made, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
