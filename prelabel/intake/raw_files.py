"""Raw files of documents on this machine: a copy of S3's file is kept in the spool while its pages are rendered."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.interface import Bucket
from prelabel.intake.spool import spool_errors, spool_folder, tidy_spool
from prelabel.settings import Settings

#: Linux shows an open file here as a path, which leads to that file whatever its name leads to by then.
_OPEN_FILES = Path("/proc/self/fd")


@contextmanager
def raw_file(bucket: Bucket, key: str, settings: Settings) -> Iterator[Path]:
    """Yield a path to read the file from, inside the block. Raises FileGone, StorageFull, and the bucket's errors."""
    if isinstance(bucket, FolderBucket) and _OPEN_FILES.is_dir():
        with bucket.opened(key) as file:
            yield _OPEN_FILES / str(file.fileno())
    else:
        yield _copy(bucket, key, settings)


def sha256_of(bucket: Bucket, key: str, settings: Settings) -> str:
    """Return a file's SHA-256 in hex. Raises as `raw_file`; a copy of S3's file is removed at once."""
    if isinstance(bucket, FolderBucket):
        with bucket.opened(key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    place = spool_folder(settings)
    with spool_errors(settings), tempfile.TemporaryDirectory(prefix="digest-", dir=place) as folder:
        copy = Path(folder) / "copy"
        bucket.download(key, copy)
        with copy.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(bucket: Bucket, key: str, settings: Settings) -> Path:
    copy = spool_folder(settings) / f"raw-{key.rpartition('/')[2]}"
    with suppress(FileNotFoundError):
        os.utime(copy)  # tidy_spool removes copies by their age
        return copy
    tidy_spool(settings)
    with spool_errors(settings):
        bucket.download(key, copy)
    return copy
