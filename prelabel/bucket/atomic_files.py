"""Files of this machine that are written whole or not at all, and the error for a full disk."""

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
def full_disk(what: str) -> Iterator[None]:
    """A disk or quota of this machine that has no space left raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        reason = os.strerror(error.errno).lower()
        raise StorageFull(f"no space was left while {what} was written ({reason})") from None


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
