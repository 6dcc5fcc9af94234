"""Interface of every bucket: files by key. Implemented by `folder` and `s3`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from prelabel.errors import BUCKET, BucketRefused, PrelabelError, ServiceUnavailable

#: A put that takes longer counts as dead.
LONGEST_PUT_S = 86400.0


def of_bucket(error: PrelabelError) -> PrelabelError:
    """Note in an error that the bucket may be away or refuse everything; a missing file says nothing of the kind."""
    if isinstance(error, ServiceUnavailable | BucketRefused):
        error.server = BUCKET
    return error


class Bucket(Protocol):
    """Files by key. Safe in threads. All methods raise KeyRefused, BucketRefused and ServiceUnavailable."""

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store a file completely or not at all; replace an earlier file. Raises StorageFull."""

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Store a small file if there is none of this key, completely or not at all; return whether it was stored.

        Of several processes that store one key at once, one gets True. Raises StorageFull.
        """

    def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises FileGone."""

    def download(self, key: str, path: Path) -> None:
        """Write a file to `path`, completely or not at all. Raises FileGone, StorageFull."""

    def size(self, key: str) -> int | None:
        """Return a file's size in bytes; None where there is no such file."""

    def delete(self, key: str) -> None:
        """Remove a file; a missing file is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield all keys with this prefix, in the order of their bytes."""

    def reference(self, key: str) -> str:
        """Return the address by which Label Studio finds the image."""

    def tidy(self, prefix: str) -> None:
        """Remove the partial files, hidden from readers, that killed processes left more than a day ago."""
