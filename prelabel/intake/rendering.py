"""A page of a PDF file -> what the bucket keeps of it: the image as PNG, and its own words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prelabel.images.png import png
from prelabel.pdf.document import open_pdf
from prelabel.pdf.page_words import PageWords
from prelabel.settings import Settings


@dataclass(frozen=True, slots=True)
class Rendered:
    """`words`: JSON of `PageWords`; None for a page that says nothing about itself, a scan for instance."""

    image: bytes
    words: bytes | None


def count_pages(path: Path) -> int:
    """At least 1. Raises DocumentLocked, DocumentUnreadable, EngineUnavailable."""
    with open_pdf(path) as pdf:
        return pdf.page_count


def render(path: Path, number: int, settings: Settings) -> Rendered:
    """Page `number`, from 1; the same page with the same settings gives the same bytes.

    Raises what `count_pages` does, ImageUnreadable and ImageTooLarge.
    """
    with open_pdf(path) as pdf:
        page = pdf.page(number, dpi=settings.pdf_dpi, max_pixels=settings.max_image_pixels, color=settings.pdf_color)
    said = PageWords(*page.image.size, page.layer, page.form_fields)
    return Rendered(png(page.image), said.to_json() if page.layer.trusted or page.form_fields else None)
