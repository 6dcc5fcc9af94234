"""Image files on this machine, read with a limit on their size."""

from __future__ import annotations

from pathlib import Path

from prelabel.errors import ImageMissing, ImageTooLarge


def image_bytes(file: Path, *, max_bytes: int) -> bytes:
    """Read the whole file. Raises ImageMissing, and ImageTooLarge before any byte is read."""
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise ImageTooLarge(f"{size} bytes, {max_bytes} allowed: raise PRELABEL_MAX_IMAGE_BYTES")
        return file.read_bytes()
    except OSError as error:
        raise ImageMissing(f"cannot be opened ({error.strerror}): correct the path") from None
