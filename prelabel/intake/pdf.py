"""PDF files, page by page: the page as a gray image, and the words that it carries itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from prelabel.errors import EngineUnavailable, ImageTooLarge, ImageUnreadable

if TYPE_CHECKING:
    from prelabel.ocr.text_layer import TextLayer

_POINTS_PER_INCH = 72


class Pdf:
    """One open file; its pages are read one at a time, and never all of the file. Used by one thread at a time."""

    def __init__(self, document: Any) -> None:
        self._document = document

    @property
    def page_count(self) -> int:
        """At least 1: PDFium opens no other."""
        return len(self._document)

    def page(self, number: int, *, dpi: float, max_pixels: int) -> tuple[Image.Image, TextLayer]:
        """Page 1..`page_count`, rendered (mode L), and its words in pixels of that image.

        Filled form fields and remarks are part of both. Raises ImageUnreadable and ImageTooLarge.
        """
        import pypdfium2

        from prelabel.ocr.text_layer import text_layer

        try:
            page = self._flat_page(number)
            _check_size(page, dpi, max_pixels)
            shown = page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True, may_draw_forms=False).to_pil()
            return shown, text_layer(page, shown)
        except pypdfium2.PdfiumError as error:
            raise ImageUnreadable(f"page {number} of the PDF is broken ({error}): export it anew") from None

    def _flat_page(self, number: int) -> Any:
        """The page with what people filled in and noted drawn as parts of it."""
        from pypdfium2 import raw

        page = self._document[number - 1]
        if raw.FPDFPage_GetAnnotCount(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY):
            page.close()
            page = self._document[number - 1]
        return page


@contextmanager
def open_pdf(path: Path) -> Iterator[Pdf]:
    """Raises EngineUnavailable where pypdfium2 is not installed, ImageUnreadable for a file that cannot be read."""
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as error:
        raise EngineUnavailable(f"PDFs need pypdfium2 ({error}): pip install 'prelabel[pdf]'") from None
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise ImageUnreadable("the PDF asks for a password: save it without one") from None
        raise ImageUnreadable("the PDF is broken or has no pages: check that it opens, then export it anew") from None
    try:
        yield Pdf(document)
    finally:
        document.close()


def _check_size(page: Any, dpi: float, max_pixels: int) -> None:
    width, height = (round(side * dpi / _POINTS_PER_INCH) for side in page.get_size())
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"{width} x {height} pixels at {dpi:g} dpi, {max_pixels} allowed: lower PDF_DPI, or raise MAX_IMAGE_PIXELS"
        )
