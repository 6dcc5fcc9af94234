"""Opening of the bucket that the setting PRELABEL_BUCKET names."""

from __future__ import annotations

from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.interface import Bucket
from prelabel.errors import SettingError
from prelabel.settings import Settings


def open_bucket(settings: Settings) -> Bucket:
    """Return the bucket of PRELABEL_BUCKET, without a first access. Raises SettingError."""
    if settings.bucket_name:
        return _s3(settings)
    return FolderBucket(Path(settings.bucket), settings.uploader_url)


def _s3(settings: Settings) -> Bucket:
    try:
        from prelabel.bucket.s3 import S3Bucket
    except ModuleNotFoundError as error:
        raise SettingError(
            f"PRELABEL_BUCKET={settings.bucket} needs {error.name}: pip install 'prelabel[s3]'"
        ) from None
    return S3Bucket.from_settings(settings)
