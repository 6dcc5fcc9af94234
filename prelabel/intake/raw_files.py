"""The raw file of a document on this machine: its pages are rendered one by one, and S3 is asked for it once."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.interface import Bucket
from prelabel.intake.spool import spool_errors, spool_folder, tidy_spool
from prelabel.settings import Settings


def raw_file(bucket: Bucket, key: str, settings: Settings) -> Path:
    """A path to read the file from, now. Raises FileGone, StorageFull, and what the bucket raises."""
    if isinstance(bucket, FolderBucket):
        return bucket.root / key
    copy = spool_folder(settings) / f"raw-{key.rpartition('/')[2]}"
    with suppress(FileNotFoundError):
        os.utime(copy)  # else it would be tidied away
        return copy
    tidy_spool(settings)
    with spool_errors(settings):
        bucket.download(key, copy)
    return copy
