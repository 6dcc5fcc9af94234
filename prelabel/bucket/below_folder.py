"""Files below a folder, reached part by part from an open folder, so that no symbolic link is followed on the way.

The folder itself may be a link. Each part is opened relative to the one before (openat, O_NOFOLLOW), so a link that
takes a part's place while a path is walked is not followed either. FIFOs, sockets and devices are never opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from prelabel.bucket.atomic_files import in_folder

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: A FIFO that takes the file's place after the look does not block.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
#: What systems answer to O_NOFOLLOW on a link; on Linux a folder that is a link is ENOTDIR.
_NOT_FOLLOWED = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR})


class LinkNotFollowed(OSError):
    """A folder on the way is a symbolic link. `filename`: its path below the first folder."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ELOOP, os.strerror(errno.ELOOP), path)


@contextmanager
def folder_below(root: Path, path: str, *, make: bool = False) -> Iterator[int]:
    """Yield a descriptor of the folder `path` ("a/b"; "": the root). `make`: make missing folders.

    Raises LinkNotFollowed and other OSErrors.
    """
    if make:
        root.mkdir(parents=True, exist_ok=True)
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        walked: list[str] = []
        for part in filter(None, path.split("/")):
            walked.append(part)
            below = _step(here, part, "/".join(walked), make=make)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def _step(folder: int, part: str, walked: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=folder)
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno in _NOT_FOLLOWED and _is_link(folder, part):
            raise LinkNotFollowed(walked) from None
        raise


def _is_link(folder: int, name: str) -> bool:
    with suppress(OSError):
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    return False


def file_size(folder: int, name: str) -> int | None:
    """Return a regular file's size; None for all else, links included. Raises FileNotFoundError, OSError."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def open_file(folder: int, name: str) -> BufferedReader:
    """Open a regular file for reading. Raises FileNotFoundError for all else, links included, and other OSErrors."""
    if file_size(folder, name) is None:  # opening a device may have effects
        raise FileNotFoundError(errno.ENOENT, "it is no regular file", name)
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in _NOT_FOLLOWED:
            raise FileNotFoundError(errno.ENOENT, "it is a link", name) from None
        raise
    file = os.fdopen(descriptor, "rb")
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return file
    file.close()
    raise FileNotFoundError(errno.ENOENT, "it is no regular file", name)


@contextmanager
def write_file(root: Path, path: str, partial: str, *, new: bool = False) -> Iterator[BinaryIO]:
    """Open a file for writing that appears at `path` once it is complete; a link in its place is replaced.

    `partial`: the folder below `root` where a killed process may leave its partial file. `new`: replace nothing. Raises
    LinkNotFollowed, FileExistsError (`new`) and other OSErrors.
    """
    folder, _, name = path.rpartition("/")
    with (
        folder_below(root, partial, make=True) as parts,
        folder_below(root, folder, make=True) as target,
        in_folder(target, name, parts, new=new) as file,
    ):
        yield file


def files_below(root: Path, path: str) -> Iterator[str]:
    """Yield the paths, from `root` on, of all regular files below the folder `path`; hidden names are left out.

    A missing folder is empty. Raises LinkNotFollowed if a part of `path` is a link; links further below are left out.
    """
    waiting = [path]
    while waiting:
        start = waiting.pop()
        try:
            files, folders = _listed(root, start)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR} or (isinstance(error, LinkNotFollowed) and start != path):
                continue  # it went, or became a link, in the meantime
            raise
        yield from files
        waiting += folders


def _listed(root: Path, path: str) -> tuple[list[str], list[str]]:
    """Return the files and the folders in one folder."""
    files: list[str] = []
    folders: list[str] = []
    with folder_below(root, path) as folder, os.scandir(folder) as entries:
        for entry in entries:
            where = f"{path}/{entry.name}" if path else entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_file(follow_symlinks=False):
                files.append(where)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(where)
    return files, folders


def remove_old_files(root: Path, path: str, before: float) -> None:
    """Remove the files of one folder that were last written before unix time `before`; a missing folder is empty."""
    with suppress(FileNotFoundError), folder_below(root, path) as folder, os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    os.unlink(entry.name, dir_fd=folder)
