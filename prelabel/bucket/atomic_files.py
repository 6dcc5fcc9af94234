"""Atomic files of this machine: written completely or not at all; and StorageFull for a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from prelabel.errors import StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def storage_full_errors(what: str) -> Iterator[None]:
    """Raise StorageFull where a disk or quota of this machine has no space left."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        reason = os.strerror(error.errno).lower()
        raise StorageFull(f"no space was left while {what} was written ({reason})") from None


@contextmanager
def atomic_file(path: Path, partial: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears at `path` once it is complete and on the disk; make its parent folders.

    `partial`: a folder on the same file system, where a killed process may leave its partial file. Raises OSError.
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
    """Write the new name to the disk, too; some network drives do not support this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)
