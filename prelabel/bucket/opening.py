"""Opening of the bucket that the setting BUCKET names."""

from __future__ import annotations

from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.interface import Bucket
from prelabel.settings import Settings


def open_bucket(settings: Settings) -> Bucket:
    """Return the bucket of BUCKET, without a first access. Raises SettingError."""
    if settings.bucket_name:
        from prelabel.bucket.s3 import S3Bucket

        return S3Bucket.from_settings(settings)
    return FolderBucket(Path(settings.bucket), settings.uploader_url)
