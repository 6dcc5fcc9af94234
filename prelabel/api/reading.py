"""Reading of files on this machine, without a server: `read` for one file, `Reader` for the pages of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prelabel.errors import DocumentError, ImageMissing, PageError, PrelabelError
from prelabel.page import Page
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.kie.tag.tagger import Tagger
    from prelabel.ocr.choose import Choice
    from prelabel.pdf.document import PdfPage
    from prelabel.pdf.page_words import FormField


def read(path: Path | str, *, password: str | None = None, settings: Settings | None = None) -> dict[str, Any]:
    """Read an image or a PDF and return its key-values, as `prelabel read --json` writes them.

    docs/reference/key-values.md describes the form: "file", "format", "pages", "fields", "tables", "sections", and
    "form_fields" for a PDF form. A page that cannot be read is {"page": 2, "error": {"code": ..., "message": ...}} in
    "pages"; this includes the page of an image file that is broken or too large.

    `password`: of a locked PDF. The models are loaded by the first call and kept for later ones.

    Raises ImageMissing when the file cannot be opened, DocumentLocked or DocumentUnreadable when a PDF cannot,
    EngineUnavailable or ModelUnavailable when OCR or a model is not installed, SettingError for a wrong setting.
    """
    settings = settings or get_settings()
    sources = page_sources(Path(path), password)
    unread = unreadable(sources[0], settings, password)
    pages = [unread] if unread else _read_all(sources, Reader(settings, password))
    error = pages[0].page
    if isinstance(error, DocumentError | ImageMissing) and not pages[0].form_fields:
        raise error  # of the whole file; a dynamic XFA form has no pages either, but fields
    return document_json(pages)


@dataclass(frozen=True, slots=True)
class PageSource:
    """Image file, or page `number` (from 1) of a PDF. `page_count`: 0 for an image."""

    file: Path
    number: int = 1
    page_count: int = 0

    def __str__(self) -> str:
        return f"{self.file}#{self.number}" if self.page_count > 1 else str(self.file)


@dataclass(frozen=True, slots=True)
class PageResult:
    """Page with its key-values, or the error that stands for it. `form_fields`: of a PDF form."""

    source: PageSource
    page: Page | PrelabelError
    form_fields: Sequence[FormField] = ()


class Reader:
    """OCR engine, tagger and linker, loaded once for many pages. Raises EngineUnavailable and ModelUnavailable."""

    def __init__(self, settings: Settings, password: str | None = None) -> None:
        from prelabel.kie.link.loading import linker_for
        from prelabel.kie.tag.loading import check_packages, describe, tagger_for
        from prelabel.kie.tag.threads import limit_threads
        from prelabel.ocr.engines import choice_for

        check_packages(settings)
        describe(settings)  # finds a missing model at once; importing an engine first may take seconds
        self._settings, self._password = settings, password
        self._choice: Choice = choice_for(settings, settings.for_project(0))
        self._tagger: Tagger = tagger_for(settings)
        self._linker = linker_for(settings)
        limit_threads(settings.torch_threads)

    def read(self, source: PageSource) -> PageResult:
        """Read one page and extract its key-values. A PageError or DocumentError is returned, not raised."""
        try:
            page, form_fields = self._recognise(source)
            return PageResult(source, self._extract(page), form_fields)
        except (PageError, DocumentError) as error:
            return PageResult(source, error, _form_data(source, self._password))

    def image(self, source: PageSource) -> Image.Image:
        """Return the page's image for drawing on it: both in their colours."""
        from prelabel.images.decode import decode

        if source.page_count:
            return self._rendered(source).image
        return decode(self._bytes(source), max_pixels=self._settings.max_image_pixels)

    def _recognise(self, source: PageSource) -> tuple[Page, Sequence[FormField]]:
        from prelabel.ocr.reading import read_image, read_page

        if not source.page_count:
            return read_page(self._bytes(source), self._choice, max_pixels=self._settings.max_image_pixels), ()
        rendered = self._rendered(source)
        return read_image(rendered.image, self._choice, rendered.layer), rendered.form_fields

    def _extract(self, page: Page) -> Page:
        from prelabel.kie.extract import extract, tag_input

        [probabilities] = self._tagger.forward([self._tagger.encode(tag_input(page))])
        link_threshold = self._settings.link_threshold
        return extract(page, probabilities, self._tagger.tags, linker=self._linker, link_threshold=link_threshold)

    def _bytes(self, source: PageSource) -> bytes:
        from prelabel.images.file import image_bytes

        return image_bytes(source.file, max_bytes=self._settings.max_image_bytes)

    def _rendered(self, source: PageSource) -> PdfPage:
        from prelabel.pdf.document import open_pdf

        with open_pdf(source.file, self._password) as pdf:
            limit = self._settings.max_image_pixels
            return pdf.page(source.number, dpi=self._settings.pdf_dpi, max_pixels=limit, color="auto")


def page_sources(file: Path, password: str | None = None) -> list[PageSource]:
    """List the pages of a file. A file that cannot be opened counts as one page; `Reader.read` returns its error."""
    if not _is_pdf(file):
        return [PageSource(file)]
    try:
        count = _count_pages(file, password)
    except DocumentError:
        count = 1
    return [PageSource(file, number, count) for number in range(1, count + 1)]


def unreadable(source: PageSource, settings: Settings, password: str | None = None) -> PageResult | None:
    """Open the file of a page; return its error if nothing of it can be read. No engine, model or pixel is loaded."""
    from prelabel.images.file import image_bytes
    from prelabel.images.sniff import require_image

    try:
        if not source.page_count:
            require_image(image_bytes(source.file, max_bytes=settings.max_image_bytes))
        elif source.page_count == 1:  # a PDF with more pages was opened when they were counted
            _count_pages(source.file, password)
    except (PageError, DocumentError) as error:
        return PageResult(source, error, _form_data(source, password))
    return None


def _read_all(sources: Sequence[PageSource], reader: Reader) -> list[PageResult]:
    return [reader.read(source) for source in sources]


def _count_pages(file: Path, password: str | None) -> int:
    from prelabel.pdf.document import open_pdf

    with open_pdf(file, password) as pdf:
        return pdf.page_count


def _form_data(source: PageSource, password: str | None) -> Sequence[FormField]:
    """Return the fields of a dynamic XFA form, which has no pages."""
    if not source.page_count:
        return ()
    from prelabel.pdf.document import open_pdf

    try:
        with open_pdf(source.file, password) as pdf:
            return pdf.form_data()
    except DocumentError:
        return ()


def document_json(pages: Sequence[PageResult]) -> dict[str, Any]:
    """Merge the pages of one file into the JSON form of docs/reference/key-values.md."""
    from prelabel.kie.key_values.documents import document

    forms = {each.source.number: each.form_fields for each in pages if each.form_fields}
    return {"file": str(pages[0].source.file), **document([each.page for each in pages], forms)}


def _is_pdf(file: Path) -> bool:
    """Return whether the content is that of a PDF, whatever the file's name."""
    from prelabel.images.sniff import HEAD_BYTES, is_pdf

    try:
        with file.open("rb") as opened:
            return is_pdf(opened.read(HEAD_BYTES))
    except OSError:
        return False
