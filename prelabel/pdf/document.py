"""PDF files, page by page: the image of a page (see `rendering`), its own words, and the fields of its form."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image

from prelabel.errors import DocumentLocked, DocumentUnreadable, EngineUnavailable, ImageUnreadable
from prelabel.pdf.file_end import Beginning, pdf_end
from prelabel.pdf.rendering import Color, render, size_px
from prelabel.pdf.text_layer import TextLayer

if TYPE_CHECKING:
    from prelabel.pdf.form_fields import Filled
    from prelabel.pdf.page_words import FormField

#: PDFium looks for a PDF's end among twice so many of the file's last bytes.
_END_BYTES = 2048


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A rendered page (mode L or RGBX) with its own words and form fields, in pixels of that image."""

    image: Image.Image
    layer: TextLayer
    form_fields: tuple[FormField, ...]


class Pdf:
    """An open PDF, used by one thread at a time. Pages are read one by one; the file is never held as a whole."""

    def __init__(self, document: Any, dynamic_form: bool) -> None:
        self._document, self._dynamic_form = document, dynamic_form

    @property
    def page_count(self) -> int:
        """The number of pages, at least 1. Raises DocumentUnreadable for a dynamic XFA form, which holds no pages."""
        if self._dynamic_form:
            raise DocumentUnreadable(
                "the PDF is a dynamic XFA form, which only Adobe's programs show: open it there and print it to a PDF"
            )
        return len(self._document)

    def form_data(self) -> tuple[FormField, ...]:
        """Return the filled fields of a dynamic XFA form; none for other PDFs, whose fields belong to their pages."""
        from prelabel.pdf.xfa_fields import xfa_fields

        return xfa_fields(self._document) if self._dynamic_form else ()

    def page(self, number: int, *, dpi: float, max_pixels: int, color: Color = "gray") -> PdfPage:
        """Render page 1..`page_count` as PDF readers show it: turned, cut to its crop box, 8 bit.

        Filled form fields and annotations are part of image and words. Raises ImageUnreadable and ImageTooLarge, and
        DocumentUnreadable as `page_count` does.
        """
        import pypdfium2

        from prelabel.pdf.annotations import flattened, hide_unseen
        from prelabel.pdf.sight.page_sight import PageSight
        from prelabel.pdf.sight.seen_fields import seen_fields
        from prelabel.pdf.text_layer_check import checked_text_layer

        if not 1 <= number <= self.page_count:
            raise ImageUnreadable(f"the PDF has no page {number}")
        try:
            page = self._document[number - 1]
            size = size_px(page, dpi, max_pixels)
            hide_unseen(self._document, page, number - 1)
            fields = self._form_fields(page, *size)
            page, drawn = flattened(self._document, page, number - 1)
            image = render(page, dpi, color)
            sight = PageSight(page, image)
            return PdfPage(image, checked_text_layer(sight, image), seen_fields(fields, sight, image, drawn))
        except pypdfium2.PdfiumError as error:
            raise ImageUnreadable(f"page {number} of the PDF is broken ({error}): export it anew") from None

    def _form_fields(self, page: Any, width_px: int, height_px: int) -> list[Filled]:
        if self._document.formenv is None:
            return []
        from prelabel.pdf.form_fields import form_fields
        from prelabel.pdf.text import points_to_pixels

        to_pixels = points_to_pixels(page, width_px, height_px)
        return form_fields(page, self._document.formenv, to_pixels, width_px, height_px)


@contextmanager
def open_pdf(path: Path, password: str | None = None) -> Iterator[Pdf]:
    """Open a PDF; it is closed with the context.

    Raises DocumentLocked where a password is missing or wrong, DocumentUnreadable for a broken file, EngineUnavailable
    where pypdfium2 is not installed.
    """
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as error:
        raise EngineUnavailable(f"PDFs need pypdfium2 ({error}): pip install 'prelabel[pdf]'") from None
    with _opened(path) as file:
        end, size = pdf_end(file), path.stat().st_size
        source = path if size - end < _END_BYTES else Beginning(file, end)
        try:
            document = pypdfium2.PdfDocument(source, password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                what = "asks for a password" if password is None else "has another password"
                raise DocumentLocked(f"the PDF {what}: save it without one") from None
            if error.err_code == raw.FPDF_ERR_SECURITY:
                raise DocumentLocked("the PDF is locked in an unknown way: save it without protection") from None
            raise DocumentUnreadable("the PDF is broken or has no pages: check that it opens, export it anew") from None
        try:
            yield Pdf(document, document.get_formtype() != raw.FORMTYPE_NONE and _begin_form(document))
        finally:
            document.close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise DocumentUnreadable(f"the file cannot be opened ({error.strerror}): look at its path and rights") from None


def _begin_form(document: Any) -> bool:
    """Load the form's fields where possible; return whether it is a dynamic XFA form, a file without its pages."""
    import pypdfium2
    from pypdfium2 import raw

    from prelabel.pdf.form_fields import has_form

    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # for each form it warns that it does not support XFA
    with suppress(pypdfium2.PdfiumError):
        document.init_forms()
    if document.get_formtype() != raw.FORMTYPE_XFA_FULL:
        return False
    try:
        return not has_form(document[0])
    except pypdfium2.PdfiumError:
        return True
