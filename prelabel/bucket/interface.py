"""The interface of every bucket: files by key. Behind it stand a folder (`folder`) and S3 (`s3`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

#: A put that takes longer has died.
LONGEST_PUT_S = 86400.0


class Bucket(Protocol):
    """Files by key. Safe in threads. All methods raise KeyRefused, BucketRefused and ServiceUnavailable."""

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store it whole or not at all, in place of what was there. Raises StorageFull."""

    def get(self, key: str) -> bytes:
        """Raises FileGone."""

    def download(self, key: str, path: Path) -> None:
        """Write it to `path`, whole or not at all. Raises FileGone, StorageFull."""

    def size(self, key: str) -> int | None:
        """Bytes; None where there is no such file."""

    def delete(self, key: str) -> None:
        """A file that is not there is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin so, in the order of their bytes."""

    def reference(self, key: str) -> str:
        """The address by which Label Studio finds the image."""

    def tidy(self, prefix: str) -> None:
        """Remove what puts of a killed process have left behind, unseen by readers, more than a day ago."""
