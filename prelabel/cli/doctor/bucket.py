"""Check of the bucket: a folder, or one on S3."""

from __future__ import annotations

import os
from pathlib import Path

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.cli.doctor.check import Check, run_check
from prelabel.errors import BucketRefused
from prelabel.intake.spool import spool_folder
from prelabel.settings import Settings


def check_bucket(settings: Settings) -> Check:
    """Check that files can be listed and stored."""
    return run_check("bucket", lambda: _try_bucket(settings))


def _try_bucket(settings: Settings) -> str:
    """List one page, store and delete a file on S3; return the detail. Raises PrelabelError."""
    bucket, keys = open_bucket(settings), Keys.from_settings(settings)
    next(bucket.keys(keys.pages), None)
    spool_folder(settings)
    if settings.bucket_name:
        bucket.put(f"{keys.raw}doctor", b"", "text/plain")
        bucket.delete(f"{keys.raw}doctor")
        return f"{settings.bucket} at {settings.s3_endpoint or 'AWS'} lists, stores and deletes files"
    _check_writable(Path(settings.bucket).absolute())
    return f"documents are stored in the folder {settings.bucket}"


def _check_writable(folder: Path) -> None:
    """Check that the folder can be written, or made in its nearest parent. Raises BucketRefused."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BucketRefused(f"{nearest} is not writable: give this user the right to write, or change BUCKET")
