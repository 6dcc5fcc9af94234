"""What one document may take of a machine: its spool's disk, and memory."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prelabel.errors import SettingError, StorageFull
from prelabel.settings import Settings

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

#: Nobody pauses so long between two pieces of a file.
_LONGEST_PAUSE_S = 3600.0


def spool_folder(settings: Settings) -> Path:
    """Where files lie on their way to and from the bucket; made when it is not there, for this user alone."""
    folder = Path(settings.spool or tempfile.gettempdir()) / f"prelabel-{os.getuid()}"
    with spool_errors(settings):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise SettingError(f"{folder} belongs to another user: remove it, or set SPOOL to a folder of your own")
    return folder


def tidy_spool(settings: Settings) -> None:
    """Remove what killed processes have left of files on their way, and copies that nobody has used for an hour."""
    for place in spool_folder(settings).iterdir():
        with suppress(OSError):
            if place.stat().st_mtime < time.time() - _LONGEST_PAUSE_S:
                shutil.rmtree(place) if place.is_dir() else place.unlink()


@contextmanager
def spool_errors(settings: Settings) -> Iterator[None]:
    """A full disk is StorageFull, a folder that cannot be written SettingError."""
    try:
        yield
    except OSError as error:
        place = f"SPOOL={settings.spool}" if settings.spool else "the system's temporary folder"
        reason = os.strerror(error.errno or 0).lower()
        if error.errno in _FULL:
            raise StorageFull(f"no space was left in {place} ({reason})") from None
        raise SettingError(f"{place} cannot be used ({reason})") from None


@contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Let this process take so much more memory for its data, and no more: MemoryError, or its end in native code."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    held_pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    allowed = held_pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
