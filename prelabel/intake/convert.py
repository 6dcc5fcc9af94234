"""From a document to the images of its pages, one page at a time; each kind of file in its own way.

PDFs are `rendering`'s. Of images, those that every browser shows keep their bytes; all others become PNG, a TIFF one a
page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prelabel.errors import DocumentTooLong, ImageTooLarge
from prelabel.images.decode import decode, decode_frame, tiff_pages
from prelabel.images.png import png
from prelabel.intake import rendering
from prelabel.intake.accept import KINDS
from prelabel.settings import Settings

#: Kinds whose files are pages as they are.
_SHOWN = frozenset({"PNG", "JPEG", "WEBP"})


@dataclass(frozen=True, slots=True)
class ConvertedPage:
    """What the bucket keeps of a page: its image, and its own words as JSON where it has any."""

    image: bytes | Path
    words: bytes | None = None


def page_suffix(kind: str) -> str:
    """The suffix of the pages' images."""
    return KINDS[kind if kind in _SHOWN else "PNG"][0]


def content_type(kind: str) -> str:
    """What the pages' images are served as."""
    return KINDS[kind if kind in _SHOWN else "PNG"][1]


def count_pages(path: Path, kind: str, settings: Settings) -> int:
    """How many pages a file has, at least 1.

    Raises DocumentTooLong, DocumentLocked, DocumentUnreadable, ImageUnreadable, ImageTooLarge.
    """
    pages, most = 1, settings.max_document_pages
    if kind == "PDF":
        pages = rendering.count_pages(path)
    elif kind == "TIFF":
        with path.open("rb") as file:
            pages = len(tiff_pages(file, most + 1))
    if pages > most:
        raise DocumentTooLong(f"the document has {pages if kind == 'PDF' else 'more'} pages, {most} allowed")
    return pages


def convert(path: Path, kind: str, number: int, settings: Settings) -> ConvertedPage:
    """Page `number`, from 1. Raises ImageUnreadable and ImageTooLarge."""
    if kind == "PDF":
        page = rendering.render(path, number, settings)
        return ConvertedPage(page.image, page.words)
    if kind == "TIFF":
        with path.open("rb") as file:
            frame = tiff_pages(file, number)[-1]
            return ConvertedPage(png(decode_frame(file, frame, max_pixels=settings.max_image_pixels)))
    if (size := path.stat().st_size) > settings.max_image_bytes:
        raise ImageTooLarge(f"the image has {size} bytes, {settings.max_image_bytes} allowed (MAX_IMAGE_BYTES)")
    shown = decode(path.read_bytes(), max_pixels=settings.max_image_pixels)
    return ConvertedPage(path if kind in _SHOWN else png(shown))
