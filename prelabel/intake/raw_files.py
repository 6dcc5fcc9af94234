"""Raw files of documents on this machine: a copy of S3's file is kept in the spool while its pages are rendered."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.interface import Bucket
from prelabel.intake.spool import spool_errors, spool_folder, tidy_spool
from prelabel.settings import Settings


def raw_file(bucket: Bucket, key: str, settings: Settings) -> Path:
    """Return a path to read the file from at once. Raises FileGone, StorageFull, and the errors of the bucket."""
    if isinstance(bucket, FolderBucket):
        return bucket.root / key
    copy = spool_folder(settings) / f"raw-{key.rpartition('/')[2]}"
    with suppress(FileNotFoundError):
        os.utime(copy)  # tidy_spool removes copies by their age
        return copy
    tidy_spool(settings)
    with spool_errors(settings):
        bucket.download(key, copy)
    return copy
