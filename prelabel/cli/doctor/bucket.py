"""Check of the bucket: a folder, or one on S3."""

from __future__ import annotations

from pathlib import Path

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.cli.doctor.check import Check, run_check
from prelabel.intake.spool import spool_folder
from prelabel.settings import Settings
from prelabel.startup.needs import check_writable


def check_bucket(settings: Settings) -> Check:
    """Check that files can be listed and stored."""
    return run_check("bucket", lambda: _try_bucket(settings))


def _try_bucket(settings: Settings) -> str:
    """List one page, store and delete files on S3; return the detail. Raises PrelabelError."""
    bucket, keys = open_bucket(settings), Keys.from_settings(settings)
    next(bucket.keys(keys.pages), None)
    spool_folder(settings)
    if settings.bucket_name:
        for prefix in (keys.raw, keys.stored):
            bucket.put(f"{prefix}doctor", b"", "text/plain")
            bucket.delete(f"{prefix}doctor")
        return f"{settings.bucket} at {settings.s3_endpoint or 'AWS'} lists, stores and deletes files"
    check_writable(Path(settings.bucket).absolute())
    return f"documents and pages are stored in the folder {settings.bucket}"
