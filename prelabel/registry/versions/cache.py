"""Copies of versions on this machine, by digest: fetched once, checked at each use, shared by all processes.

CACHE/DIGEST/tagger/..., linker/...   a version, renamed to this place when all of its files are right
CACHE/champions/SERVER-PROJECT.json   the champion that was known last, for the time without the bucket
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self
from uuid import uuid4

from prelabel.bucket.atomic_files import atomic_file, storage_full_errors
from prelabel.errors import ModelUnavailable, PrelabelError, SettingError
from prelabel.registry.model_files import file_digest
from prelabel.registry.versions.record import Version, sealed, unsealed
from prelabel.registry.versions.store import Registry
from prelabel.settings import Settings

_PARTIAL, _CHAMPIONS = ".partial", "champions"
#: A fetch that takes longer counts as dead.
_OLD_S = 86400.0
#: Seconds for which one warning is not repeated.
_TOLD_S = 600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cache:
    """Versions of models in a folder of this machine."""

    root: Path

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the copies in PRELABEL_MODELS_CACHE."""
        return cls(Path(settings.models_cache).expanduser())

    def folder(self, registry: Registry, version: Version) -> Path:
        """Return the folder of a version; fetch it where it is missing or damaged.

        Raises ModelUnavailable, StorageFull, ServiceUnavailable, BucketRefused.
        """
        folder = self.root / version.digest
        if is_whole(folder, version):
            return folder
        try:
            with storage_full_errors(f"a copy of version {version.number}"):
                self._fetch(registry, version, folder)
        except OSError as error:
            raise ModelUnavailable(
                f"PRELABEL_MODELS_CACHE={self.root} cannot be written ({os.strerror(error.errno or 0).lower()}): name "
                "a folder that this user may write"
            ) from None
        return folder

    def champion(self, registry: Registry) -> tuple[Version, Path]:
        """Return the champion of a project and its folder; the one known last while the registry does not give one.

        Raises ModelUnavailable where there is none, or what the registry raises where none is known here.
        """
        known = self.root / _CHAMPIONS / f"{registry.prefix.strip('/').replace('/', '-')}.json"
        try:
            version = self._champion_now(registry)
            folder = self.folder(registry, version)
        except PrelabelError as error:
            if (last := self._last(known)) is None:
                raise
            _warn(f"version {last[0].number} goes on serving: {error}", int(time.time() / _TOLD_S))
            return last
        data = sealed(version.to_json())
        with suppress(OSError):  # a full disk keeps no champion from serving
            if not known.is_file() or known.read_bytes() != data:
                with atomic_file(known, self.root / _PARTIAL) as file:
                    file.write(data)
        return version, folder

    def _champion_now(self, registry: Registry) -> Version:
        number = registry.aliases().champion
        if number is None:
            raise ModelUnavailable(
                "the registry of models has no champion of this project: `prelabel models push` stores a version, "
                "`prelabel models promote` makes it champion"
            )
        return registry.version(number)

    def _last(self, known: Path) -> tuple[Version, Path] | None:
        try:
            version = Version.from_json(unsealed(known.read_bytes(), known.name))
        except (OSError, ValueError, ModelUnavailable):
            return None
        folder = self.root / version.digest
        return (version, folder) if is_whole(folder, version) else None

    def _fetch(self, registry: Registry, version: Version, folder: Path) -> None:
        partial = self.root / _PARTIAL
        partial.mkdir(parents=True, exist_ok=True)
        _remove_old(partial)
        made = partial / uuid4().hex
        try:
            write_version(registry, version, made)
            with suppress(FileNotFoundError):  # what is there is damaged, or whole by now and fetched twice
                folder.rename(partial / uuid4().hex)
            with suppress(FileExistsError, OSError):
                made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        if not is_whole(folder, version):
            raise ModelUnavailable(f"{folder} is changed while it is fetched: let only prelabel write there")


def write_version(registry: Registry, version: Version, folder: Path) -> None:
    """Write the files of a version below a folder, each checked. Raises what `Registry.fetch` does, and OSError."""
    for file in version.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        registry.fetch(file, target)


def copy_version(
    registry: Registry, version: Version, folder: Path, *, finish: Callable[[Path], object] | None = None
) -> None:
    """Copy a version to a new folder, which appears when all of its files are right.

    `finish`: adds to the folder before. Raises what `Registry.fetch` does, StorageFull, and SettingError where the
    folder cannot be made.
    """
    partial = folder.absolute().parent / f".{folder.name}.{uuid4().hex}"
    try:
        with storage_full_errors(str(folder)):
            write_version(registry, version, partial)
            if finish:
                finish(partial)
            partial.rename(folder)
    except OSError as error:
        raise SettingError(f"{folder} cannot be made ({os.strerror(error.errno or 0).lower()})") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def is_whole(folder: Path, version: Version) -> bool:
    """Return whether the folder holds exactly the files of a version, with the right content."""
    wanted = {file.path: file.sha256 for file in version.files}
    try:
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        return there == set(wanted) and all(_digest(folder / path) == wanted[path] for path in there)
    except OSError:
        return False


def _digest(file: Path) -> str:
    """Return the SHA-256 of a file, computed again when its time or size has changed: workers ask every few seconds."""
    found = file.stat()
    return file_digest(file, found.st_mtime_ns, found.st_size).hex()


@lru_cache(maxsize=64)
def _warn(text: str, _minutes: int) -> None:
    """Log a warning once in some minutes, not at each look."""
    log.warning("models: %s", text)


def _remove_old(partial: Path) -> None:
    for left in partial.iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _OLD_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
