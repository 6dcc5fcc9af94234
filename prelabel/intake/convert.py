"""Conversion of a document into the images of its pages, one page at a time, by kind of file.

PDF pages are rendered as PNG and bring their own words. Images that every browser shows keep their bytes; other images
become PNG, each page of a TIFF its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prelabel.errors import DocumentTooLong, ImageTooLarge
from prelabel.images.decode import decode, decode_frame, tiff_pages
from prelabel.images.png import png
from prelabel.intake.kinds import SHOWN
from prelabel.pdf.document import open_pdf
from prelabel.pdf.page_words import PageWords
from prelabel.settings import Settings


@dataclass(frozen=True, slots=True)
class ConvertedPage:
    """A page as the bucket keeps it: its image, and JSON of its `PageWords`; None for a scan, which has no words."""

    image: bytes | Path
    words: bytes | None = None


def count_pages(path: Path, kind: str, settings: Settings) -> int:
    """Count the pages of a file, at least 1.

    Raises DocumentTooLong, DocumentLocked, DocumentUnreadable, EngineUnavailable, ImageUnreadable, ImageTooLarge.
    """
    pages, most = 1, settings.max_document_pages
    if kind == "PDF":
        with open_pdf(path) as pdf:
            pages = pdf.page_count
    elif kind == "TIFF":
        with path.open("rb") as file:
            pages = len(tiff_pages(file, most + 1))
    if pages > most:
        raise DocumentTooLong(f"the document has {pages if kind == 'PDF' else 'more'} pages, {most} allowed")
    return pages


def convert(path: Path, kind: str, number: int, settings: Settings) -> ConvertedPage:
    """Convert page `number`, from 1; the same page with the same settings gives the same bytes.

    Raises DocumentLocked, DocumentUnreadable, EngineUnavailable, ImageUnreadable, ImageTooLarge.
    """
    if kind == "PDF":
        return _pdf_page(path, number, settings)
    if kind == "TIFF":
        with path.open("rb") as file:
            frame = tiff_pages(file, number)[-1]
            return ConvertedPage(png(decode_frame(file, frame, max_pixels=settings.max_image_pixels)))
    if (size := path.stat().st_size) > settings.max_image_bytes:
        raise ImageTooLarge(
            f"the image has {size} bytes, {settings.max_image_bytes} allowed (PRELABEL_MAX_IMAGE_BYTES)"
        )
    shown = decode(path.read_bytes(), max_pixels=settings.max_image_pixels)
    return ConvertedPage(path if kind in SHOWN else png(shown))


def _pdf_page(path: Path, number: int, settings: Settings) -> ConvertedPage:
    with open_pdf(path) as pdf:
        page = pdf.page(number, dpi=settings.pdf_dpi, max_pixels=settings.max_image_pixels, color=settings.pdf_color)
    words = PageWords(*page.image.size, page.layer, page.form_fields)
    return ConvertedPage(png(page.image), words.to_json() if page.layer.trusted or page.form_fields else None)
