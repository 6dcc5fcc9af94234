"""Atomic files of this machine: written completely or not at all; and StorageFull for a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
        full = StorageFull(f"no space was left while {what} was written ({reason})")
        full.charged = error.errno == errno.EFBIG  # a limit of this one file; else other files wait, too
        raise full from None


@contextmanager
def atomic_file(path: Path, partial: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears at `path` once it is complete and on the disk; make its parent folders.

    `partial`: a folder on the same file system, where a killed process may leave its partial file. Raises OSError.
    """
    for folder in (partial, path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with _opened(partial) as parts, _opened(path.parent) as target, in_folder(target, path.name, parts) as file:
        yield file


@contextmanager
def in_folder(folder: int, name: str, partial: int, *, new: bool = False) -> Iterator[BinaryIO]:
    """Open an atomic file in an open folder, by descriptors of the folder and of that of partial files.

    `new`: never replace a file; raises FileExistsError at the end where there is one.
    """
    part = uuid4().hex
    try:
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o666, dir_fd=partial)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if new:
            os.link(part, name, src_dir_fd=partial, dst_dir_fd=folder)
        else:
            os.replace(part, name, src_dir_fd=partial, dst_dir_fd=folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=partial)
    _sync_folder(folder)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_folder(folder: int) -> None:
    """Write the new name to the disk, too; some network drives do not support this."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
