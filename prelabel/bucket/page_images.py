"""Images of pages that lie in the bucket: read from there, and not by way of Label Studio or the uploader."""

from __future__ import annotations

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys, page_of
from prelabel.errors import FileGone, ImageTooLarge


def own_image(bucket: Bucket, keys: Keys, reference: str, max_bytes: int) -> bytes | None:
    """The image file of a page's reference; None where it leads elsewhere, or this machine has no such file.

    Whoever writes a page's data chooses the reference, so it opens nothing but pages. Raises ImageTooLarge,
    KeyRefused, BucketRefused, ServiceUnavailable.
    """
    key = keys.pages + reference.rpartition("/")[2]
    if page_of(reference) is None or bucket.reference(key) != reference:
        return None
    size = bucket.size(key)
    if size is None:
        return None
    if size > max_bytes:
        raise ImageTooLarge(f"the image file is larger than MAX_IMAGE_BYTES={max_bytes}")
    try:
        return bucket.get(key)
    except FileGone:  # between the two calls
        return None
