"""Kinds of files that are accepted: suffixes and content types of raw files and of their pages' images."""

from __future__ import annotations

#: Suffix and content type of each kind of file that is accepted; images by Pillow's names.
KINDS = {
    "PDF": (".pdf", "application/pdf"),
    "PNG": (".png", "image/png"),
    "JPEG": (".jpg", "image/jpeg"),
    "WEBP": (".webp", "image/webp"),
    "TIFF": (".tiff", "image/tiff"),
    "GIF": (".gif", "image/gif"),
    "BMP": (".bmp", "image/bmp"),
    "AVIF": (".avif", "image/avif"),
    "JPEG2000": (".jp2", "image/jp2"),
}
#: Kinds whose files become page images without conversion.
SHOWN = frozenset({"PNG", "JPEG", "WEBP"})


def page_suffix(kind: str) -> str:
    """Return the suffix of the pages' images."""
    return KINDS[kind if kind in SHOWN else "PNG"][0]


def page_content_type(kind: str) -> str:
    """Return the content type of the pages' images."""
    return KINDS[kind if kind in SHOWN else "PNG"][1]
