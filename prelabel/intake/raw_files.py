"""The raw file of a document on this machine: its pages are rendered one by one, and S3 is asked for it once."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from prelabel.intake.bucket import Bucket, FolderBucket
from prelabel.intake.limits import spool_errors, spool_folder
from prelabel.settings import Settings

#: A copy that nobody has used for so long is removed when the next one is made.
_KEPT_S = 600.0


def raw_file(bucket: Bucket, key: str, settings: Settings) -> Path:
    """A path to read the file from, now. Raises FileGone, StorageFull, and what the bucket raises."""
    if isinstance(bucket, FolderBucket):
        return bucket.root / key
    copy = spool_folder(settings) / f"raw-{key.rpartition('/')[2]}"
    with suppress(FileNotFoundError):
        os.utime(copy)
        return copy
    _remove_unused(copy.parent)
    with spool_errors(settings):
        bucket.download(key, copy)
    return copy


def _remove_unused(folder: Path) -> None:
    """Of other documents; also what an upload that was killed has left, once nobody can still be at it."""
    for file in folder.glob("raw-*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < time.time() - _KEPT_S:
                file.unlink()
