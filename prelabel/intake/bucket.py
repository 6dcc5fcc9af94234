"""Where documents are kept: one interface, and a folder of this machine behind it. S3 is in `s3`."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from prelabel.errors import BucketRefused, FileGone, PrelabelError, ServiceUnavailable, StorageFull
from prelabel.intake.keys import checked_key, served_at
from prelabel.settings import Settings

#: Files on their way in. No storage looks into it; on the same file system as their places.
_PARTIAL = ".partial"
#: A put that takes longer has died.
LONGEST_PUT_S = 86400.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
_AWAY = frozenset({errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENOTCONN})


class Bucket(Protocol):
    """Files by key. Safe in threads. All methods raise KeyRefused, BucketRefused and ServiceUnavailable."""

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store it whole or not at all, in place of what was there. Raises StorageFull."""

    def get(self, key: str) -> bytes:
        """Raises FileGone."""

    def download(self, key: str, path: Path) -> None:
        """Write it to `path`, whole or not at all. Raises FileGone, StorageFull."""

    def size(self, key: str) -> int | None:
        """Bytes; None where there is no such file."""

    def delete(self, key: str) -> None:
        """A file that is not there is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin so, in the order of their bytes."""

    def reference(self, key: str) -> str:
        """The address by which Label Studio finds the image."""

    def tidy(self, prefix: str) -> None:
        """Remove what puts of a killed process have left behind, unseen by readers, more than a day ago."""


def open_bucket(settings: Settings) -> Bucket:
    """The bucket of BUCKET; nothing is asked of it yet. Raises SettingError."""
    if settings.bucket_name:
        from prelabel.intake.s3 import S3Bucket

        return S3Bucket.from_settings(settings)
    return FolderBucket(Path(settings.bucket), settings.uploader_url)


class FolderBucket:
    """A folder, made when it is first written to. `files_url`: where the uploader serves its pages."""

    def __init__(self, root: Path, files_url: str) -> None:
        self.root = root
        self._files_url = files_url

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        path = self._path(key)
        with self._failures(key, absent=BucketRefused), whole_file(path, self.root / _PARTIAL) as part:
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, part, 2**20)
            else:
                part.write(data)

    def get(self, key: str) -> bytes:
        with self._failures(key):
            return self._path(key).read_bytes()

    def download(self, key: str, path: Path) -> None:
        with (
            self._failures(key),
            full_disk(f"a copy of {key}"),
            self._path(key).open("rb") as source,
            whole_file(path, path.parent) as target,
        ):
            shutil.copyfileobj(source, target, 2**20)

    def size(self, key: str) -> int | None:
        path = self._path(key)
        with suppress(FileGone), self._failures(key):
            if path.is_file():
                return path.stat().st_size
        return None

    def delete(self, key: str) -> None:
        path = self._path(key)
        with suppress(FileGone), self._failures(key):
            path.unlink()

    def keys(self, prefix: str) -> Iterator[str]:
        found = []
        start = prefix.rpartition("/")[0]
        with self._failures(prefix):
            for folder, folders, files in os.walk(self._path(start) if start else self.root, onerror=_unless_absent):
                folders[:] = [name for name in folders if not name.startswith(".")]
                shown = (name for name in files if not name.startswith("."))
                found += [(Path(folder) / name).relative_to(self.root).as_posix() for name in shown]
        return iter(sorted(key for key in found if key.startswith(prefix)))

    def reference(self, key: str) -> str:
        return served_at(self._files_url, key)

    def tidy(self, prefix: str) -> None:
        with self._failures(prefix), suppress(FileNotFoundError):
            for part in (self.root / _PARTIAL).iterdir():
                if part.stat().st_mtime < time.time() - LONGEST_PUT_S:
                    part.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    @contextmanager
    def _failures(self, key: str, absent: type[PrelabelError] = FileGone) -> Iterator[None]:
        try:
            with full_disk(key):
                yield
        except OSError as error:
            raise self._meant(error, key, absent) from None

    def _meant(self, error: OSError, key: str, absent: type[PrelabelError]) -> PrelabelError:
        reason = os.strerror(error.errno or 0).lower()
        if error.errno in _AWAY:
            return ServiceUnavailable(f"the folder BUCKET={self.root} does not answer ({reason})")
        kind = absent if error.errno in _ABSENT else BucketRefused
        return kind(f"the folder BUCKET={self.root} does not give or take {key or 'a list'} ({reason})")


@contextmanager
def full_disk(what: str) -> Iterator[None]:
    """A disk or quota of this machine that has no space left raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        reason = os.strerror(error.errno).lower()
        raise StorageFull(f"no space was left while {what} was written ({reason})") from None


def _unless_absent(error: OSError) -> None:
    """What `os.walk` does not find is an empty list; what it may not read is none."""
    if error.errno not in _ABSENT:
        raise error


@contextmanager
def whole_file(path: Path, partial: Path) -> Iterator[BinaryIO]:
    """A file for writing that stands at `path` once it is whole and on the disk, and nowhere before; parents are made.

    `partial`: a folder on the same file system, where a killed process may leave what it had. Raises OSError.
    """
    for folder in (partial, path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    part = partial / uuid4().hex
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name is on the disk, too; some network drives cannot say so."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)
