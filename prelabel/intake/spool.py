"""Spool: the folder of this machine where files lie on their way to and from the bucket, and errors of its disk."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prelabel.errors import SettingError, StorageFull
from prelabel.settings import Settings

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

#: Longer than the pause between two uses of a file.
_LONGEST_PAUSE_S = 3600.0


def spool_folder(settings: Settings) -> Path:
    """Return the spool's folder; make it, readable for this user alone, where it is missing."""
    folder = Path(settings.spool or tempfile.gettempdir()) / f"prelabel-{os.getuid()}"
    with spool_errors(settings):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()  # others may write beside it: a link of theirs may lead to any folder
        if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
            raise SettingError(
                f"{folder} belongs to another user or is a link: remove it, or set PRELABEL_SPOOL to a folder of yours"
            )
    return folder


def tidy_spool(settings: Settings) -> None:
    """Remove the partial files of killed processes, and copies that were not used for an hour."""
    for place in spool_folder(settings).iterdir():
        with suppress(OSError):
            if place.stat().st_mtime < time.time() - _LONGEST_PAUSE_S:
                shutil.rmtree(place) if place.is_dir() else place.unlink()


@contextmanager
def spool_errors(settings: Settings) -> Iterator[None]:
    """Raise StorageFull for a full disk, SettingError for a folder that cannot be written.

    A full disk of this machine is no fault of the work that meets it: waiting for space uses up no try.
    """
    try:
        yield
    except OSError as error:
        place = f"PRELABEL_SPOOL={settings.spool}" if settings.spool else "the system's temporary folder"
        reason = os.strerror(error.errno or 0).lower()
        if error.errno in _FULL:
            full = StorageFull(f"no space was left in {place} ({reason})")
            full.charged = False
            raise full from None
        raise SettingError(f"{place} cannot be used ({reason})") from None
