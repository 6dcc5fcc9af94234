"""Bucket in a folder of this machine."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prelabel.bucket.atomic_files import atomic_file, storage_full_errors
from prelabel.bucket.interface import LONGEST_PUT_S
from prelabel.bucket.keys import checked_key, served_url
from prelabel.errors import BucketRefused, FileGone, PrelabelError, ServiceUnavailable

#: Folder of files that are being written, on the same file system as the bucket. No storage reads it.
_PARTIAL = ".partial"
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
_AWAY = frozenset({errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENOTCONN})


class FolderBucket:
    """A folder, made by the first write. `files_url`: the address at which the uploader serves its pages."""

    def __init__(self, root: Path, files_url: str) -> None:
        self.root = root
        self._files_url = files_url

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        path = self._path(key)
        with self._failures(key, absent=BucketRefused), atomic_file(path, self.root / _PARTIAL) as part:
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
            storage_full_errors(f"a copy of {key}"),
            self._path(key).open("rb") as source,
            atomic_file(path, path.parent) as target,
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
            for folder, folders, files in os.walk(self._path(start) if start else self.root, onerror=_ignore_absent):
                folders[:] = [name for name in folders if not name.startswith(".")]
                shown = (name for name in files if not name.startswith("."))
                found += [(Path(folder) / name).relative_to(self.root).as_posix() for name in shown]
        return iter(sorted(key for key in found if key.startswith(prefix)))

    def reference(self, key: str) -> str:
        return served_url(self._files_url, key)

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
            with storage_full_errors(key):
                yield
        except OSError as error:
            raise self._translated(error, key, absent) from None

    def _translated(self, error: OSError, key: str, absent: type[PrelabelError]) -> PrelabelError:
        reason = os.strerror(error.errno or 0).lower()
        if error.errno in _AWAY:
            return ServiceUnavailable(f"the folder PRELABEL_BUCKET={self.root} does not answer ({reason})")
        kind = absent if error.errno in _ABSENT else BucketRefused
        return kind(f"the folder PRELABEL_BUCKET={self.root} does not give or take {key or 'a list'} ({reason})")


def _ignore_absent(error: OSError) -> None:
    """Ignore a missing folder in `os.walk`, which is an empty list; raise other errors."""
    if error.errno not in _ABSENT:
        raise error
