"""Images of pages that lie in the bucket: read directly, not through Label Studio or the uploader."""

from __future__ import annotations

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys, page_of
from prelabel.errors import FileGone, ImageTooLarge


def is_in_bucket(bucket: Bucket, keys: Keys, reference: str) -> bool:
    """Return whether a page's reference leads to the bucket, whether the file is there or not."""
    return page_of(reference) is not None and bucket.reference(_key(keys, reference)) == reference


def _key(keys: Keys, reference: str) -> str:
    return keys.pages + reference.rpartition("/")[2]


def image_from_bucket(bucket: Bucket, keys: Keys, reference: str, max_bytes: int) -> bytes | None:
    """Return the image file of a page's reference; None for a reference to another place, or without a file.

    A page's data is written by others, so the reference gives access to page images only. Raises ImageTooLarge,
    KeyRefused, BucketRefused, ServiceUnavailable.
    """
    if not is_in_bucket(bucket, keys, reference):
        return None
    key = _key(keys, reference)
    size = bucket.size(key)
    if size is None:
        return None
    if size > max_bytes:
        raise ImageTooLarge(f"the image file is larger than PRELABEL_MAX_IMAGE_BYTES={max_bytes}")
    try:
        return bucket.get(key)
    except FileGone:  # between the two calls
        return None
