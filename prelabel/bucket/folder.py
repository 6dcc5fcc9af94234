"""Bucket in a folder of this machine."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from uuid import uuid4

from prelabel.bucket.atomic_files import atomic_file, storage_full_errors
from prelabel.bucket.below_folder import (
    LinkNotFollowed,
    file_size,
    files_below,
    folder_below,
    open_file,
    remove_old_files,
    write_file,
)
from prelabel.bucket.interface import LONGEST_PUT_S, of_bucket
from prelabel.bucket.keys import checked_key, served_url
from prelabel.errors import BucketRefused, FileGone, PrelabelError, ServiceUnavailable

#: File with the random name of a folder. No storage reads it.
_MARK = ".prelabel-folder"
#: Folder of files that are being written, on the same file system as the bucket. No storage reads it.
_PARTIAL = ".partial"
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
_AWAY = frozenset({errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENOTCONN})


class FolderBucket:
    """A folder, made by the first write. `files_url`: the address at which the uploader serves its pages.

    The folder itself may be a symbolic link. Links below it are not followed: a folder that is one is refused, a file
    that is one does not exist.
    """

    def __init__(self, root: Path, files_url: str) -> None:
        self.root = root
        self._files_url = files_url

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        with (
            self._failures(checked_key(key), absent=BucketRefused),
            write_file(self.root, key, _PARTIAL) as part,
        ):
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, part, 2**20)
            else:
                part.write(data)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        with self._failures(checked_key(key), absent=BucketRefused):
            try:
                with write_file(self.root, key, _PARTIAL, new=True) as part:
                    part.write(data)
            except FileExistsError:
                return False
        return True

    def get(self, key: str) -> bytes:
        with self._failures(key), self.opened(key) as file:
            return file.read()

    def download(self, key: str, path: Path) -> None:
        with (
            self._failures(key),
            storage_full_errors(f"a copy of {key}"),
            self.opened(key) as source,
            atomic_file(path, path.parent) as target,
        ):
            shutil.copyfileobj(source, target, 2**20)

    @contextmanager
    def opened(self, key: str) -> Iterator[BufferedReader]:
        """Open a file for reading. Raises FileGone, BucketRefused, ServiceUnavailable."""
        folder, _, name = checked_key(key).rpartition("/")
        with self._failures(key), folder_below(self.root, folder) as place:
            file = open_file(place, name)
        try:
            with file:
                yield file
        except OSError as error:
            raise (self._translated(error, key, FileGone) if error.errno in _AWAY else error) from None

    def size(self, key: str) -> int | None:
        folder, _, name = checked_key(key).rpartition("/")
        with suppress(FileGone), self._failures(key), folder_below(self.root, folder) as place:
            return file_size(place, name)
        return None

    def delete(self, key: str) -> None:
        folder, _, name = checked_key(key).rpartition("/")
        with suppress(FileGone), self._failures(key), folder_below(self.root, folder) as place:
            os.unlink(name, dir_fd=place)

    def keys(self, prefix: str) -> Iterator[str]:
        start = prefix.rpartition("/")[0]
        with self._failures(prefix):
            found = list(files_below(self.root, checked_key(start) if start else ""))
        return iter(sorted(key for key in found if key.startswith(prefix)))

    def reference(self, key: str) -> str:
        return served_url(self._files_url, key)

    def tidy(self, prefix: str) -> None:
        with self._failures(prefix):
            remove_old_files(self.root, _PARTIAL, time.time() - LONGEST_PUT_S)

    def mark(self, *, make: bool = False) -> str:
        """Return the folder's random name, by which machines see whether they share it; empty where it has none.

        `make`: give it a name, and make the folder if it is missing. Raises BucketRefused, ServiceUnavailable.
        """
        with suppress(FileGone), self._failures(""), folder_below(self.root, "", make=make) as folder:
            if make:
                with suppress(FileExistsError):
                    file = os.open(_MARK, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=folder)
                    with os.fdopen(file, "wb") as out:
                        out.write(uuid4().hex.encode())
            with open_file(folder, _MARK) as known:
                return known.read().decode("ascii", "replace")
        return ""

    @contextmanager
    def _failures(self, key: str, absent: type[PrelabelError] = FileGone) -> Iterator[None]:
        try:
            with storage_full_errors(key):
                yield
        except OSError as error:
            raise of_bucket(self._translated(error, key, absent)) from None
        except PrelabelError as error:
            raise of_bucket(error) from None

    def _translated(self, error: OSError, key: str, absent: type[PrelabelError]) -> PrelabelError:
        if isinstance(error, LinkNotFollowed):
            return BucketRefused(
                f"{error.filename} in the folder PRELABEL_BUCKET={self.root} is a symbolic link, which is not "
                "followed: mount the disk there (`mount --bind`), or let PRELABEL_BUCKET itself be the link"
            )
        reason = os.strerror(error.errno or 0).lower()
        if error.errno in _AWAY:
            return ServiceUnavailable(f"the folder PRELABEL_BUCKET={self.root} does not answer ({reason})")
        kind = absent if error.errno in _ABSENT else BucketRefused
        return kind(f"the folder PRELABEL_BUCKET={self.root} does not give or take {key or 'a list'} ({reason})")
